"""`toytrans page`: where the page is written, with what, and what is refused."""

from __future__ import annotations

import json
import re
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from .conftest import Toytrans


def data_of(page: Path) -> dict[str, Any]:
    """The data block of a page."""
    (block,) = re.findall(r'id="page-data">(.*?)</script>', page.read_text(encoding="utf-8"))
    data: dict[str, Any] = json.loads(block)
    return data


def test_a_page_opens_with_the_sentences_given_and_is_written_into_the_run(toytrans: Toytrans, run: Path) -> None:
    outcome = toytrans("page", run, "the cat sees the dog", "--beam", "2")
    assert (outcome.status, outcome.out) == (0, "")
    assert f"saved {run / 'page.html'}" in outcome.err
    (map_,) = data_of(run / "page.html")["maps"]
    assert (map_["source"], map_["decoding"]) == ("the cat sees the dog", "beam 2")


def test_it_is_opened_on_request(
    toytrans: Toytrans, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    out = tmp_path / "new" / "a page.html"
    assert toytrans("page", run, "the cat", "--out", out, "--open").status == 0
    assert opened == [out.resolve().as_uri()]


def test_a_folder_is_no_page(toytrans: Toytrans, run: Path, tmp_path: Path) -> None:
    assert "is a folder: give a file with --out" in toytrans("page", run, "the cat", "--out", tmp_path).failed()
