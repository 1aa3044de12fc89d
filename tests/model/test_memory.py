from __future__ import annotations

import ctypes
import sys

import pytest

from toytrans.model.memory import keep_freed_memory


def test_other_systems_and_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())  # a library without mallopt
    monkeypatch.setattr(sys, "platform", "linux")
    keep_freed_memory()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: pytest.fail("touched the C library"))
    monkeypatch.setattr(sys, "platform", "darwin")
    keep_freed_memory()


def test_linux_is_told_to_keep_what_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[int, int] = {}

    class Library:
        def mallopt(self, name: int, value: int) -> int:
            told[name] = value
            return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library())
    monkeypatch.setattr(sys, "platform", "linux")
    keep_freed_memory()
    assert told == {-3: 2**25, -1: 2**30}
