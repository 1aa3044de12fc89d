"""Words made unknown on purpose: in some training pairs, a word and its translation become `<unk>`.

So the model learns to leave a slot where a word belongs that it does not know, and to look at that word while it writes
the slot. What stands in the slot is copied from there (Luong et al., 2015, "Addressing the Rare Word Problem").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from toytrans.attention_maps import Link, Links
from toytrans.corpus import Pair
from toytrans.evaluation import checked_links
from toytrans.evaluation.alignment import content_words
from toytrans.text import UNK, Encoded

MOST_HIDDEN = 2
"""In half of the chosen pairs one word becomes unknown, in the others so many: people type two such words as well."""
SHARE_OF_HEADS = 0.75
"""How often heads are preferred: most words that a model does not know are nouns and names, but not all."""


def with_unknown_words(
    pairs: Sequence[Pair],
    sources: Sequence[Encoded],
    targets: Sequence[Encoded],
    languages: tuple[str, str],
    share: float,
    seed: int,
) -> tuple[list[list[int]], list[list[int]]]:
    """The ids of both sides; in `share` of the pairs that have gold links, linked words are `UNK` on both sides.

    The seed alone decides which pairs and words, so that a run goes on as it began. Nothing moves: links still fit.
    Three times in four, words are drawn from the heads of agreement (`heads`), where a pair has some.
    """
    source_ids, target_ids = ([list(each.ids) for each in side] for side in (sources, targets))
    random = np.random.default_rng([seed, UNK])
    for number, pair in enumerate(pairs):
        if not pair.alignment or random.random() >= share:
            continue
        links = checked_links(pair, languages)
        if not _is_word_by_word(sources[number], targets[number], links):
            continue
        among = translated_alone(pair, links, languages)
        if random.random() < SHARE_OF_HEADS:
            among = heads(among, links, languages) or among
        for place in random.permutation(len(among))[: random.integers(1, MOST_HIDDEN, endpoint=True)]:
            source, target = among[place]
            source_ids[number][source] = target_ids[number][target] = UNK
    return source_ids, target_ids


def translated_alone(pair: Pair, links: Links, languages: tuple[str, str]) -> list[Link]:
    """The pairs of words that translate one another and no other word, the French one a content word.

    Which words carry content is known of French only: without it there are none.
    """
    french = languages.index("fr") if "fr" in languages else None
    if french is None:
        return []
    content = set(content_words((pair.source, pair.target)[french], "fr"))
    num_of_source, num_of_target = (Counter(link[side] for link in links.sure) for side in (0, 1))
    return [
        link
        for link in sorted(links.sure)
        if num_of_source[link[0]] == num_of_target[link[1]] == 1 and link[french] in content
    ]


def heads(among: Sequence[Link], links: Links, languages: tuple[str, str]) -> list[Link]:
    """Those on whose word the form of another French word depends: nouns and names, mostly.

    `Le` and `blanc` depend on `bag`: possible links lead to them from `bag`, beside the sure ones from their own words.
    (A word with possible links alone, such as the auxiliary in `est sortie`, makes no head of the verb `sortie`.)
    """
    french = languages.index("fr")
    other = 1 - french
    translated = {link[french] for link in links.sure}
    governing = {link[other] for link in links.possible - links.sure if link[french] in translated}
    return [link for link in among if link[other] in governing]


def _is_word_by_word(source: Encoded, target: Encoded, links: Links) -> bool:
    """Whether every word is one token, and links count the words as the tokenizer does."""
    sides = zip((source, target), map(max, zip(*links.possible, strict=True)), strict=True)
    return all(len(side.ids) == len(side.words) + 1 and last < len(side.words) for side, last in sides)
