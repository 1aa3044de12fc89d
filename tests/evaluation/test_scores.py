"""Scores of translations: what they are on cases worked by hand, and what they refuse to compare."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from toytrans.evaluation import exact, score_files, score_translations, sentence_chrf

CAT = "Le chat s'est assis sur le tapis."
DOG = "Le chien dort."


def test_the_references_themselves_score_full_marks() -> None:
    scores = score_translations([CAT, DOG], [CAT, DOG])
    assert (scores.bleu, scores.chrf, scores.exact_match) == (100.0, 100.0, 1.0)


def test_bleu_of_a_worked_example() -> None:
    # Five words, the last one wrong: right are 4 words of 5, 3 pairs of 4, 2 triples of 3, and 1 four of 2.
    scores = score_translations(["un deux trois quatre six"], ["un deux trois quatre cinq"])
    assert scores.bleu == pytest.approx(100 * (4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** (1 / 4))
    assert scores.exact_match == 0.0


def test_each_output_is_compared_with_the_reference_of_its_own_line() -> None:
    assert score_translations([CAT, DOG, DOG], [CAT, CAT, DOG]).exact_match == pytest.approx(2 / 3)
    assert score_translations([DOG, CAT], [CAT, DOG]).exact_match == 0.0


def test_the_signature_says_how_both_scores_were_computed() -> None:
    bleu, chrf = score_translations([CAT], [CAT]).signature.split(" ")
    assert bleu.startswith("BLEU|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert chrf.startswith("chrF2|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:")


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="2 outputs for 1 references"):
        score_translations([CAT, DOG], [CAT])
    with pytest.raises(ValueError, match="no sentences to score"):
        score_translations([], [])


@pytest.mark.parametrize("output", [CAT, f"  {CAT} ", CAT.replace("'", "’"), CAT.replace(" ", "\u00a0")])
def test_spaces_and_the_shape_of_an_apostrophe_do_not_make_a_sentence_wrong(output: str) -> None:
    assert exact(output, CAT)


HINDI = "बिल्ली चटाई पर बैठी है।"
RESPELLED: list[Callable[[str], str]] = [
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: text.replace("'", "’"),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: "\ufeff" + text.replace("a", "a\u00ad"),
]


@pytest.mark.parametrize("respelled", RESPELLED, ids=["decomposed", "curly", "no-break spaces", "invisible"])
def test_all_scores_compare_what_a_model_reads(respelled: Callable[[str], str], tmp_path: Path) -> None:
    lines = [CAT, DOG, "Où est l'été ?", HINDI]
    others = [respelled(line) for line in lines]
    assert others != lines
    output, reference = (write(tmp_path / name, "\n".join(texts)) for name, texts in (("a", others), ("b", lines)))
    for scores in (
        score_translations(others, lines),
        score_translations(lines, others),
        score_files(output, reference),
    ):
        assert (scores.bleu, scores.chrf, scores.exact_match) == (100.0, 100.0, 1.0)
    assert sentence_chrf(others[0], lines[0]) == 100.0


def test_one_spelling_of_an_accent_is_as_good_as_the_other() -> None:
    assert exact("e\u0301te\u0301", "été")


@pytest.mark.parametrize("output", ["", CAT.lower(), CAT[:-1], CAT.replace("tapis", "tapi")])
def test_letters_case_and_punctuation_do(output: str) -> None:
    assert not exact(output, CAT)


def test_a_sentence_nearer_to_its_reference_has_the_higher_chrf() -> None:
    near, far, none = (sentence_chrf(output, CAT) for output in (CAT.replace("tapis", "lit"), "Le chat.", ""))
    assert 100.0 > near > far > none == 0.0
    assert sentence_chrf(CAT, CAT) == 100.0


# Files


def write(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


def test_files_score_as_their_lines_do(tmp_path: Path) -> None:
    output, reference = write(tmp_path / "output", f"{CAT}\r\n\n"), write(tmp_path / "reference", f"{CAT}\n{DOG}")
    assert score_files(output, reference) == score_translations([CAT, ""], [CAT, DOG])


def test_files_of_unequal_length_are_refused_by_name_and_number(tmp_path: Path) -> None:
    output, reference = write(tmp_path / "output", f"{CAT}\n"), write(tmp_path / "reference", f"{CAT}\n{DOG}\n")
    with pytest.raises(ValueError, match=r"output has 1 lines and .*reference 2: line N") as error:
        score_files(output, reference)
    assert "\n" not in str(error.value)


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    text = "Le chat\u2028dort\x0b\x85 ici.\n"
    assert score_files(write(tmp_path / "output", text), write(tmp_path / "reference", text)).exact_match == 1.0


def test_bytes_that_are_no_text_are_named_by_file_and_line(tmp_path: Path) -> None:
    output, reference = tmp_path / "output", write(tmp_path / "reference", f"{CAT}\n{CAT}\n")
    output.write_bytes(b"bien\n\xe9t\xe9\n")
    with pytest.raises(ValueError, match=r"output, line 2, byte 1: not UTF-8"):
        score_files(output, reference)


def test_sacrebleu_is_loaded_only_where_something_is_scored() -> None:
    program = "import sys, toytrans.evaluation; print('sacrebleu' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n"
