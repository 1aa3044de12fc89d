"""The bundled splits are what data/README.md says they are."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from toytrans.corpus import toy
from toytrans.corpus.grammar import PHENOMENA, Sentence
from toytrans.corpus.grammar.lexicon import DETERMINERS, NAMES
from toytrans.corpus.grammar.nouns import NOUNS
from toytrans.corpus.grammar.qualities import ADJECTIVES, EXPRESSIONS
from toytrans.corpus.grammar.verbs import VERBS
from toytrans.corpus.toy import (
    CHECKOUT_FOLDER,
    SIZES,
    SPLITS,
    build_sentences,
    held_out_combinations,
    load_toy,
    write_splits,
)
from toytrans.corpus.typed import typed_sentences
from toytrans.text import sentence_key
from toytrans.text.reading import Reader
from toytrans.text.words import join_words, split_words

Splits = dict[str, list[Sentence]]
CAPITALS = {"I", *(name.text for name in NAMES)}
QUALITIES = {each.english for each in (*ADJECTIVES, *EXPRESSIONS)}
HELD_OUT = [name for name in SPLITS if name != "train"]


@pytest.fixture(scope="module")
def splits() -> Splits:
    return build_sentences()


@pytest.fixture(scope="module")
def everything(splits: Splits) -> list[Sentence]:
    return list(chain.from_iterable(splits.values()))


def tokens(sentences: list[Sentence]) -> Counter[tuple[str, str]]:
    """How often each token occurs; the first of a sentence without its capital, as a model reads it."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in sentences:
        for language, words in (("en", each.source_tokens), ("fr", each.target_tokens)):
            first = words[0] if words[0] in CAPITALS else words[0][0].lower() + words[0][1:]
            counts.update((language, word) for word in (first, *words[1:]))
    return counts


@pytest.mark.parametrize("name", SPLITS)
def test_the_files_are_what_the_grammar_writes(name: str, splits: Splits) -> None:
    written = (CHECKOUT_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    assert written == [each.pair.to_json() for each in splits[name]]


def test_writing_with_the_same_seed_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "SIZES", dict.fromkeys(SIZES, 50))
    monkeypatch.setattr(toy, "KNOWN_FROM", 0)  # so few sentences know nothing well
    for folder in ("once", "again"):
        write_splits(tmp_path / folder, seed=5)
    for name in SPLITS:
        once = (tmp_path / "once" / f"{name}.jsonl").read_bytes()
        assert once == (tmp_path / "again" / f"{name}.jsonl").read_bytes()
        assert b"\r" not in once


def test_another_seed_gives_other_sentences(splits: Splits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "SIZES", dict.fromkeys(SIZES, 50))
    monkeypatch.setattr(toy, "KNOWN_FROM", 0)  # so few sentences know nothing well
    assert build_sentences(2)["test"] != splits["test"][:50]


def test_the_bundled_corpus_loads_whole(splits: Splits) -> None:
    corpus = load_toy()
    assert corpus.languages == ("en", "fr")
    assert {name: list(pairs) for name, pairs in corpus.splits.items()} == {
        name: [each.pair for each in sentences] for name, sentences in splits.items()
    }


def test_the_bundled_corpus_can_be_read_from_french_to_english() -> None:
    there, back = load_toy(), load_toy(("fr", "en"))
    assert (back.languages, list(back.splits)) == (("fr", "en"), list(there.splits))
    for name in there.splits:
        assert [pair.reversed() for pair in back.split(name)] == list(there.split(name))
    assert back.fingerprint() != there.fingerprint()


def test_the_bundled_corpus_has_no_other_languages() -> None:
    for languages in (("en", "de"), ("de", "fr"), ("de", "it")):
        with pytest.raises(ValueError, match=f"does not go from '{languages[0]}' to '{languages[1]}'"):
            load_toy(languages)


def test_the_installed_package_brings_its_own_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "PACKAGED_FOLDER", CHECKOUT_FOLDER)
    monkeypatch.setattr(toy, "CHECKOUT_FOLDER", tmp_path / "absent")
    assert len(load_toy().split("watched")) > 0
    monkeypatch.setattr(toy, "PACKAGED_FOLDER", tmp_path / "absent too")
    with pytest.raises(FileNotFoundError, match="absent too"):
        load_toy()


def test_each_split_has_its_size(splits: Splits) -> None:
    assert {name: len(splits[name]) for name in SIZES} == SIZES


def test_no_english_sentence_occurs_twice(everything: list[Sentence]) -> None:
    assert len({each.pair.source for each in everything}) == len(everything)


def test_every_token_of_the_other_splits_is_well_known_from_training(splits: Splits) -> None:
    known = tokens(splits["train"])
    for name in HELD_OUT:
        assert {token: known[token] for token in tokens(splits[name]) if known[token] < 5} == {}


def test_training_has_enough_word_forms(splits: Splits) -> None:
    forms = Counter(language for language, word in tokens(splits["train"]) if word[0].isalpha())
    assert forms["en"] >= 600
    assert forms["fr"] >= 1_000


@pytest.mark.parametrize("phenomenon", PHENOMENA)
def test_each_phenomenon_is_common_enough_to_learn_and_to_score(phenomenon: str, splits: Splits) -> None:
    counts = {name: sum(phenomenon in each.pair.phenomena for each in splits[name]) for name in ("train", "test")}
    assert counts["train"] >= (0.08 if phenomenon == "pronoun" else 0.015) * len(splits["train"])
    assert counts["test"] >= 10


