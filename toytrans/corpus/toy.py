"""The bundled splits: draws them from the grammar, writes them to files, and reads them back.

`python -m toytrans.corpus.toy` rewrites `data/toy`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from warnings import warn

from toytrans.corpus.grammar import watched_sentences
from toytrans.corpus.grammar.draws import nouns_of
from toytrans.corpus.grammar.phrases import Sentence
from toytrans.corpus.grammar.qualities import ADJECTIVES, EXPRESSIONS
from toytrans.corpus.grammar.sentences import draw, draw_long
from toytrans.corpus.grammar.verbs import VERBS
from toytrans.corpus.pairs import Corpus, Pair
from toytrans.corpus.reading import read_jsonl
from toytrans.corpus.typed import typed_sentences
from toytrans.errors import Refused
from toytrans.files import write_whole
from toytrans.text import sentence_key
from toytrans.text.reading import Reader

LANGUAGES = ("en", "fr")
SPLITS = ("train", "validation", "test", "test_recombined", "test_long", "watched")
SIZES = {"train": 30_000, "validation": 1_000, "test": 1_000, "test_recombined": 1_000, "test_long": 500}
LONGEST_SOURCE, LONGEST_TARGET = 16, 18
"""The most tokens of a sentence outside `test_long`, whose sentences are longer on both sides."""
LONGEST_LONG_SOURCE = 28
HELD_OUT_ONE_IN = 10
KNOWN_FROM = 5
"""The fewest occurrences in train of a word that another split may use."""

CHECKOUT_FOLDER = Path(__file__).parents[2] / "data" / "toy"
PACKAGED_FOLDER = Path(__file__).parents[1] / "_data" / "toy"


@cache
def held_out_combinations() -> frozenset[tuple[str, str]]:
    """The (adjective, noun) and (verb, object) combinations that only `test_recombined` may contain.

    They are every tenth noun that a word goes with, from a different start for each word. A word that goes with fewer
    than ten nouns keeps them all, and so do the watched sentences.
    """
    goes_with = [(word.english, nouns_of(word.describes)) for word in ADJECTIVES + EXPRESSIONS]
    goes_with += [(verb.english, nouns_of(verb.objects or verb.places)) for verb in VERBS if verb.objects or verb.link]
    held_out = {
        (word, noun.english)
        for start, (word, nouns) in enumerate(goes_with)
        if len(nouns) >= HELD_OUT_ONE_IN
        for noun in nouns[start % HELD_OUT_ONE_IN :: HELD_OUT_ONE_IN]
    }
    return frozenset(held_out.difference(*(sentence.combinations for sentence in watched_sentences())))


def build_sentences(seed: int = 13) -> dict[str, list[Sentence]]:
    """Draws the sentences of every split. No English sentence occurs twice."""
    rng = Random(seed)
    splits: dict[str, list[Sentence]] = {name: [] for name in SPLITS}
    splits["watched"] = watched_sentences()
    seen = {sentence_key(sentence.pair.source) for sentence in splits["watched"]} | _typed_keys()
    _fill(splits, ("train",), lambda: draw(rng), seen)
    known = Counter(token for sentence in splits["train"] for token in _tokens(sentence))

    def draw_known(draw_one: Callable[[Random], Sentence]) -> Sentence:
        sentence = draw_one(rng)
        while min(known[token] for token in _tokens(sentence)) < KNOWN_FROM:
            sentence = draw_one(rng)
        return sentence

    _fill(splits, ("test", "validation", "test_recombined"), lambda: draw_known(draw), seen)
    _fill(splits, ("test_long",), lambda: draw_known(draw_long), seen)
    return splits


def _typed_keys() -> set[str]:
    """The keys of the typed sentences, as a model trained on the grammar reads them. They are kept out of training."""
    rng = Random(0)
    reader = Reader.learn("lenient", [draw(rng).pair.sides for _ in range(2_000)], LANGUAGES)
    return {
        sentence_key(reader.read(sentence, "en").text)
        for typed in typed_sentences()
        for sentence in reader.sentences(typed.source, "en")
    }


def _tokens(sentence: Sentence) -> list[str]:
    """The words of both sides as a model reads them: the first of each side without its capital."""
    first = [tokens[0][0].lower() + tokens[0][1:] for tokens in (sentence.source_tokens, sentence.target_tokens)]
    return [*first, *sentence.source_tokens[1:], *sentence.target_tokens[1:]]


def _fill(
    splits: dict[str, list[Sentence]], names: tuple[str, ...], make: Callable[[], Sentence], seen: set[str]
) -> None:
    """Draws until these splits are full. A sentence goes to the first that has room and may contain it."""
    while open_splits := [name for name in names if len(splits[name]) < SIZES[name]]:
        sentence = make()
        key = sentence_key(sentence.pair.source)
        if key in seen:
            continue
        recombined = not held_out_combinations().isdisjoint(sentence.combinations)
        for name in open_splits:
            if (name == "test_recombined") == recombined and _has_length_for(name, sentence):
                seen.add(key)
                splits[name].append(sentence)
                break


def _has_length_for(split: str, sentence: Sentence) -> bool:
    source, target = len(sentence.source_tokens), len(sentence.target_tokens)
    if split == "test_long":
        return LONGEST_SOURCE < source <= LONGEST_LONG_SOURCE and target > LONGEST_TARGET
    return source <= LONGEST_SOURCE and target <= LONGEST_TARGET


def build_splits(seed: int = 13) -> dict[str, list[Pair]]:
    """The pairs of every split; the same seed gives the same pairs."""
    return {name: [sentence.pair for sentence in sentences] for name, sentences in build_sentences(seed).items()}


def write_splits(folder: Path, seed: int = 13) -> None:
    """Writes one JSON Lines file per split to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, pairs in build_splits(seed).items():
        lines = "".join(pair.to_json(LANGUAGES) + "\n" for pair in pairs)
        write_whole(folder / f"{name}.jsonl", lines)


def load_toy(languages: tuple[str, str] = LANGUAGES) -> Corpus:
    """The bundled corpus, English to French or back, read from `data/toy` of the checkout or the installed copy."""
    if set(languages) != set(LANGUAGES):
        raise Refused(
            f"the toy corpus does not go from {languages[0]!r} to {languages[1]!r}: take 'en' and 'fr', in either order"
        )
    folder = CHECKOUT_FOLDER if CHECKOUT_FOLDER.is_dir() else PACKAGED_FOLDER
    if not folder.is_dir():
        raise FileNotFoundError(
            f"no bundled corpus in {CHECKOUT_FOLDER} or {PACKAGED_FOLDER}: run `python -m toytrans.corpus.toy`"
        )
    return Corpus("toy", languages, {name: read_jsonl(folder / f"{name}.jsonl", languages, warn) for name in SPLITS})


if __name__ == "__main__":
    write_splits(CHECKOUT_FOLDER)
