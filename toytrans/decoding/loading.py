"""From a run on disk to a translator: in PyTorch for many sentences, or in NumPy to start at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toytrans.attention_maps import View, ViewScore
from toytrans.decoding.confidence import Limits
from toytrans.decoding.translator import Translator
from toytrans.errors import Refused
from toytrans.model.numpy_transformer import NumpyTransformer
from toytrans.run import Checkpoint, Run
from toytrans.text import Tokenizer

if TYPE_CHECKING:
    from toytrans.model.transformer import Transformer


def load(run: str | Path, which: Literal["best", "last"] = "best", device: str = "auto") -> Translator:
    """The translator of a run, in PyTorch; `FileNotFoundError` or `ValueError` where the run is not whole."""
    from toytrans.model.device import choose_device, keep_freed_memory
    from toytrans.model.transformer import Transformer

    opened, checkpoint, tokenizer = _open(Path(run), which)
    keep_freed_memory()
    model = Transformer.from_weights(opened.config.model, checkpoint.weights).to(choose_device(device))
    return _translator(model, opened, checkpoint, tokenizer)


def load_numpy(run: str | Path, which: Literal["best", "last"] = "best") -> Translator:
    """The same in NumPy, a sentence at a time. PyTorch, whose import takes one to two seconds, is not imported."""
    opened, checkpoint, tokenizer = _open(Path(run), which)
    return _translator(NumpyTransformer(opened.config.model, checkpoint.weights), opened, checkpoint, tokenizer)


def _open(path: Path, which: str) -> tuple[Run, Checkpoint, Tokenizer]:
    run = Run.open(path)
    checkpoint, tokenizer = run.load_checkpoint(which), run.load_tokenizer()
    run.check_weights(checkpoint, tokenizer)
    return run, checkpoint, tokenizer


def _translator(
    model: Transformer | NumpyTransformer, run: Run, checkpoint: Checkpoint, tokenizer: Tokenizer
) -> Translator:
    state = checkpoint.state
    try:
        view_scores = tuple(map(ViewScore.from_json, state.get("view_scores", ())))
        limits = Limits.from_json(state.get("limits") or {})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused(f"{run.path}, step {checkpoint.step}: state.json is not as it was saved: {error}") from None
    return Translator(
        model,
        tokenizer,
        run.config.languages,
        run_name=run.path.resolve().name,
        checkpoint_name=f"step {checkpoint.step}",
        view_scores=view_scores,
        guided_view=View(*run.config.guided_view) if run.config.guided_view else None,
        guidance=run.config.guidance,
        limits=replace(limits, max_tokens=run.config.text.max_tokens),
        neighbours=run.load_neighbours(),
    )
