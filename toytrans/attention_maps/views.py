"""Which attention to look at, and how far to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class View:
    """Which attention to look at: a layer and a head, counted from 1 as people count; no head is the mean of all."""

    layer: int
    head: int | None = None

    def check(self, num_layers: int, num_heads: int) -> None:
        """A `ValueError` where a model of that shape has no such layer or head."""
        if not 1 <= self.layer <= num_layers:
            raise ValueError(f"layer {self.layer}: this model has layers 1 to {num_layers}")
        if self.head is not None and not 1 <= self.head <= num_heads:
            raise ValueError(f"head {self.head}: this model has heads 1 to {num_heads}")

    def describe(self, num_layers: int, num_heads: int) -> str:
        """`layer 1 of 2, head 3 of 4`, or `layer 2 of 2, mean of 4 heads`."""
        self.check(num_layers, num_heads)
        head = f"mean of {num_heads} heads" if self.head is None else f"head {self.head} of {num_heads}"
        return f"layer {self.layer} of {num_layers}, {head}"


@dataclass(frozen=True)
class ViewError:
    """How far to believe a view: its alignment error rate against gold links, 0 (all right) to 1."""

    view: View
    aer: float

    def to_json(self) -> dict[str, Any]:
        """Layer, head (null for the mean of all) and error rate."""
        return {"layer": self.view.layer, "head": self.view.head, "aer": self.aer}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ViewError:
        """The inverse of `to_json`."""
        head = document["head"]
        return cls(View(int(document["layer"]), None if head is None else int(head)), float(document["aer"]))
