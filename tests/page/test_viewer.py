"""The page as people meet it: the first picture, hovering, the keyboard, the address, hostile text, small screens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from toytrans.attention_maps.viewer import Shown
from toytrans.config import SearchConfig
from toytrans.decoding import Translator
from toytrans.decoding.hiding import hide_words
from toytrans.decoding.page import page_document, page_html, shown_of
from toytrans.model.transformer import Transformer
from toytrans.page import fill_page, packed_weights
from toytrans.text.reading import Reader, Usage
from toytrans.text.word_tokenizer import WordTokenizer

from .conftest import SENTENCES, OpenPage, shown

WORDS = ["le", "la", "un", "chat", "chien", "dort", "noir", ".", *(f"mot{number}" for number in range(12))]
PANELS = ["lines", "grid", "heads", "steps", "inside", "hidden", "compare", "learning", "table"]


def test_the_first_map_is_there_before_the_model(open_page: OpenPage) -> None:
    page = open_page()
    first, ready = (int(page.locator("html").get_attribute(f"data-{name}") or 0) for name in ("first-map", "ready"))
    assert 0 < first <= ready
    assert page.locator(".side.columns li").all_inner_texts() == ["le", "chat", "noir", "dort", "."]


def test_a_page_without_a_model_shows_its_maps(scored: Translator, open_page: OpenPage, tmp_path: Path) -> None:
    data = page_document(scored, shown(scored, SENTENCES)) | {"model": None}
    (tmp_path / "maps.html").write_text(fill_page(data), encoding="utf-8")
    page = open_page("#panel=steps", file=tmp_path / "maps.html")
    assert page.get_by_role("tab").all_inner_texts() == ["Lines", "Heat map", "All heads", "As text"]
    expect(page.get_by_label("A sentence to translate")).to_have_count(0)
    page.get_by_role("tab", name="Heat map").click()
    assert page.locator("[role=gridcell]").count() > 4


def test_pointing_at_a_word_says_what_it_attends_to_and_how_often_that_is_right(open_page: OpenPage) -> None:
    page = open_page("#layer=2&head=1")
    page.locator(".side.rows button").first.hover()
    expect(page.locator(".meaning")).to_contain_text("attends to")
    assert page.locator(".line.chosen").count() > 0
    expect(page.locator("#belief")).to_contain_text("90 % of the links it claimed were right")


def test_a_typed_sentence_is_translated_as_python_does(open_page: OpenPage, scored: Translator) -> None:
    page, text = open_page(), "la souris voit un zèbre"
    page.get_by_label("A sentence to translate").fill(text)
    page.get_by_label("A sentence to translate").press("Enter")
    (expected,) = scored.translate([text])
    expect(page.locator(".translation")).to_have_text(expected.text or "''")
    for warning in expected.warnings:
        expect(page.locator("#pair")).to_contain_text(warning)


def test_every_sentence_of_a_text_is_translated_and_one_is_shown(
    browser: Browser, model: Transformer, open_page: OpenPage, tmp_path: Path
) -> None:
    reader = Reader({language: Usage(("le", "chat", "."), (".",), ()) for language in ("en", "fr")})
    lenient = Translator(model, WordTokenizer(WORDS, reader), ("en", "fr"))
    (tmp_path / "page.html").write_text(page_html(lenient, shown(lenient, ["le chat."])), encoding="utf-8")
    page = open_page("#text=le+chat.+un+chien.", file=tmp_path / "page.html")
    page.get_by_label("Sentence of the text").select_option("un chien.")
    expect(page.locator(".source")).to_have_text("un chien.")
    (expected,) = lenient.translate(["un chien."])
    expect(page.locator(".translation")).to_have_text(expected.text)
    page.get_by_role("tab", name="Compare").click()  # compares this sentence, not the whole text
    assert page.locator(".side-by-side > div").first.locator("p").nth(2).inner_text().split() == ["un", "chien", "."]


def test_what_is_being_typed_outlives_a_change_of_the_view(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_label("A sentence to translate").fill("le chien")
    page.get_by_role("tab", name="Heat map").click()
    expect(page.get_by_label("A sentence to translate")).to_have_value("le chien")
    page.get_by_label("A sentence to translate").press("Enter")
    expect(page.locator(".source")).to_have_text("le chien")


def test_a_text_too_long_for_a_browser_is_refused_in_one_line(open_page: OpenPage) -> None:
    page = open_page("#text=" + "chat+" * 300)
    expect(page.get_by_role("alert")).to_have_text(re.compile(r"Not translated: a sentence of 301 tokens: .*at most"))


def test_the_address_names_the_view_and_an_address_of_nonsense_is_no_error(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#choose-attention").select_option("Encoder self-attention")
    page.locator("#choose-layer").select_option("layer 1")
    page.get_by_role("tab", name="Heat map").click()
    address = page.evaluate("() => location.hash")
    again = open_page(address)
    assert again.locator("#choose-attention").input_value() == "Encoder self-attention"
    assert again.get_by_role("tab", name="Heat map").get_attribute("aria-selected") == "true"
    open_page("#layer=99&head=-3&kind=x&panel=y&sentence=77&beam=1000&off=%3Cb%3E&row=1e9&prefix=5000+x&step=-4")
    for panel in PANELS[::2]:
        go_to(again, f"panel={panel}&row=500&column=500&step=500&prefix=2&other=%00&text=%E2%80%AE")


def go_to(page: Page, address: str) -> None:
    """Changes the address of an open page, and waits until that is shown."""
    wait = "(done) => addEventListener('hashchange', () => setTimeout(done), { once: true })"
    page.evaluate(f"(hash) => {{ const shown = new Promise({wait}); location.hash = hash; return shown; }}", address)


def test_any_next_token_can_be_said_and_it_goes_on_from_there(open_page: OpenPage) -> None:
    page = open_page("#panel=steps")
    before = page.locator(".translation").inner_text()
    page.get_by_role("button", name="What if it had said").first.click()
    expect(page.locator(".translation")).not_to_have_text(before)
    expect(page.locator("#pair")).to_contain_text("greedy, after 1 given tokens")
    expect(page.locator("#pair")).to_contain_text("Made to begin with")
    page.get_by_role("button", name="Back to the model's own translation").click()
    expect(page.locator(".translation")).to_have_text(before)


def test_a_token_can_be_said_whatever_the_order_of_the_weights(
    scored: Translator, open_page: OpenPage, tmp_path: Path
) -> None:
    data = page_document(scored, shown(scored, SENTENCES))
    in_order: dict[str, Any] = dict(sorted(scored.model.weights().items()))
    data["model"]["weights"].sort(key=lambda each: each["name"])
    assert data["model"]["weights"][0]["name"] != "embedding.weight"
    (tmp_path / "page.html").write_text(fill_page(data, packed_weights(in_order)), encoding="utf-8")
    page = open_page("#panel=steps", file=tmp_path / "page.html")
    page.get_by_role("button", name="What if it had said").first.click()
    expect(page.locator("#pair")).to_contain_text("Made to begin with")


def test_a_token_that_is_not_probable_can_be_said_too(open_page: OpenPage) -> None:
    page = open_page("#panel=steps&step=1")
    page.get_by_label("or another token").fill("mange")
    page.get_by_label("or another token").press("Enter")
    expect(page.locator(".token").nth(1)).to_have_text("mange")
    page.get_by_label("or another token").fill("Zebra")
    page.get_by_label("or another token").press("Enter")
    expect(page.locator("#panel")).to_contain_text("no token “Zebra”")


def test_the_numbers_inside_a_head_add_up_to_its_row_of_the_map(open_page: OpenPage) -> None:
    page = open_page("#panel=inside&layer=2&head=2&row=1")
    weights = [
        float(each)
        for each in page.locator("table.numbers").first.locator("tr td:nth-child(4)").all_inner_texts()
        if each
    ]
    grid = open_page("#panel=grid&layer=2&head=2&end=true")
    cells = grid.locator("[role=gridcell][data-row='1']").all()
    named = [float((cell.get_attribute("aria-label") or "").split(", ")[1]) for cell in cells]
    assert weights == pytest.approx(named, abs=0.006)
    assert sum(weights) == pytest.approx(1, abs=1e-3)


def test_the_head_that_is_most_often_right_is_named(open_page: OpenPage) -> None:
    page = open_page("#panel=heads")
    cards = page.locator(".small-map").all_inner_texts()
    assert [card.split("\n")[0] for card in cards if "the best head" in card] == ["layer 2, head 1"]
    views = page.locator("#panel tbody th").all_inner_texts()
    assert views == ["layer 2 of 2, head 1 of 2", "mean of all 4 heads of 2 layers"]


def test_switching_a_head_off_is_said_and_stands_in_the_address(open_page: OpenPage) -> None:
    page = open_page("#panel=heads")
    page.get_by_label("switch off layer 1, head 2").check()
    expect(page.locator("#pair")).to_contain_text("Switched off: cross-attention layer 1 head 2")
    expect(page.locator("#pair")).to_contain_text(
        re.compile("The translation is the same|With all heads the model says")
    )
    assert "off=cross%2F1%2F2" in page.evaluate("() => location.hash")


def test_a_word_that_was_clicked_stays_chosen_and_stands_in_the_address(open_page: OpenPage) -> None:
    page = open_page("#layer=2&head=1")
    page.locator(".side.rows button").nth(1).click()
    page.locator("h1").hover()
    said = page.locator(".meaning").inner_text()
    assert re.search(r"It needs “.+” most: .* times less likely|Hiding any one word hardly changes", said)
    again = open_page(page.evaluate("() => location.hash"))
    expect(again.locator(".side.rows button.chosen")).to_have_count(1)
    expect(again.locator(".meaning")).to_have_text(said)
    again.get_by_role("tab", name="Step by step").click()
    expect(again.locator(".token.now")).to_have_attribute("id", "token-1")


def test_a_given_translation_stays_the_one_that_is_shown(
    scored: Translator, open_page: OpenPage, tmp_path: Path
) -> None:
    source, given = SENTENCES[0], "le chien noir dort ."
    (own,) = scored.translate([source])
    assert own.text != given
    (map_,), (hidden,) = scored.attend([source], [given]), hide_words(scored, [source], [given])
    (tmp_path / "page.html").write_text(page_html(scored, [Shown(source, given, map_)]), encoding="utf-8")
    page = open_page("#panel=hidden", file=tmp_path / "page.html")
    cells = page.locator("[role=gridcell]").all()
    named = [float((cell.get_attribute("aria-label") or "").split(", ")[1].split()[0]) for cell in cells]
    assert named == pytest.approx(hidden.losses_TS.ravel().tolist(), abs=0.06)
    for tab in ("Step by step", "Lines", "As text"):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator("#pair .translation")).to_have_text(given)
    expect(page.locator("#pair")).to_contain_text("given, not the model's own")


def test_a_page_of_beam_search_says_so_and_stays_so(scored: Translator, open_page: OpenPage, tmp_path: Path) -> None:
    found = scored.translate(SENTENCES[:1], SearchConfig(beam_size=4), with_attention=True)
    (tmp_path / "page.html").write_text(page_html(scored, shown_of(found)), encoding="utf-8")
    page = open_page("", file=tmp_path / "page.html")
    for tab in ("Step by step", "Lines"):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator("#pair")).to_contain_text("Decoding: beam 4")
        assert page.get_by_label("Search").input_value() == "beam of 4"


def test_the_cells_of_hidden_words_say_what_they_mean(open_page: OpenPage) -> None:
    page = open_page("#panel=hidden")
    page.locator("[role=gridcell]").first.hover()
    expect(page.locator(".meaning")).to_contain_text(re.compile("Without “.+”, “.+” is .* likely"))


def test_a_place_that_is_not_there_is_none(open_page: OpenPage) -> None:
    page = open_page("#panel=lines&row=-1")
    for panel in ("lines", "grid", "inside", "hidden", "steps"):
        for place in ("-2", "999"):
            go_to(page, f"panel={panel}&row={place}&column={place}&step={place}")
            assert "undefined" not in page.locator("main").inner_text()
            assert "NaN" not in page.locator("main").inner_text()


def test_what_became_of_a_word_is_said(open_page: OpenPage) -> None:
    page = open_page("#panel=compare")
    expect(page.locator("#panel")).to_contain_text("Both sentences are still the same")
    page.get_by_label("Change a word here").fill("le chien noir dort .")
    page.get_by_label("Change a word here").press("Enter")
    expect(page.locator("#panel")).to_contain_text(re.compile("became|is the same|none took the place"))


def test_two_sentences_are_compared_side_by_side(open_page: OpenPage) -> None:
    page = open_page("#panel=compare&text=le+chat+noir+dort&other=le+chien+noir+dort")
    assert page.locator("mark").first.inner_text().strip() == "chat"
    expect(page.locator("#panel")).to_contain_text("The second map minus the first")


def test_two_unknown_words_are_two_words_and_the_second_sentence_is_warned_of_too(open_page: OpenPage) -> None:
    page = open_page("#panel=compare&text=le+Zorglub+dort&other=le+Blorp+dort")
    assert "Zorglub" in page.locator("mark").first.inner_text()
    expect(page.locator("#panel .warning").last).to_contain_text("Blorp")
    expect(page.locator("#panel")).not_to_contain_text("still the same")


def test_words_from_right_to_left_are_isolated_in_a_warning(open_page: OpenPage) -> None:
    page = open_page("#text=חתול+dort+כלב")
    assert "\u2068חתול\u2069" in page.locator("#pair .warning").first.inner_text()


def test_a_slider_is_not_replaced_while_it_is_drawn_along(open_page: OpenPage) -> None:
    page = open_page("#panel=learning&moment=1")
    slider = page.get_by_label("Moment of training").element_handle()
    slider.evaluate("(each) => { each.value = 0; each.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(page.get_by_role("status").first).to_have_text("before the first step")
    assert slider.evaluate("(each) => each.isConnected")
    assert "moment=0" in page.url


def test_a_slider_shows_how_attention_was_learned(open_page: OpenPage) -> None:
    page = open_page("#panel=learning&moment=0&layer=1&head=2")
    expect(page.get_by_role("status").first).to_have_text("before the first step")
    first = page.locator("td.cell").first.inner_text()
    page.get_by_label("Moment of training").press("ArrowRight")
    expect(page.get_by_role("status").first).to_have_text("after 70 steps")
    assert (first, page.locator("td.cell").first.inner_text()) == (".20", "1.00")
    assert "Loss from 5.00" in (page.get_by_role("img").get_attribute("aria-label") or "")


HOSTILE = "</script><img src=x onerror=alert(1)>\"'&{{data}}<!--\u202e"


def test_hostile_text_stays_text(scored: Translator, open_page: OpenPage, tmp_path: Path) -> None:
    """In the data, in the field and in the address; `open_page` fails on a script error, a request or a policy."""
    hostile = Translator(
        scored.model, scored.tokenizer, scored.languages, HOSTILE, HOSTILE, scored.view_scores, guidance=HOSTILE
    )
    file = tmp_path / "page.html"
    file.write_text(page_html(hostile, shown(hostile, [HOSTILE, "le chat"])), encoding="utf-8")
    page = open_page("#text=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&other=%3Cb%3E", file=file)
    for panel in each_panel(page):
        assert page.locator("img, b").count() == 0, panel
        assert "<img src=x" in page.locator("#pair").inner_text()


def each_panel(page: Page) -> Iterator[str]:
    """Goes from panel to panel."""
    for panel in PANELS:
        page.locator(f"#tab-{panel}").click()
        yield panel


@pytest.mark.parametrize(
    "address", ["sentence=1", "text=le+Donaudampfschifffahrtsgesellschaftskapitän+dort&panel=grid"]
)
def test_no_panel_is_wider_than_a_small_phone(open_page: OpenPage, address: str) -> None:
    page = open_page(f"#{address}", viewport={"width": 320, "height": 640})
    widths = {panel: page.evaluate("() => document.documentElement.scrollWidth") for panel in each_panel(page)}
    assert max(widths.values()) <= 320, widths


@pytest.mark.parametrize(("scheme", "rules"), [("light", {}), ("dark", {"runOnly": ["color-contrast"]})])
def test_axe_finds_nothing(open_page: OpenPage, scheme: str, rules: dict[str, object]) -> None:
    """All of its rules in light; in dark only colours are others."""
    page = open_page(bypass_csp=True, color_scheme=scheme)
    for panel in each_panel(page):
        results = Axe().run(page, options={**rules, "resultTypes": ["violations"]})
        assert not results.response["violations"], f"{panel}: {results.generate_report()}"


def saved(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


SAVED = {
    "lines": "Cross-attention, layer 2 of 2, head 1 of 2. Decoding: greedy.",
    "grid": "Cross-attention, layer 2 of 2, head 1 of 2. Decoding: greedy.",
    "heads": "Cross-attention, all heads of all layers. Decoding: greedy.",
    "hidden": "each source word is hidden in turn",
    "compare": "Second: le chat noir dort . →",
    "learning": "after 70 steps, forced to say the reference.",
    "steps": "Step 1: the most probable next tokens.",
    "inside": "layer 2, head 1. 1. The query that leads to",
    "table": "Cross-attention, layer 2 of 2, head 1 of 2. Decoding: greedy.",
}


@pytest.mark.parametrize("panel", SAVED)
def test_what_is_shown_can_be_saved(open_page: OpenPage, tmp_path: Path, panel: str) -> None:
    page = open_page(f"#panel={panel}")
    svg = saved(page, "Save as SVG", tmp_path)
    root = ElementTree.parse(svg).getroot()
    text = " ".join(root.itertext())
    assert "chat" in text
    assert SAVED[panel] in text
    width, letters = int(root.get("width") or 0), max(len(line) for line in root.itertext())
    assert letters * 7 <= width, "a line runs out of the picture"
    assert saved(page, "Save as PNG", tmp_path).read_bytes().startswith(b"\x89PNG")


def test_a_sentence_is_played_step_by_step(open_page: OpenPage) -> None:
    page = open_page("#panel=steps")
    page.clock.install()
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1100)
    assert page.locator(".token.before").count() == 1


def test_a_notebook_shows_each_map_in_a_frame_of_its_own(scored: Translator, browser: Browser, tmp_path: Path) -> None:
    first, second = scored.translate(SENTENCES[:2], with_attention=True)
    assert second.attention is not None
    (tmp_path / "notebook.html").write_text(f"{first._repr_html_()}{second.attention._repr_html_()}", encoding="utf-8")
    page, failures = browser.new_page(), list[str]()
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto((tmp_path / "notebook.html").as_uri())
    for number, word in enumerate(("noir", "petit")):
        frame = page.frame_locator("iframe").nth(number)
        frame.get_by_role("tab", name="Heat map").click()
        expect(frame.locator("#panel")).to_contain_text(word)
    page.close()
    assert not failures
