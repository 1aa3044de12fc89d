"""A whole training in one call."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from toytrans.attention_maps import View
from toytrans.config import Config
from toytrans.corpus import load_corpus
from toytrans.training import train

from .conftest import guided


@pytest.mark.parametrize(("guide", "fewest_steps"), [("none", 1), ("self", 3)])
def test_one_call_trains_to_the_end_and_returns_the_translator(
    aligned: Config, tmp_path: Path, guide: str, fewest_steps: int
) -> None:
    said: list[str] = []
    config = guided(aligned, guide)
    translator = train(tmp_path / "run", config, load_corpus(aligned.corpus), "cpu", said.append)
    assert translator.checkpoint_name.startswith("step ")
    assert sum(line.startswith("step ") for line in said) >= fewest_steps
    assert (translator.view == View(config.model.num_layers, 1)) or guide == "none"
    with pytest.raises(FileExistsError):
        train(tmp_path / "run", config, note=said.append)


def test_ctrl_c_ends_the_call_and_says_what_is_saved(aligned: Config, tmp_path: Path) -> None:
    def press_ctrl_c(_: str) -> None:
        signal.raise_signal(signal.SIGINT)

    config = replace(aligned, training=replace(aligned.training, validate_every=4, max_steps=24))
    with pytest.raises(KeyboardInterrupt, match=r"stopped after step \d+, saved in "):
        train(tmp_path / "run", config, None, "cpu", press_ctrl_c)