def test_most_sentences_are_short_and_only_test_long_is_long(splits: Splits) -> None:
    lengths = {name: [len(each.source_tokens) for each in sentences] for name, sentences in splits.items()}
    assert 6 <= sum(lengths["train"]) / len(lengths["train"]) <= 10
    short = [name for name in SPLITS if name != "test_long"]
    assert max(max(lengths[name]) for name in short) <= 16
    assert min(lengths["test_long"]) > 16
    assert max(lengths["test_long"]) <= 28
    longest_french = max(len(each.target_tokens) for name in short for each in splits[name])
    assert min(len(each.target_tokens) for each in splits["test_long"]) > longest_french


def test_every_recombined_sentence_joins_words_that_no_other_split_joins(splits: Splits) -> None:
    others = [splits[name] for name in SPLITS if name != "test_recombined"]
    joined = {each for sentences in others for sentence in sentences for each in sentence.combinations}
    for sentence in splits["test_recombined"]:
        assert not joined.issuperset(sentence.combinations), sentence.pair


# What may stand between a held-out word and its noun: `angry dog`, `dogs are never angry`, `washed the car`.
BETWEEN_DESCRIBED = r"(?: (?:is|are|was|were|will|not|never|be|very|too))+ "
BETWEEN_DONE = rf"(?: (?:{'|'.join(each.english for each in DETERMINERS if each.english)}|an))? "


def test_no_training_sentence_puts_a_held_out_quality_and_its_noun_together(splits: Splits) -> None:
    """On the surface, without asking the record that the splits were made by."""
    nouns = {each.english: each.plurals for each in NOUNS}
    # `The girl who sat in the castle was sad` says nothing of the castle.
    sentences = [each.pair for each in splits["train"] if "relative" not in each.pair.phenomena]
    text = "\n".join(pair.source.lower() for pair in sentences)
    found = []
    for word, noun in held_out_combinations():
        if word in nouns or word not in QUALITIES:
            continue
        forms = f"(?:{noun}|{nouns[noun]})"
        found += re.findall(rf"\b{word} {forms}\b|\b{forms}{BETWEEN_DESCRIBED}{word}\b(?! by)", text)
    assert found == []


def test_no_training_sentence_puts_a_held_out_verb_and_its_object_together(splits: Splits) -> None:
    nouns = {each.english: each.plurals for each in NOUNS}
    forms_of: dict[str, set[str]] = {}
    for verb in VERBS:
        forms_of.setdefault(verb.english, set()).update(
            {verb.english, verb.past, verb.simple, verb.progressive, verb.passive} - {""} - QUALITIES
        )
    text = "\n".join(each.pair.source.lower() for each in splits["train"])
    found = []
    for word, noun in held_out_combinations():
        if word in forms_of:
            forms = "|".join(forms_of[word])
            found += re.findall(rf"\b(?:{forms}){BETWEEN_DONE}(?:{noun}|{nouns[noun]})\b(?!')", text)
    assert found == []


def test_typed_sentences_are_never_trained_on_however_they_are_written(splits: Splits) -> None:
    reader = Reader.learn("lenient", [each.pair.sides for each in splits["train"][:5_000]], toy.LANGUAGES)
    typed = {
        sentence_key(reader.read(text, "en").text)
        for each in typed_sentences()
        for text in reader.sentences(each.source, "en")
    }
    assert len(typed) >= 200
    assert [each.pair.source for each in splits["train"] if sentence_key(each.pair.source) in typed] == []


def test_no_sentence_reads_like_one_of_another_split(everything: list[Sentence]) -> None:
    assert len({sentence_key(each.pair.source) for each in everything}) == len(everything)


def test_the_watched_sentences_are_those_of_the_documentation(splits: Splits) -> None:
    watched = {each.pair.source: each.pair.target for each in splits["watched"]}
    expected = {
        "The cat sat on the mat.": "Le chat s'est assis sur le tapis.",
        "The robot picked up the ball because it was heavy.": "Le robot a ramassé la balle parce qu'elle était lourde.",
        "The robot picked up the ball because it was tired.": "Le robot a ramassé la balle parce qu'il était fatigué.",
        "The lion saw the zebra near the river.": "Le lion a vu le zèbre près de la rivière.",
    }
    assert expected.items() <= watched.items()


def test_the_readme_counts_what_the_files_hold(splits: Splits) -> None:
    lines = (CHECKOUT_FOLDER.parent / "README.md").read_text(encoding="utf-8").splitlines()
    rows = {cells[1].strip().strip("`"): cells for line in lines if len(cells := line.split("|")) > 2}
    for name in SPLITS:
        assert rows[f"{name}.jsonl"][2].strip() == f"{len(splits[name]):,}"
    for phenomenon in PHENOMENA:
        counts = [sum(phenomenon in each.pair.phenomena for each in splits[name]) for name in SPLITS]
        assert [cell.strip() for cell in rows[phenomenon][3:-1]] == [f"{count:,}" for count in counts]


def test_training_knows_every_combination_of_the_watched_sentences(splits: Splits) -> None:
    known = {each for sentence in splits["train"] for each in sentence.combinations}
    assert known.issuperset(each for sentence in splits["watched"] for each in sentence.combinations)
    assert any("sat on the mat" in sentence.pair.source for sentence in splits["train"])


def test_the_tokenizer_finds_the_tokens_that_the_links_count(everything: list[Sentence]) -> None:
    for sentence in everything:
        for language, text, words in (
            ("en", sentence.pair.source, sentence.source_tokens),
            ("fr", sentence.pair.target, sentence.target_tokens),
        ):
            assert tuple(split_words(text, language)) == words
            assert join_words(words, language) == text
