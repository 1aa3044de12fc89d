"""What a finished run shows: its loss curve, and a README for those who find the folder."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from toytrans.attention_maps.labels import visible
from toytrans.errors import Refused
from toytrans.files import write_whole
from toytrans.run import Run, checkpoint_folder_name, read_metrics


def draw_loss_curve(run: Run) -> Path:
    """Draws the losses of `metrics.jsonl` over the steps, as `loss.png`."""
    from matplotlib.figure import Figure

    losses, validations = run.losses()
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([step for step, _ in losses], [loss for _, loss in losses], label="training", color="tab:blue")
    axes.plot(
        [step for step, _ in validations],
        [loss for _, loss in validations],
        label="validation",
        color="tab:orange",
        marker="o",
    )
    axes.set(xlabel="step", ylabel="loss (nats a target token)", ylim=(0, None), title="Loss")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    smoothing = run.config.training.label_smoothing
    figure.supxlabel(
        f"The training loss is measured with dropout and label smoothing of {smoothing:g}"
        + (", so it cannot reach 0" if smoothing else "")
        + "; the validation loss with neither.",
        fontsize=8,
    )
    path = run.path / "loss.png"
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=120, metadata={"Software": None})
    write_whole(path, content.getvalue())
    return path


def write_run_readme(run: Run) -> Path:
    """Says what was trained, on what, and how well it did on validation."""
    best = _best_validation(run)
    config = run.config
    scores = [f"| {name} | {value:.3f} |" for name, value in best["validation"].items() if isinstance(value, float)]
    alignment = best["validation"].get("alignment") or {}
    scores += [f"| alignment: {name} | {alignment[name]:.3f} |" for name in ("precision", "recall", "aer") if alignment]
    text = "\n".join(
        [
            f"# {_code(run.path.resolve().name)}",
            "",
            f"A Transformer from {config.source_language} to {config.target_language}, trained by toytrans on "
            f"{_code(Path(config.corpus).name)}.",
            "",
            f"- {config.model.num_layers}+{config.model.num_layers} layers, d_model {config.model.d_model}, "
            f"{config.model.num_heads} heads, d_ff {config.model.d_ff}, dropout {config.model.dropout:g}",
            f"- tokenizer: {config.text.tokenizer}; seed {config.training.seed}",
            f"- corpus fingerprint: `{run.corpus_fingerprint[:16]}`",
            *([f"- guided alignment: {config.guidance}"] if config.guidance else []),
            "",
            f"The best checkpoint is that of step {best['step']}. On validation (at most "
            f"{config.training.validation_pairs} pairs, greedy):",
            "",
            "| score | value |",
            "|---|---|",
            *scores,
            "",
            "All settings are in `config.json`, the training log in `metrics.jsonl` and `loss.png`.",
            "",
        ]
    )
    path = run.path / "README.md"
    write_whole(path, text)
    return path


def _code(name: str) -> str:
    """A name in Markdown, whatever characters it has."""
    return f"`{visible(name).replace('`', chr(39))}`"


def _best_validation(run: Run) -> dict[str, Any]:
    name = run.checkpoint_name("best") or ""
    for line in read_metrics(run.metrics_path):
        if "validation" in line and name == checkpoint_folder_name(line["step"]):
            return line
    where = f"{run.metrics_path} holds no validation of {name}, the best checkpoint"
    raise Refused(f"{where}: restore the file from a copy")
