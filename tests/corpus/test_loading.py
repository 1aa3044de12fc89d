from __future__ import annotations

import gzip
import json
import re
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path

import datasets
import pytest

from toytrans.corpus import Corpus, Pair, load_corpus
from toytrans.corpus.reading import MAX_LINE_BYTES

Files = Mapping[str, str | bytes]

SIDES = [(f"The cat {number} sleeps.", f"Le chat {number} dort.") for number in range(100)]


def write(folder: Path, files: Files) -> Path:
    """Writes the files, text as UTF-8 with its line ends as they are, `.gz` gzipped."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


def parallel(stem: str, sides: list[tuple[str, str]], suffix: str = "") -> dict[str, str | bytes]:
    english, french = ("".join(f"{side}\n" for side in column) for column in zip(*sides, strict=True))
    return {f"{stem}.en{suffix}": english, f"{stem}.fr{suffix}": french}


def tsv(sides: list[tuple[str, str]]) -> str:
    return "".join(f"{source}\t{target}\n" for source, target in sides)


def jsonl(sides: list[tuple[str, str]]) -> str:
    return "".join(Pair(*pair).to_json() + "\n" for pair in sides)


def load(where: Path | str) -> tuple[Corpus, list[str]]:
    notes: list[str] = []
    return load_corpus(str(where), note=notes.append), notes


def without_columns(notes: list[str]) -> list[str]:
    """The notes but those that say which columns of a table were read."""
    return [note for note in notes if "read column" not in note]


def sides_of(corpus: Corpus, split: str) -> list[tuple[str, str]]:
    return [(pair.source, pair.target) for pair in corpus.split(split)]


def whole(folder: Path, train: Files) -> Path:
    """A folder with the training files given and a validation and a test split, so that nothing is cut."""
    return write(folder, {**parallel("val", SIDES[:3]), **parallel("test", SIDES[3:5]), **train})


FORMS: dict[str, Files] = {
    "parallel": parallel("train", SIDES),
    "parallel gzipped": parallel("train", SIDES, ".gz"),
    "one side gzipped": {"train.en": parallel("train", SIDES)["train.en"]}
    | {"train.fr.gz": parallel("train", SIDES)["train.fr"]},
    "tsv": {"train.tsv": tsv(SIDES)},
    "tsv gzipped": {"train.tsv.gz": tsv(SIDES)},
    "jsonl": {"train.jsonl": jsonl(SIDES)},
    "jsonl gzipped": {"train.jsonl.gz": jsonl(SIDES)},
    "flat jsonl": {"train.jsonl": "".join(json.dumps({"en": en, "fr": fr}) + "\n" for en, fr in SIDES)},
    "last line without its end": {"train.tsv": tsv(SIDES).removesuffix("\n")},
    "Windows line ends": {"train.tsv": tsv(SIDES).replace("\n", "\r\n")},
    "byte order mark": {"train.tsv": "\ufeff" + tsv(SIDES)},
    "a third column": {"train.tsv": tsv(SIDES).replace("\n", "\tCC-BY\n")},
}


@pytest.mark.parametrize("files", FORMS.values(), ids=FORMS.keys())
def test_every_form_of_a_corpus_gives_the_same_pairs(files: Files, tmp_path: Path) -> None:
    corpus, notes = load(whole(tmp_path, files))
    assert sides_of(corpus, "train") == SIDES
    assert sides_of(corpus, "validation") == SIDES[:3]
    assert sides_of(corpus, "test") == SIDES[3:5]
    assert without_columns(notes) == []


@pytest.mark.parametrize("name", ["pairs.tsv", "pairs.tsv.gz", "pairs.jsonl", "pairs.jsonl.gz"])
def test_a_single_file_is_cut_into_splits(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: jsonl(SIDES) if "json" in name else tsv(SIDES)})
    corpus, notes = load(tmp_path / name)
    assert {split: len(pairs) for split, pairs in corpus.splits.items()} == {"train": 90, "validation": 5, "test": 5}
    assert sorted(side for split in corpus.splits for side in sides_of(corpus, split)) == sorted(SIDES)
    assert without_columns(notes) == [
        "cut from train: 5 pairs for each of validation and test; further translations left out: 0"
    ]


def test_every_stem_with_both_languages_is_a_split_and_a_lone_test_is_test(tmp_path: Path) -> None:
    files = parallel("train", SIDES) | parallel("dev", SIDES[:2]) | parallel("test_2016_flickr", SIDES[2:4])
    corpus, notes = load(write(tmp_path, files | parallel("extra", SIDES[4:5])))
    assert set(corpus.splits) == {"train", "validation", "test_2016_flickr", "test", "extra"}
    assert corpus.split("test") == corpus.split("test_2016_flickr")
    assert notes == []


def test_a_folder_without_train_is_taken_as_it_is(tmp_path: Path) -> None:
    corpus, _ = load(write(tmp_path, parallel("test", SIDES)))
    assert list(corpus.splits) == ["test"]


def test_a_file_of_one_language_alone_is_left_out_and_noted(tmp_path: Path) -> None:
    corpus, notes = load(write(whole(tmp_path, FORMS["tsv"]), {"news.en": "Hello.\n"}))
    assert "news" not in corpus.splits
    assert without_columns(notes) == [f"{tmp_path / 'news.en'} left out: its other language is not there"]


def test_a_line_ends_at_a_line_feed_only(tmp_path: Path) -> None:
    odd = "a\u2028b\x0bc\x0cd\x85e\rf"
    corpus, _ = load(whole(tmp_path, parallel("train", [(odd, odd), *SIDES])))
    assert sides_of(corpus, "train")[0] == (odd, odd)
    assert len(corpus.split("train")) == 101


def test_pairs_with_an_empty_side_are_left_out_and_counted(tmp_path: Path) -> None:
    unseen = [("Nothing.", "\x07\x85"), ("\u200b\ufeff", "Rien."), ("\u200e\u00ad \u2060", "Rien.")]
    sides = [SIDES[0], ("", "Rien."), ("Nothing.", " \u00a0"), ("", ""), *unseen, *SIDES[1:]]
    for files in (parallel("train", sides), {"train.tsv": tsv(sides)}, {"train.jsonl": jsonl(sides)}):
        folder = tmp_path / "".join(files)
        folder.mkdir()
        corpus, notes = load(whole(folder, files))
        assert sides_of(corpus, "train") == SIDES
        assert len(without_columns(notes)) == 1
        assert "pairs left out for an empty side: 6, the first is number 2" in notes[0]


def test_alignment_and_phenomena_are_read(tmp_path: Path) -> None:
    pairs = [Pair("The cat.", "Le chat.", "0-0 1p0 1-1", ("agreement",)), Pair("A", "B"), Pair("C", "D", "")]
    lines = "".join(pair.to_json() + "\n" for pair in pairs)
    corpus, _ = load(whole(tmp_path, {"train.jsonl": lines}))
    assert corpus.split("train") == pairs


def test_other_languages_than_english_and_french(tmp_path: Path) -> None:
    write(tmp_path, {"train.de": "Ja\n", "train.it": "Si\n", "val.de": "a\n", "val.it": "b\n"})
    write(tmp_path, {"test.tsv": "c\td\n"})
    assert load_corpus(str(tmp_path), ("de", "it")).split("train") == [Pair("Ja", "Si")]


CAT = Pair("The cat.", "Le chat.", "0-0 1p0 1-1 2-2", ("agreement",))
TAC = Pair("Le chat.", "The cat.", "0-0 1-1 0p1 2-2", ("agreement",))
SAT = Pair("sat", "s'est assis", "0-0 0-1 0-2")
TAS = Pair("s'est assis", "sat", "0-0 1-0 2-0")


@pytest.mark.parametrize("form", ["as translation", "flat"])
@pytest.mark.parametrize("named", [("en", "fr"), ("fr", "en")], ids=" first, then ".join)
def test_links_lead_from_the_language_a_row_names_first_whichever_way_it_is_read(
    form: str, named: tuple[str, str], tmp_path: Path
) -> None:
    rows = [json.loads(pair.to_json(named)) for pair in (CAT, SAT, Pair("a", "b"))]
    flat = [{**row.pop("translation"), **row} for row in map(dict, rows)]
    lines = "".join(json.dumps(row) + "\n" for row in (flat if form == "flat" else rows))
    write(tmp_path, {"test.jsonl": lines})
    as_written = load_corpus(str(tmp_path), named).split("test")
    assert as_written == [CAT, SAT, Pair("a", "b")]
    assert load_corpus(str(tmp_path), named[::-1]).split("test") == [TAC, TAS, Pair("b", "a")]


def test_reversing_a_pair_twice_gives_it_back_and_unknown_links_stay_unknown() -> None:
    assert (CAT.reversed(), SAT.reversed()) == (TAC, TAS)
    for pair in (CAT, SAT, Pair("a", "b"), Pair("a", "b", "")):
        assert pair.reversed().reversed() == pair


def test_a_corpus_read_the_other_way_can_be_written_and_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"test.jsonl": f"{CAT.to_json()}\n"})
    corpus = load_corpus(str(tmp_path), ("fr", "en"))
    write(tmp_path, {"test.jsonl": f"{corpus.split('test')[0].to_json(corpus.languages)}\n"})
    assert load_corpus(str(tmp_path), ("en", "fr")).split("test") == [CAT]


def test_the_bundled_corpus_goes_by_the_name_of_toy() -> None:
    from toytrans.corpus.toy import load_toy

    assert load_corpus("toy").fingerprint() == load_toy().fingerprint()


# Cutting validation and test from train.


def test_several_test_splits_are_kept_and_the_first_is_test(tmp_path: Path) -> None:
    tests = parallel("test_b", SIDES[:2]) | parallel("test_a", SIDES[2:4])
    corpus, notes = load(write(tmp_path, {**FORMS["jsonl"], **tests}))
    assert set(corpus.splits) == {"train", "validation", "test_a", "test_b", "test"}
    assert corpus.split("test") == corpus.split("test_a")
    assert f"{tmp_path}: test_a is also test; the other test splits keep their names: test_b" in notes


@pytest.mark.parametrize("where", ["", "Tatoeba.en-fr.en", "Tatoeba.en-fr.fr"])
def test_a_lone_pair_of_files_is_train_as_opus_names_them(where: str, tmp_path: Path) -> None:
    write(tmp_path, parallel("Tatoeba.en-fr", SIDES) | {"README": "x", "Tatoeba.en-fr.xml": "x"})
    corpus, _ = load(tmp_path / where)
    assert {name: len(pairs) for name, pairs in corpus.splits.items()} == {"train": 90, "validation": 5, "test": 5}


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (parallel("A.en-fr", SIDES) | parallel("B.en-fr", SIDES), "none of A.en-fr, B.en-fr is named train: rename"),
        ({"fra.txt": tsv(SIDES), "about.csv": "x"}, "or give a file itself: "),
    ],
    ids=["several", "a table"],
)
def test_a_folder_without_usual_names_gets_a_sentence_that_helps(files: Files, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        load(write(tmp_path, files))


def test_a_file_without_its_translation_says_what_is_missing(tmp_path: Path) -> None:
    write(tmp_path, {"news.en": "Hello.\n"})
    with pytest.raises(ValueError, match=r"its translation, news.fr, is not beside it"):
        load(tmp_path / "news.en")


def test_no_source_sentence_is_in_two_splits_cut_from_train(tmp_path: Path) -> None:
    sides = [(source, target) for source, _ in SIDES for target in ("un", "deux", "trois")]
    corpus, notes = load(write(tmp_path, parallel("train", sides)))
    sources = {name: {pair.source for pair in pairs} for name, pairs in corpus.splits.items()}
    assert sum(map(len, sources.values())) == len(set().union(*sources.values())) == 100
    assert len(corpus.split("validation")) == len(corpus.split("test")) == 5
    assert {pair.target for pair in corpus.split("test")} == {"un"}
    assert "further translations left out: 20" in notes[0]


RESPELLED: dict[str, Callable[[str], str]] = {
    "curly apostrophe": lambda text: text.replace("'", "’"),
    "lower case": str.lower,
    "capitals": str.upper,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "no final mark": lambda text: text.rstrip("."),
    "a space before the mark": lambda text: text.replace(".", " ."),
    "no-break and doubled spaces": lambda text: text.replace(" ", "\u00a0 "),
    "invisible characters": lambda text: "\ufeff" + text.replace("t", "t\u00ad\u200b"),
}


@pytest.mark.parametrize("respelled", RESPELLED.values(), ids=RESPELLED.keys())
def test_no_sentence_of_a_cut_split_is_in_train_however_it_is_spelled(
    respelled: Callable[[str], str], tmp_path: Path
) -> None:
    plain = [(f"The café's cat n° {number} can't sleep.", "x") for number in range(100)]
    corpus, _ = load(write(tmp_path, parallel("train", [*plain, *((respelled(text), "y") for text, _ in plain)])))
    cat = {name: {re.findall(r"\d+", pair.source)[0] for pair in pairs} for name, pairs in corpus.splits.items()}
    assert [len(cat[name]) for name in ("train", "validation", "test")] == [90, 5, 5]
    assert len(corpus.split("train")) == 180
    assert len(corpus.split("test")) == len(corpus.split("validation")) == 5


def test_what_is_cut_depends_on_the_sentences_alone(tmp_path: Path) -> None:
    write(tmp_path, {"there.tsv": tsv(SIDES), "back.tsv": tsv(SIDES[::-1])})
    there, back = load(tmp_path / "there.tsv")[0], load(tmp_path / "back.tsv")[0]
    for split in ("train", "validation", "test"):
        assert sides_of(there, split) == sides_of(back, split)[::-1]
    assert there.fingerprint() == load(tmp_path / "there.tsv")[0].fingerprint()


@pytest.mark.parametrize(("given", "cut"), [("validation", "test"), ("test", "validation")])
def test_only_the_missing_split_is_cut(given: str, cut: str, tmp_path: Path) -> None:
    corpus, _ = load(write(tmp_path, parallel("train", SIDES) | parallel(given, [("One.", "Un.")])))
    assert sides_of(corpus, given) == [("One.", "Un.")]
    assert (len(corpus.split("train")), len(corpus.split(cut))) == (95, 5)


def test_at_most_a_thousand_pairs_are_cut(tmp_path: Path) -> None:
    write(tmp_path, {"big.tsv": "".join(f"{number}\t{number}\n" for number in range(30_000))})
    corpus, _ = load(tmp_path / "big.tsv")
    assert (len(corpus.split("validation")), len(corpus.split("test"))) == (1000, 1000)


# What is wrong is said in one line that names the file and the place.

WRONG: list[tuple[Files, str]] = [
    (
        {"train.en": "a\nb\n", "train.fr": b"c\n\xc3\xa9t\xe9\n"},
        "train.fr, line 2, byte 4: not UTF-8 (0xE9): convert it to UTF-8",
    ),
    (
        {"train.en": "a\n" * 10, "train.fr": "b\n" * 9},
        "train.fr 9: line N of one must translate line N of the other",
    ),
    ({"train.en": "", "train.fr": ""}, "train.en and train.fr: empty"),
    ({"train.tsv": ""}, "train.tsv: empty"),
    ({"train.tsv": "a\t\n"}, "train.tsv: no pair has two sides"),
    ({"train.tsv": "a\tb\nc d\n"}, "train.tsv, line 2: no tab: a line is a sentence, a tab and its translation"),
    ({"train.tsv": b"a\tb\n" + b"x" * (MAX_LINE_BYTES + 1)}, "train.tsv, line 2: longer than 1,000,000 bytes"),
    ({"train.jsonl": '{"en": "a", "fr": "b"}\nab'}, "train.jsonl, line 2: not JSON: Expecting value"),
    ({"train.jsonl": "[" * 100_000}, "train.jsonl, line 1: not JSON"),
    ({"train.jsonl": "[1]"}, 'train.jsonl, line 1: a row is {"translation": {"en": ..., "fr": ...}}'),
    ({"train.jsonl": '{"translation": {"en": "a"}}'}, "train.jsonl, line 1: a row is"),
    ({"train.jsonl": '{"en": 1, "fr": "b"}'}, "train.jsonl, line 1: a sentence is a string"),
    (
        {"train.jsonl": '{"en": "\\ud83d", "fr": "b"}'},
        "train.jsonl, line 1: a sentence is a string of whole characters",
    ),
    (
        {"train.jsonl": '{"en": "a", "fr": "b", "alignment": "0:0"}'},
        "train.jsonl, line 1: alignment '0:0' is not links",
    ),
    ({"train.jsonl": '{"en": "a", "fr": "b", "alignment": "0-00-1x"}'}, "is not links like '0-0 1p0'"),
    ({"train.jsonl": '{"en": "a", "fr": "b", "phenomena": "x"}'}, "train.jsonl, line 1: phenomena 'x' is not a list"),
    ({"train.tsv": tsv(SIDES), "train.jsonl": jsonl(SIDES)}, "holds 'train' in several forms"),
    ({"train.tsv": tsv(SIDES), "train.tsv.gz": tsv(SIDES)}, "one split twice, in train.tsv and train.tsv.gz"),
    ({**FORMS["tsv"], "dev.tsv": tsv(SIDES), "val.tsv": tsv(SIDES)}, "more than one validation split"),
    ({"train.en": "a\n", "notes.txt": "b"}, "train.en with train.fr, train.tsv or train.jsonl (each also .gz)"),
    ({"train.tsv": "a\tb\n"}, "train has 1 different sentences: too few to cut validation and test from"),
    ({"state.json": "{}"}, "not a dataset that datasets can load"),
]


@pytest.mark.parametrize(("files", "problem"), WRONG, ids=[problem for _, problem in WRONG])
def test_what_is_wrong_is_said_in_one_line(files: Files, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)) as caught:
        load(write(tmp_path, files))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("damage", ["cut short", "not gzip", "flipped"])
def test_a_damaged_gzip_file_is_named(damage: str, tmp_path: Path) -> None:
    data = gzip.compress(tsv(SIDES).encode())
    damaged = {"cut short": data[:-20], "not gzip": b"a\tb\n", "flipped": data[:60] + b"\xff" * 20 + data[80:]}[damage]
    (tmp_path / "train.tsv.gz").write_bytes(damaged)
    with pytest.raises(ValueError, match="damaged or not a gzip file") as caught:
        load(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "train.tsv.gz"))


def test_a_tiny_gzip_file_of_one_huge_line_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    write(tmp_path, {"train.tsv.gz": b"\0" * 100_000_000})
    with pytest.raises(ValueError, match="line 1: longer than"):
        load(tmp_path)


@pytest.mark.parametrize("where", ["data/foo.tsv", "foo.jsonl.gz", "./foo", "/no/such/folder", "~/foo", "a/b/c", "a b"])
def test_a_path_with_a_typo_is_a_file_that_does_not_exist(where: str) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        load(where)
    assert str(caught.value) == f"{where}: no such file or folder"


def test_a_path_into_a_folder_that_exists_is_no_dataset_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="data/tatoeba: no such file or folder"):
        load("data/tatoeba")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"pairs.xml": "a,b\n"})
    with pytest.raises(ValueError, match=r"pairs.xml: give a folder, or a .tsv, .csv, .txt"):
        load(tmp_path / "pairs.xml")


# Hugging Face datasets.


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError("no network in this test")

    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", ["no-such-organisation/no-such-dataset", "no-such-dataset", "org/name-1.0:fr-en"])
def test_a_dataset_name_without_a_network_is_one_line(name: str, no_network: None) -> None:
    with pytest.raises(ValueError, match="cannot load") as caught:
        load(name)
    assert str(caught.value) == (
        f"cannot load the Hugging Face dataset {name!r}: no network (or no such dataset): "
        "give a folder, .tsv or .jsonl file, or 'toy'"
    )


def test_a_dataset_saved_to_disk_is_read_and_its_other_columns_are_not(tmp_path: Path) -> None:
    rows = [{"translation": {"en": en, "fr": fr}, "image": b"not an image", "score": 0.5} for en, fr in SIDES]
    images = datasets.Dataset.from_list(rows).cast_column("image", datasets.Image())
    images.with_format("numpy").save_to_disk(str(tmp_path / "saved"))
    corpus, _ = load(tmp_path / "saved")
    assert sorted(side for split in corpus.splits for side in sides_of(corpus, split)) == sorted(SIDES)


def test_a_saved_dictionary_of_datasets_keeps_its_splits(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"en": en, "fr": fr, "alignment": "0-0", "phenomena": ["plural"]} for en, fr in SIDES
    ]
    rows.append({"en": "Nothing.", "fr": None, "alignment": None, "phenomena": None})
    splits = {name: datasets.Dataset.from_list(rows) for name in ("train", "valid", "test")}
    datasets.DatasetDict(splits).save_to_disk(str(tmp_path))
    corpus, notes = load(tmp_path)
    expected = [Pair(en, fr, "0-0", ("plural",)) for en, fr in SIDES]
    assert corpus.splits == {"train": expected, "validation": expected, "test": expected}
    assert f"{tmp_path}, train: pairs left out for an empty side: 1, the first is number 101" in notes


@pytest.mark.parametrize("form", ["as translation", "flat"])
@pytest.mark.parametrize("named", [("en", "fr"), ("fr", "en")], ids=" first, then ".join)
def test_links_of_a_dataset_lead_from_the_language_it_names_first(
    form: str, named: tuple[str, str], tmp_path: Path
) -> None:
    rows = [json.loads(pair.to_json(named)) for pair in (CAT, CAT)]
    flat = [{**row.pop("translation"), **row} for row in map(dict, rows)]
    dataset = datasets.Dataset.from_list(flat if form == "flat" else rows)
    datasets.DatasetDict(test=dataset).save_to_disk(str(tmp_path))
    assert load_corpus(str(tmp_path), named).split("test") == [CAT, CAT]
    assert load_corpus(str(tmp_path), named[::-1]).split("test") == [TAC, TAC]


@pytest.mark.parametrize("named", [("en", "de"), ("de", "en")], ids=" to ".join)
def test_links_of_a_sorted_translation_lead_the_way_that_fits(named: tuple[str, str], tmp_path: Path) -> None:
    pair = Pair("I see him .", "Ich sehe ihn an .", "0-0 1-1 1-3 2-2 3-4")
    row = {"translation": {"en": pair.source, "de": pair.target}, "alignment": pair.alignment}
    features = datasets.Features(
        translation=datasets.Translation(languages=["en", "de"]), alignment=datasets.Value("string")
    )
    dataset = datasets.Dataset.from_list([row, row], features=features)
    assert list(dataset[0]["translation"]) == ["de", "en"]  # sorted: nothing says that links lead from en
    datasets.DatasetDict(test=dataset).save_to_disk(str(tmp_path))
    expected = pair if named == ("en", "de") else pair.reversed()
    assert load_corpus(str(tmp_path), named).split("test") == [expected, expected]


def test_links_that_fit_both_ways_are_read_as_asked_for_and_it_is_said(tmp_path: Path) -> None:
    row = {"translation": {"en": "I go home", "de": "Ich gehe heim"}, "alignment": "0-0 1-2"}
    features = datasets.Features(
        translation=datasets.Translation(languages=["en", "de"]), alignment=datasets.Value("string")
    )
    datasets.DatasetDict(test=datasets.Dataset.from_list([row], features=features)).save_to_disk(str(tmp_path))
    notes: list[str] = []
    corpus = load_corpus(str(tmp_path), ("en", "de"), notes.append)
    assert corpus.split("test") == [Pair("I go home", "Ich gehe heim", "0-0 1-2")]
    assert notes == [f"{tmp_path}, test: nothing says which way its links lead: they are read as from en to de"]


def test_a_dataset_without_the_languages_says_which_columns_it_has(tmp_path: Path) -> None:
    datasets.Dataset.from_list([{"text": "a", "label": 1}]).save_to_disk(str(tmp_path))
    with pytest.raises(ValueError, match="has the columns text, label, but not 'translation', or 'en' and 'fr'"):
        load(tmp_path)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands in for the Hub: the dataset `name` is the data files in the folder `name`."""
    build = datasets.load_dataset_builder

    def from_folder(name: str, config: str | None) -> datasets.DatasetBuilder:
        return build(str(tmp_path / "hub" / name / (config or "")), cache_dir=str(tmp_path / "cache"))

    monkeypatch.setattr(datasets, "load_dataset_builder", from_folder)
    monkeypatch.setattr("toytrans.corpus.huggingface._hub_is_in_reach", lambda: True)
    (tmp_path / "hub" / "name" / "config").mkdir(parents=True)
    return tmp_path / "hub" / "name"


