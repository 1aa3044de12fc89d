"""Every lesson finds, in its quick pass, the numbers that its README tells."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
LESSONS = sorted(path.parent for path in EXPERIMENTS.glob("*/expected.json"))
MOST_LINES = 135


def load(lesson: Path) -> ModuleType:
    """The `run.py` of a lesson; all have this name, so each becomes a module of its own."""
    spec = importlib.util.spec_from_file_location(f"lesson_{lesson.name}", lesson / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_finds_what_it_tells(lesson: Path) -> None:
    expected = json.loads((lesson / "expected.json").read_text(encoding="utf-8"))
    found = load(lesson).find(quick=True)
    assert found.keys() == expected.keys()
    for name, each in expected.items():
        assert found[name] == pytest.approx(each["value"], abs=each["tolerance"]), name


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_is_short_and_complete(lesson: Path) -> None:
    assert len((lesson / "run.py").read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    told = (lesson / "README.md").read_text(encoding="utf-8")
    assert (lesson / "figure.png").is_file()
    assert "figure.png" in told
    assert told.count("<details>") == told.count("</details>") >= 2
    assert "## Where it does not hold" in told
    assert f"({lesson.name}/README.md)" in (EXPERIMENTS / "README.md").read_text(encoding="utf-8")
