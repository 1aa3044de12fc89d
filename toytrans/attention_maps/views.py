"""Which attention to show, from which threshold on it claims a link, and how far to believe that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from toytrans.errors import Refused

MAJORITY = 0.5
"""The default threshold, for corpora without gold links."""


@dataclass(frozen=True)
class View:
    """Which attention to show: a layer and a head, counted from 1 as people count.

    No head is the mean of the layer's heads; no layer either is the mean of every head of every layer.
    """

    layer: int | None = None
    head: int | None = None

    def __post_init__(self) -> None:
        if self.layer is None and self.head is not None:
            raise Refused(f"head {self.head} needs a layer: heads are counted within their layer")

    def check(self, num_layers: int, num_heads: int) -> None:
        """A `ValueError` if a model of that shape lacks that layer or head."""
        if self.layer is not None and not 1 <= self.layer <= num_layers:
            raise Refused(f"layer {self.layer}: this model has layers 1 to {num_layers}")
        if self.head is not None and not 1 <= self.head <= num_heads:
            raise Refused(f"head {self.head}: this model has heads 1 to {num_heads}")

    def describe(self, num_layers: int, num_heads: int) -> str:
        """`layer 1 of 2, head 3 of 4`, `layer 2 of 2, mean of 4 heads`, or `mean of all 8 heads of 2 layers`."""
        self.check(num_layers, num_heads)
        if self.layer is None:
            return f"mean of all {num_layers * num_heads} heads of {num_layers} layers"
        head = f"mean of {num_heads} heads" if self.head is None else f"head {self.head} of {num_heads}"
        return f"layer {self.layer} of {num_layers}, {head}"

    @property
    def name(self) -> str:
        """`layer 1, head 3`, `layer 2, mean` or `mean of all`: where there is little room."""
        if self.layer is None:
            return "mean of all"
        return f"layer {self.layer}, mean" if self.head is None else f"layer {self.layer}, head {self.head}"


def views(num_layers: int, num_heads: int) -> list[View]:
    """All views of a model of that shape: the mean of all, each layer's mean, each layer's heads."""
    layers, heads = range(1, num_layers + 1), range(1, num_heads + 1)
    single = [View(layer, head) for layer in layers for head in heads]
    return [View(), *(View(layer) for layer in layers), *single]


def threshold_of(view: View, view_scores: Iterable[ViewScore]) -> float:
    """The view's threshold: the least weight that claims a link."""
    return next((score.threshold for score in view_scores if score.view == view), MAJORITY)


@dataclass(frozen=True)
class ViewScore:
    """How far to believe the links a view claims: those that get at least `threshold` of a target word's attention.

    Measured against gold links on the validation split, where the threshold was chosen too.
    """

    view: View
    threshold: float
    precision: float
    """The fraction of the claimed links that is gold, sure or possible."""
    recall: float
    """The fraction of the sure links that is claimed."""
    aer: float
    """Alignment error rate, 0 (no error) to 1."""

    @property
    def claimed_none(self) -> bool:
        """Whether the view claimed no link on validation, which counts as precision 0 and recall 0."""
        return self.precision == self.recall == 0.0

    def to_json(self) -> dict[str, Any]:
        """Layer and head (null for a mean), threshold and scores."""
        return asdict(self.view) | {name: value for name, value in asdict(self).items() if name != "view"}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ViewScore:
        """The inverse of `to_json`."""
        layer, head = (None if document[name] is None else int(document[name]) for name in ("layer", "head"))
        threshold = float(document["threshold"] if "threshold" in document else document["share"])  # its old name
        precision, recall, aer = (float(document[name]) for name in ("precision", "recall", "aer"))
        return cls(View(layer, head), threshold, precision, recall, aer)
