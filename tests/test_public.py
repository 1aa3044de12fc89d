"""What `toytrans` makes public is there."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import toytrans

ROOMS = [f"toytrans.{module.name}" for module in pkgutil.iter_modules(toytrans.__path__) if module.ispkg]


def test_every_room_is_seen() -> None:
    assert {"toytrans.cli", "toytrans.corpus", "toytrans.decoding", "toytrans.training"} <= set(ROOMS)


@pytest.mark.parametrize("name", ["toytrans", *ROOMS])
def test_all_that_a_package_promises_can_be_imported(name: str) -> None:
    package = importlib.import_module(name)
    assert package.__all__, f"{name} has no __all__"
    assert [public for public in package.__all__ if not hasattr(package, public)] == []
    assert len(set(package.__all__)) == len(package.__all__)
    assert [public for public in package.__all__ if public.startswith("_")] == []
