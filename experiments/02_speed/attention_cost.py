"""What it costs toytrans to hand out the attention of every layer and head.

Axes: B sentences, S source positions, T target positions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from rounds import median_ratio, say

from toytrans.decoding import Translator
from toytrans.model import Transformer
from toytrans.text import Batch


def forward_cost(model: Transformer, batches: Sequence[Batch], rounds: int) -> dict[str, Any]:
    """Seconds of forward passes over the batches, with attention and without, a round each."""
    model.eval()
    return _with_and_without("forward", rounds, lambda is_on: _forward(model, batches, is_on))


def translating_cost(translator: Translator, texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """Seconds of translating the texts greedily, with attention and without, a round each."""
    return _with_and_without("translate", rounds, lambda is_on: translator.translate(texts, with_attention=is_on))


@torch.inference_mode()
def _forward(model: Transformer, batches: Sequence[Batch], return_attention: bool) -> None:
    for batch in batches:
        encoded = model.encode(batch.source_BS, return_attention)
        decoded = model.decode(batch.target_input_BT, encoded, return_attention)
        model.next_token_logits(decoded.states_BTD)


def _with_and_without(name: str, rounds: int, work: Callable[[bool], object]) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    work(False)  # the first pass warms up
    for _ in range(rounds):
        for case in seconds:
            started = time.perf_counter()
            work(case == "with")
            seconds[case].append(time.perf_counter() - started)
    times = median_ratio(seconds["with"], seconds["without"])
    say(f"attention returned: {name} takes {times:.2f} times as long")
    return {"seconds": seconds, "times": times}
