"""The keyboard alone reaches everything, and the focus is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import OpenPage


def test_the_keyboard_alone_reaches_every_panel_and_every_cell(open_page: OpenPage) -> None:
    page = open_page("#panel=grid")
    page.get_by_role("tab", name="Heat map").focus()
    page.keyboard.press("Tab")
    for _ in range(3):  # the panel itself is no stop
        if page.evaluate("() => document.activeElement.getAttribute('role')") == "gridcell":
            break
        page.keyboard.press("Tab")
    first = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    cell = page.locator(":focus")
    assert (cell.get_attribute("data-row"), cell.get_attribute("data-column")) == ("1", "1")
    assert first != cell.get_attribute("aria-label")
    assert "layer 2, head 1" in (cell.get_attribute("aria-label") or "")
    expect(page.locator(".meaning")).to_contain_text("attends to")
    page.get_by_role("tab", name="Heat map").focus()
    seen = []
    for _ in range(page.get_by_role("tab").count()):
        page.keyboard.press("ArrowRight")
        seen.append(page.locator("[role=tab][aria-selected=true]").get_attribute("id"))
    assert len(set(seen)) == page.get_by_role("tab").count() == 9


def test_the_arrow_keys_mark_a_cell_in_every_head(open_page: OpenPage) -> None:
    page = open_page("#panel=heads")
    page.locator(".small-map").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".meaning")).to_contain_text("layer 1, head 1 0.")
    assert page.locator(".mark").last.get_attribute("y") == "1"


@pytest.mark.parametrize(
    ("address", "pressed", "gets_it"),
    [
        ("panel=heads", ".small-map >> nth=1", "[role=gridcell]"),
        ("panel=heads&layer=1", "#off-1-1", "#off-1-1"),
        ("panel=steps", "text=What if it had said >> nth=0", "[aria-current=step]"),
        ("panel=steps&prefix=4", "#own", "[aria-current=step]"),
        ("panel=steps", "#step-next", "#step-next"),
    ],
)
def test_what_was_pressed_keeps_the_focus_or_its_place_has_it(
    open_page: OpenPage, address: str, pressed: str, gets_it: str
) -> None:
    page = open_page(f"#{address}")
    for _ in range(8 if pressed == "#step-next" else 1):  # beyond the last step
        page.locator(pressed).focus()
        page.keyboard.press("Space" if pressed.startswith("#off") else "Enter")
    assert page.evaluate("(selector) => document.activeElement.matches(selector)", gets_it), focused(page)


def focused(page: Page) -> str:
    """What has the focus, to say so when it is the wrong element."""
    return str(page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)"))
