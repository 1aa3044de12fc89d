"""A page of a run with subwords: words and pieces are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from playwright.sync_api import expect

from toytrans.attention_maps import View, ViewScore
from toytrans.attention_maps.viewer import Shown
from toytrans.config import ModelConfig, TextConfig
from toytrans.corpus import load_corpus
from toytrans.decoding import Translator
from toytrans.decoding.page import page_html
from toytrans.model.transformer import Transformer
from toytrans.text import build_tokenizer

from .conftest import OpenPage


@pytest.fixture(scope="module")
def pieces_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small vocabulary, so that words have several pieces."""
    pairs = [pair.sides for pair in load_corpus("toy").split("train")[::100]]
    tokenizer = build_tokenizer(TextConfig(tokenizer="subwords", vocabulary_size=120), pairs, ("en", "fr"))
    torch.manual_seed(3)
    model = Transformer(ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32), len(tokenizer)).eval()
    scores = (ViewScore(View(2, 1), 0.01, 0.9, 0.8, 0.15),)
    translator = Translator(model, tokenizer, ("en", "fr"), "pieces", "step 0", scores)
    source, target = pairs[0]
    (map_,) = translator.attend([source], [target])
    path = tmp_path_factory.mktemp("pieces") / "page.html"
    path.write_text(page_html(translator, [Shown(source, target, map_)]), encoding="utf-8")
    return path


def test_the_chosen_word_stays_the_same_word_inside_a_head(pieces_page: Path, open_page: OpenPage) -> None:
    page = open_page("#panel=grid&row=3", file=pieces_page)
    word = page.locator("tbody th").nth(3).inner_text()
    page.get_by_role("tab", name="Inside a head").click()
    place = page.get_by_label("The piece that is predicted")
    piece = place.evaluate("(select) => select.selectedOptions[0].textContent")
    assert word.startswith(piece.removeprefix("▁"))
    place.select_option(index=0)
    expect(page.locator("#panel h2").first).to_contain_text("leads to")
    page.get_by_role("tab", name="Heat map").click()
    expect(page.locator(".cell.chosen, [role=gridcell][tabindex='0']").first).to_have_attribute("data-row", "0")


@pytest.mark.parametrize("panel", ["lines", "grid", "table"])
def test_no_link_is_claimed_of_pieces(pieces_page: Path, open_page: OpenPage, panel: str) -> None:
    page = open_page(f"#panel={panel}", file=pieces_page)
    claimed = page.locator("#panel .claimed, .attended:has-text('*')")
    assert claimed.count() > 0
    page.get_by_label("Units").select_option("pieces of words")
    assert claimed.count() == 0
    expect(page.locator("#belief")).to_contain_text("All of that is of whole words; this map is of pieces.")
    if panel == "grid":
        page.locator("[role=gridcell]").first.hover()
        expect(page.locator(".meaning")).to_contain_text("links are claimed for whole words")
