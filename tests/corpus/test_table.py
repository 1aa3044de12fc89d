"""Tables of pairs: which columns hold the sentences, with a header and without."""

from __future__ import annotations

import gzip
import re
import tracemalloc
from pathlib import Path

import pytest

from toytrans.corpus.pairs import Pair
from toytrans.corpus.table import read_table

SIDES = [(f"The cat {number} sleeps.", f"Le chat {number} dort.") for number in range(30)]


def rows(pattern: str, header: str = "") -> str:
    """A line for each pair: `pattern` with its number and its sides."""
    lines = [pattern.format(id=f"{number + 7}", en=en, fr=fr) for number, (en, fr) in enumerate(SIDES)]
    return "".join(f"{line}\n" for line in ([header] if header else []) + lines)


def read(content: str, name: str, folder: Path) -> tuple[list[tuple[str, str]], str]:
    """The sides of all pairs, and the last note."""
    notes: list[str] = []
    (folder / name).write_text(content, encoding="utf-8")
    pairs = read_table(folder / name, ("en", "fr"), notes.append)
    return [pair.sides for pair in pairs], notes[-1]


TABLES = {
    "plain": ("t.tsv", rows("{en}\t{fr}"), "column 1 as en and column 2 as fr;"),
    "Anki": ("fra.txt", rows("{en}\t{fr}\tCC-BY 2.0 (France) Attribution: tatoeba.org #{id} (ab)"), "column 2 as fr;"),
    "header": ("t.tsv", rows("{en}\t{fr}", "en\tfr"), "below a header"),
    "header the other way": ("t.tsv", rows("{fr}\t{en}", "fr\ten"), "column 2 as en and column 1 as fr, below"),
    "names of languages": ("t.tsv", rows("{fr}\t{en}", "French\tEnglish"), "column 2 as en and column 1 as fr, below"),
    "names in French": ("t.tsv", rows("{fr}\t{en}", "Français\tAnglais"), "column 2 as en"),
    "source and target": ("t.tsv", rows("{id}\t{en}\t{fr}", "id\tsource\ttarget"), "column 2 as en and column 3 as fr"),
    "text_en": ("t.csv", rows("{id},{fr},{en}", "id,text_fr,text_en"), "column 3 as en and column 2 as fr"),
    "regions": ("t.tsv", rows("{en}\t{fr}", "en_GB\tfr-FR"), "below a header"),
    "three languages": (
        "t.tsv",
        rows("Die Katze {id}.\t{en}\t{fr}", "de\ten\tfr"),
        "column 2 as en and column 3 as fr",
    ),
    "sentence and translation": ("t.tsv", rows("{en}\t{fr}", "sentence\ttranslation"), "below a header"),
    "index": ("t.tsv", rows("{id}\t{en}\t{fr}"), "column 2 as en and column 3 as fr;"),
    "index with a header": ("t.tsv", rows("{id}\t{en}\t{fr}", "nummer\tsatz\tsatz2"), "3 as fr, below a header"),
    "Tatoeba's ids": ("t.tsv", rows("{id}9\t{en}\t55{id}\t{fr}"), "column 2 as en and column 4 as fr;"),
    "Tatoeba's ids and languages": (
        "t.tsv",
        rows("{id}\teng\t{en}\t{id}\tfra\t{fr}"),
        "column 3 as en and column 6 as",
    ),
    "names of sentences": ("t.tsv", rows("train_{id}\t{en}\t{fr}"), "column 2 as en"),
    "scores and addresses": ("t.tsv", rows("0.{id}\thttp://a.b/{id}\t{en}\t{fr}"), "column 3 as en"),
    "commas": ("t.csv", rows('"{en}","{fr}"'), "column 1 as en"),
    "semicolons": ("t.csv", rows("{en};{fr}"), "column 1 as en"),
    "names in German": ("t.csv", rows("{fr};{en}", "Französisch;Englisch"), "column 2 as en and column 1 as fr, below"),
    "names in Spanish": ("t.tsv", rows("{fr}\t{en}", "Francés\tInglés"), "column 2 as en and column 1 as fr, below"),
    "digits in a header": ("t.tsv", rows("{fr}\t{en}", "sentence1_fr\tsentence2_en"), "column 2 as en and column 1"),
    "an index of pandas": ("t.csv", rows("{id},{fr},{en}", "Unnamed: 0,fr,en"), "column 3 as en and column 2 as fr"),
    "input and output": ("t.tsv", rows("{en}\t{fr}", "input\toutput"), "below a header"),
    "the separator of Excel": ("t.csv", "sep=;\n" + rows("{en};{fr}", "en;fr"), "below a header"),
    "times": ("t.tsv", rows("2020-01-{id}T12:00:00Z\t{en}\t{fr}"), "column 2 as en"),
    "dates": ("t.tsv", rows("{id} Jan 2020\t{en}\t{fr}"), "column 2 as en"),
    "files": ("t.tsv", rows("clips/file{id}.mp3\t{en}\t{fr}"), "column 2 as en"),
    "users": ("t.tsv", rows("user{id}x\t{en}\t{fr}"), "column 2 as en"),
    "every cell quoted": ("t.tsv", rows('"{en}"\t"{fr}"', '"en"\t"fr"'), "below a header"),
    "the other way without a header": ("t.tsv", rows("{fr}\t{en}"), "column 2 as en and column 1 as fr;"),
    "an export of Anki": ("t.txt", "#separator:tab\n#html:true\n" + rows("{en}\t{fr}\ta tag"), "column 2 as fr;"),
    "capitals in its name": ("T.TSV", rows("{en}\t{fr}"), "column 1 as en"),
    "tabs in a .csv": ("t.csv", rows("{en}\t{fr}"), "column 1 as en"),
}