@pytest.mark.parametrize("name", ["name", "name:config"])
def test_a_dataset_is_fetched_by_name_and_configuration(name: str, hub: Path) -> None:
    write(hub / "config" if "config" in name else hub, {"train.jsonl": jsonl(SIDES), "validation.jsonl": jsonl(SIDES)})
    corpus, _ = load(name)
    assert corpus.name == name
    assert sides_of(corpus, "validation") == SIDES
    assert len(corpus.split("train")) == 95


def test_a_dataset_of_other_than_data_files_is_refused(hub: Path) -> None:
    write(hub, {"train.txt": "a\n"})
    with pytest.raises(ValueError, match="'name': its files are text, not parquet, JSON or CSV"):
        load("name")


def test_loading_a_file_imports_nothing_heavy() -> None:
    heavy = "{'datasets', 'pandas', 'torch', 'numpy', 'tokenizers'}"
    code = (
        f"import sys, toytrans.corpus; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def test_a_split_whose_sides_are_swapped_is_refused(tmp_path: Path) -> None:
    """No header tells; its words do, whatever the languages."""
    lines = [f"uno{number} due{number}\tein{number} zwei{number}" for number in range(40)]
    swapped = ["\t".join(reversed(line.split("\t"))) for line in lines[:9]]
    (tmp_path / "train.tsv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "test.tsv").write_text("\n".join(swapped), encoding="utf-8")
    with pytest.raises(ValueError, match="the two sides of test look the other way round than those of train"):
        load_corpus(str(tmp_path), ("it", "de"), note=list[str]().append)


@pytest.mark.parametrize("name", ["train.txt", "train.tab"])
def test_a_table_of_any_ending_is_read_if_it_is_named_as_a_split(tmp_path: Path, name: str) -> None:
    rows = "\n".join(f"word {number}\tmot {number}" for number in range(40))
    (tmp_path / name).write_text(rows, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("any text", encoding="utf-8")
    assert load_corpus(str(tmp_path), note=list[str]().append).split("train")[0].source.startswith("word")
