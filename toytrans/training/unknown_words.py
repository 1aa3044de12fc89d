"""Words made unknown on purpose: in some training pairs, a word and its translation become `<unk>`.

So the model learns to leave a slot where a word belongs that it does not know, and to attend to that word while it
writes the slot. What stands in the slot is copied from there (Luong et al., 2015, "Addressing the Rare Word Problem").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from toytrans.attention_maps import Link, Links
from toytrans.corpus import Pair
from toytrans.evaluation import checked_links
from toytrans.evaluation.gold import content_words
from toytrans.text import UNK, Encoded, Tokenizer
from toytrans.text.word_tokenizer import WordTokenizer
from toytrans.text.words import split_words

MOST_HIDDEN = 2
"""Words hidden in a chosen pair: one or two, equally often. People type two such words as well."""
SHARE_OF_HEADS = 0.75
"""How often heads are preferred: most words that a model does not know are nouns and names, but not all."""


def with_unknown_words(
    pairs: Sequence[Pair],
    guiding: Sequence[Links] | None,
    sources: Sequence[Encoded],
    targets: Sequence[Encoded],
    tokenizer: Tokenizer,
    languages: tuple[str, str],
    share: float,
    seed: int,
) -> tuple[list[Encoded], list[Encoded]]:
    """Both sides; in `share` of the pairs that have links, linked words are read as unknown on both sides.

    Links are those that guide the run, or else gold links. Seed and links alone decide which pairs and words, so that a
    run goes on as it began. Three times in four, words are drawn from the heads of agreement (`heads`), where a pair
    has some. A tokenizer of subwords knows every word: there nothing changes.
    """
    sources, targets = list(sources), list(targets)
    if not isinstance(tokenizer, WordTokenizer):
        return sources, targets
    random = np.random.default_rng([seed, UNK])
    for number, pair in enumerate(pairs):
        if random.random() >= share:
            continue
        if not (sources[number].keeps_places and targets[number].keeps_places):
            continue  # the links' word numbers do not match
        links = guiding[number] if guiding is not None else checked_links(pair, languages)
        sides = sources[number].words, targets[number].words
        if not links.possible or any(last >= len(words) for words, last in zip(sides, _last_words(links), strict=True)):
            continue  # the tokenizer reads other words than links count
        among = translated_alone(pair, links, languages)
        if random.random() < SHARE_OF_HEADS:
            among = heads(among, links, languages) or among
        drawn = random.permutation(len(among))[: random.integers(1, MOST_HIDDEN, endpoint=True)]
        for side, encoded, language in zip((0, 1), (sources, targets), languages, strict=True):
            hidden = {among[place][side] for place in drawn}
            encoded[number] = tokenizer.as_unknown(encoded[number], hidden, language)
    return sources, targets


def translated_alone(pair: Pair, links: Links, languages: tuple[str, str]) -> list[Link]:
    """The pairs of words that translate one another and no other word, the French one a content word.

    Content words are known of French only: without it there are none. Words after an apostrophe are excluded:
    a model that never sees `l'` before a slot writes `le` or `la`, right for most words.
    """
    french = languages.index("fr") if "fr" in languages else None
    if french is None:
        return []
    words = split_words((pair.source, pair.target)[french], "fr")
    content = set(content_words((pair.source, pair.target)[french], "fr"))
    elided = {place + 1 for place, word in enumerate(words) if word.endswith("'")}
    num_of_source, num_of_target = (Counter(link[side] for link in links.sure) for side in (0, 1))
    return [
        link
        for link in sorted(links.sure)
        if num_of_source[link[0]] == num_of_target[link[1]] == 1 and link[french] in content - elided
    ]


def heads(among: Sequence[Link], links: Links, languages: tuple[str, str]) -> list[Link]:
    """The links whose French word decides the form of another French word: mostly nouns and names.

    `Le` and `blanc` depend on `bag`: possible links lead to them from `bag`, beside the sure ones from their own words.
    (A word with possible links alone, such as the auxiliary in `est sortie`, makes no head of the verb `sortie`.)
    """
    french = languages.index("fr")
    other = 1 - french
    translated = {link[french] for link in links.sure}
    governing = {link[other] for link in links.possible - links.sure if link[french] in translated}
    return [link for link in among if link[other] in governing]


def _last_words(links: Links) -> tuple[int, int]:
    """The highest number of a word that is linked, source and target."""
    return max(source for source, _ in links.possible), max(target for _, target in links.possible)