@pytest.mark.parametrize(("name", "content", "said"), TABLES.values(), ids=TABLES.keys())
def test_the_sentences_are_found_and_the_note_says_where(name: str, content: str, said: str, tmp_path: Path) -> None:
    sides, note = read(content, name, tmp_path)
    assert sides == SIDES
    assert said in note
    assert "the first pair: “The cat 0 sleeps.” → “Le chat 0 dort.”" in note


QUOTED = {
    "CSV": ("t.csv", '"He said ""no"", twice.","Il a dit « non »,\ndeux fois."\n', "Il a dit « non »,\ndeux fois."),
    "a table with CSV quotes": ("t.tsv", '"He said ""no"", twice."\tIl a dit non.\n', "Il a dit non."),
}


@pytest.mark.parametrize(("name", "content", "french"), QUOTED.values(), ids=QUOTED.keys())
def test_quoting_is_undone(name: str, content: str, french: str, tmp_path: Path) -> None:
    assert read(content, name, tmp_path)[0] == [('He said "no", twice.', french)]


def test_quotation_marks_of_the_text_stay(tmp_path: Path) -> None:
    content = '"Come!"\t"Viens !"\n"No", he said.\t"Non", dit-il.\nSay ""no"".\tDis ""non"".\n'
    sides = [tuple(line.split("\t")) for line in content.splitlines()]
    assert read(content, "t.tsv", tmp_path)[0] == sides


@pytest.mark.parametrize("first", ["English\tAnglais", "Source\tSource", "No\tNon", "id\tidem", "Text me.\tEnglish"])
def test_a_first_pair_that_looks_like_a_header_is_a_pair(first: str, tmp_path: Path) -> None:
    assert read(f"{first}\n{rows('{en}	{fr}')}", "t.tsv", tmp_path)[0] == [tuple(first.split("\t")), *SIDES]


REFUSED = {
    "other languages": (
        rows("{en}\t{fr}", "de\tfr"),
        "line 1: a header names the columns de, fr, but none is en: give",
    ),
    "an index and one text": (rows("{id}\t{en}"), "of its 2 columns, 1 holds sentences; column 1 holds “8”"),
    "ids and one text": (rows("{id}5\t{en}\t{id}"), "of its 3 columns, 1 holds sentences; column 1 holds “85”"),
    "a short row": (
        rows("{id}\t{en}\t{fr}") + "37\tHello.\n",
        "line 31: has 2 columns, fewer than the lines before it",
    ),
    "no tab": (rows("{en}"), "line 1: no tab: a line is a sentence, a tab and its translation"),
}


@pytest.mark.parametrize(("content", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_a_table_without_two_columns_of_sentences_is_refused(content: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        read(content, "t.tsv", tmp_path)


def test_a_comma_that_is_not_quoted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"t\.csv, line 3: has 3 cells, and the first row 2: put a cell that holds ','"
    ):
        read("en,fr\nThe cat.,Le chat.\nOur, cat.,Notre chat.\n", "t.csv", tmp_path)


def test_two_stray_quotes_do_not_swallow_the_rows_between(tmp_path: Path) -> None:
    lines = rows("{en},{fr}").splitlines()
    lines[3], lines[20] = 'The cat,"Le chat', 'The cat,Le chat"'
    with pytest.raises(ValueError, match=r"t\.csv, line 4: a quoted cell of 18 lines: a quote is missing"):
        read("\n".join(lines), "t.csv", tmp_path)


def test_two_tables_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"t\.tsv, line 32: a second header"):
        read(rows("{en}\t{fr}", "en\tfr") + rows("{fr}\t{en}", "fr\ten"), "t.tsv", tmp_path)


@pytest.mark.parametrize(("content", "line"), [('"a,b\n', 1), (f'a,b\nc,"{"x" * 140_000}"\n', 2)], ids=["open", "long"])
def test_damaged_csv_names_its_line(content: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"t.csv, line {line}: not CSV"):
        read(content, "t.csv", tmp_path)


def test_numbers_may_be_translated_but_it_is_said(tmp_path: Path) -> None:
    sides, note = read("".join(f"{n} {n}\t{n}\n" for n in range(20)), "t.tsv", tmp_path)
    assert len(sides) == 20
    assert "column 1 holds no sentences, but “1 1”; column 2 holds no sentences, but “1”" in note


def test_a_small_file_of_many_empty_lines_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv.gz"
    path.write_bytes(gzip.compress(b"a b\tc d\n" + b"\n" * 100_000))
    tracemalloc.start()
    assert read_table(path, ("en", "fr"), lambda _: None) == [Pair("a b", "c d")]
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
