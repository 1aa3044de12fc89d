"""Files of links: written, read back, and refused line by line."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.attention_maps import Links, format_links, parse_links
from toytrans.corpus import Pair
from toytrans.evaluation import links_lines, read_links, write_links

LANGUAGES = ("en", "fr")
CAT = Pair("The cat sat on the mat.", "Le chat s'est assis sur le tapis.")  # 7 words and 9: s' is one
DOG = Pair("A dog sleeps.", "Un chien dort.")
CAT_LINKS = "0-0 1p0 1-1 2-2 2-3 2-4 1p4 3-5 4-6 5p6 5-7 6-8"

link_sets = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 8)), max_size=12)


def read(folder: Path, text: str, one_based: bool = False) -> list[Links]:
    path = folder / "links.txt"
    path.write_text(text, encoding="utf-8", newline="\n")
    return read_links(path, [CAT, DOG], LANGUAGES, one_based)


def test_line_n_aligns_pair_n_and_an_empty_line_means_no_links(tmp_path: Path) -> None:
    assert read(tmp_path, f"{CAT_LINKS}\n0-0 1-1\n") == [parse_links(CAT_LINKS), parse_links("0-0 1-1")]
    assert read(tmp_path, "\n0-0") == [Links(), parse_links("0-0")]


@given(st.lists(st.tuples(link_sets, link_sets), max_size=4), st.booleans())
def test_reading_undoes_writing(sets: list[tuple[frozenset[tuple[int, int]], ...]], one_based: bool) -> None:
    links = [Links(sure, sure | more) for sure, more in sets]
    with TemporaryDirectory() as folder:
        write_links(Path(folder) / "links.txt", links, one_based)
        assert read_links(Path(folder) / "links.txt", [CAT] * len(links), LANGUAGES, one_based) == links


def test_a_line_is_what_one_would_write(tmp_path: Path) -> None:
    links = [parse_links("0-0 1p0"), Links()]
    assert links_lines(links, one_based=True) == ["1-1 2p1", ""]
    write_links(tmp_path / "links.txt", links)
    assert (tmp_path / "links.txt").read_bytes() == b"0-0 1p0\n\n"


ONE_BASED_CAT = format_links(parse_links(CAT_LINKS), one_based=True)
WRONG = {
    "an item that is no link": ("\n0-0 1:1\n", False, "line 2: link '1:1' is neither i-j"),
    "a zero where words count from 1": ("1-1 0-2\n\n", True, "line 1: link '0-2' has a word 0, but"),
    "a link past its source": (
        "\n0-0 9-1\n",
        False,
        "line 2: link 9-1 is past its sentence, which has 4 source and 4 target words, counted from 0",
    ),
    "a link past its target, from 1": (
        "\n1-5\n",
        True,
        "line 2: link 1-5 is past its sentence, which has 4 source and 4 target words, counted from 1",
    ),
    "a file from 1 read from 0": (
        f"{ONE_BASED_CAT}\n\n",
        False,
        "line 1: link 7-9 is past its sentence, which has 7 source and 9 target words, counted from 0: "
        "if this file counts from 1, say so (--one-based; to train, --guided-first-word 1)",
    ),
    "too few lines": (
        "0-0\n",
        False,
        " has 1 lines for 2 pairs: line N must align pair N, and pairs that were left out (an empty side) or cut into "
        "another split have no line; `toytrans align` writes a file that fits",
    ),
    "too many lines": ("0-0\n0-0\n\n", False, " has 3 lines for 2 pairs: line N must align pair N"),
    "not text": ("\0\n\n", False, "line 1: link '\\x00' is neither i-j"),
}


@pytest.mark.parametrize(("text", "one_based", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_in_one_line_with_file_and_line(
    text: str, one_based: bool, told: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(told)) as caught:
        read(tmp_path, text, one_based)
    assert str(caught.value).startswith(str(tmp_path / "links.txt"))
    assert "\n" not in str(caught.value)


def test_one_based_is_no_advice_where_it_would_not_help(tmp_path: Path) -> None:
    for text in ("0-0 7-1\n\n", "8-1\n\n"):
        with pytest.raises(ValueError, match="is past its sentence") as caught:
            read(tmp_path, text)
        assert "--one-based" not in str(caught.value)


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "links.txt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"links\.txt is there already: give another file"):
        write_links(path, [Links()])
    assert path.read_text(encoding="utf-8") == "mine"
    with pytest.raises(FileNotFoundError, match=f"{re.escape(str(tmp_path / 'no'))}: no such folder"):
        write_links(tmp_path / "no" / "links.txt", [Links()])
