"""A real browser, and a page of a small model in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from toytrans.attention_maps import View, ViewScore
from toytrans.attention_maps.snapshots import Snapshot, WatchedMap, learning_to_json
from toytrans.attention_maps.viewer import Shown
from toytrans.decoding import Translator
from toytrans.decoding.page import page_document, shown_of
from toytrans.model.transformer import Transformer
from toytrans.page import fill_page, packed_weights
from toytrans.page.writing import MAP_SCRIPTS, MODEL_SCRIPTS, TEXT_SCRIPTS, asset
from toytrans.text import Tokenizer

SENTENCES = ["le chat noir dort .", "un petit chien voit la souris et mange ici", "la balle"]
OpenPage: TypeAlias = Callable[..., Page]


def shown(translator: Translator, texts: Sequence[str]) -> list[Shown]:
    """What a page of these texts opens with."""
    return shown_of(translator.translate(texts, with_attention=True))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as Debian installs it. In CI it must be there."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("no chromium: apt-get install chromium")
        pytest.skip("needs chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def scripts(browser: Browser) -> Iterator[Page]:
    """An empty page with the model, the text room and the maps in JavaScript."""
    page = browser.new_page()
    for name in (*MODEL_SCRIPTS, *TEXT_SCRIPTS, *MAP_SCRIPTS, "pageData.js"):
        page.add_script_tag(content=asset(name))
    yield page
    page.close()


@pytest.fixture(scope="session")
def scored(model: Transformer, tokenizer: Tokenizer) -> Translator:
    """The small model, with views whose claims were measured."""
    scores = (ViewScore(View(2, 1), 0.3, 0.9, 0.8, 0.15), ViewScore(View(), 0.4, 0.7, 0.6, 0.35))
    return Translator(model, tokenizer, ("en", "fr"), "small", "step 120", scores)


@pytest.fixture(scope="session")
def page_file(scored: Translator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of that model, which opens with a few sentences."""
    path = tmp_path_factory.mktemp("page") / "page.html"
    document = page_document(scored, shown(scored, SENTENCES)) | {"learning": learning(scored)}
    path.write_text(fill_page(document, packed_weights(scored.model.weights())), encoding="utf-8")
    return path


def learning(translator: Translator) -> dict[str, object] | None:
    """Two snapshots of one sentence: in the first all weights are 0.2, in the second those of the first word are 1."""
    weights_LHTS = np.full((*translator.shape, 3, 3), 20, dtype=np.uint8)
    learned_LHTS = weights_LHTS.copy()
    learned_LHTS[..., 0] = 100
    words = ("le", "chat", "</s>")
    snapshots = [
        Snapshot(step, (WatchedMap("le chat", "chat le", words, words, weights),))
        for step, weights in ((0, weights_LHTS), (70, learned_LHTS))
    ]
    return learning_to_json(snapshots, [(10, 5.0), (70, 1.0)], [(70, 0.9)])


@pytest.fixture
def open_page(browser: Browser, page_file: Path) -> Iterator[OpenPage]:
    """Opens a page from disk, once its model is ready; a script error or a request is a failure."""
    contexts, failures = [], []

    def opened(address: str = "", file: Path = page_file, **settings: object) -> Page:
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.on("console", lambda message: failures.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: failures.append(request.url) if _is_foreign(request.url) else None)
        page.goto(f"{file.as_uri()}{address}")
        page.wait_for_selector("html[data-ready]", state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not failures


def _is_foreign(address: str) -> bool:
    return not address.startswith(("file:", "data:", "blob:"))
