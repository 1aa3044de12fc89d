"""One training step after another, by toytrans's own loop or by a tutorial's loop around a peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
import torch.nn.functional as F
from machine import AUTOCAST, get_precision, is_installed, set_precision
from peers import Marian, TorchTransformer
from torch import Tensor, nn
from workload import Batches, num_target_tokens, scores

from toytrans import PAD, Batch, BucketedBatches, ModelConfig, TrainingConfig, Transformer, make_optimizer, train_steps

PeerName = Literal["torch.nn.Transformer", "MarianMTModel"]
PEERS: tuple[PeerName, ...] = ("torch.nn.Transformer", "MarianMTModel")


def available_peers() -> list[PeerName]:
    """Those whose libraries are installed."""
    return [name for name in PEERS if name != "MarianMTModel" or is_installed("transformers")]


@dataclass(frozen=True)
class Made:
    """A step that was made: the loss before it, and the work it did."""

    loss: float
    pairs: int
    target_tokens: int


class Trainer(Protocol):
    """A model being trained."""

    @property
    def model(self) -> nn.Module:
        """The model; `workload.scores` scores with it."""
        ...

    def step(self) -> Made:
        """Makes the next step, on the next batch."""
        ...


@dataclass(frozen=True)
class Recipe:
    """How a peer is trained; toytrans has its own `TrainingConfig`."""

    learning_rate: float
    """Peak learning rate. Linear decay runs during warm-up too."""
    horizon: int
    """Steps in which the learning rate falls to zero, in a straight line."""
    warmup_steps: int = 200
    """Steps in which it rises from zero."""
    batch_tokens: int = 1000
    dropout: float = 0.1
    label_smoothing: float = 0.1
    beta2: float = 0.98
    """AdamW's second beta; the first is 0.9."""
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    optimizer: Literal["adamw", "muon"] = "adamw"
    """`muon`: Muon (Jordan et al., 2024), scaled as AdamW's steps are (Liu et al., 2025), for the matrices between the
    embedding and the output, AdamW for the rest."""
    matrix_learning_rate: float = 0.0
    """Muon's learning rate."""
    init_std: float = 0.02
    """Of Marian's first weights; its default is 0.02. `torch.nn.Transformer` begins with Xavier's (Glorot) rule."""

    def factor(self, step: int) -> float:
        """Factor of the peak learning rate at this step, from 0 to 1."""
        warmup = min(1.0, (step + 1) / self.warmup_steps) if self.warmup_steps else 1.0
        return warmup * max(0.0, 1.0 - step / self.horizon)


class ToytransTrainer:
    """toytrans, by its own generator of steps."""

    def __init__(
        self, config: ModelConfig, vocabulary_size: int, training: TrainingConfig, batches: BucketedBatches
    ) -> None:
        torch.manual_seed(training.seed)
        self.model = Transformer(config, vocabulary_size)
        self._steps = train_steps(
            self.model,
            make_optimizer(self.model, training),
            batches,
            training,
            num_done=0,
            progress=lambda number: number / training.max_steps,
        )

    def step(self) -> Made:
        """Makes a step; `StopIteration` where the recipe ends."""
        made = next(self._steps)
        return Made(made.loss, made.pairs, made.target_tokens)


class PlainTrainer:
    """The loop of a tutorial around a peer: scores of all positions, cross-entropy that ignores padding."""

    def __init__(self, model: nn.Module, batches: Batches, recipe: Recipe) -> None:
        self.model, self._batches, self._recipe, self._num_done = model, batches, recipe, 0
        self._optimizers = _optimizers(model, recipe)

    def step(self) -> Made:
        """Makes a step."""
        batch = self._batches.batch(self._num_done)
        for group in (group for optimizer in self._optimizers for group in optimizer.param_groups):
            group["lr"] = self._recipe.factor(self._num_done) * group["peak"]
        loss = plain_loss(self.model, batch, self._recipe.label_smoothing)
        self.model.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self._recipe.clip_norm)
        for optimizer in self._optimizers:
            optimizer.step()
        self._num_done += 1
        return Made(loss.item(), len(batch.pairs), num_target_tokens(batch))


def plain_loss(model: nn.Module, batch: Batch, label_smoothing: float) -> Tensor:
    """The mean loss of a target token, smoothed; padding is scored too, and then ignored."""
    logits_BTV = scores(model, batch.source_BS, batch.target_input_BT)
    return F.cross_entropy(
        logits_BTV.flatten(0, 1).float(),
        batch.target_output_BT.flatten(),
        ignore_index=PAD,
        label_smoothing=label_smoothing,
    )


def build_peer(
    name: PeerName,
    config: ModelConfig,
    vocabulary_size: int,
    seed: int,
    init_std: float = Recipe.init_std,
    sparing_dropout: bool = False,
) -> nn.Module:
    """A peer with its first weights, ready to train."""
    torch.manual_seed(seed)
    if name == "torch.nn.Transformer":
        return TorchTransformer(config, vocabulary_size, sparing_dropout).train()
    return Marian(config, vocabulary_size, init_std).train()


def _optimizers(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    hidden = [p for name, p in named if recipe.optimizer == "muon" and p.dim() == 2 and not _is_embedding(name)]
    others = [p for _, p in named if not any(p is one for one in hidden)]
    adamw = torch.optim.AdamW(
        [
            _group([p for p in others if p.dim() >= 2], recipe.learning_rate, recipe.weight_decay),
            _group([p for p in others if p.dim() < 2], recipe.learning_rate, 0.0),
        ],
        betas=(0.9, recipe.beta2),
        fused=True,
    )
    if not hidden:
        return [adamw]
    groups = [_group(hidden, recipe.matrix_learning_rate, recipe.weight_decay)]
    return [torch.optim.Muon(groups, adjust_lr_fn="match_rms_adamw"), adamw]


def _group(parameters: list[nn.Parameter], rate: float, weight_decay: float) -> dict[str, Any]:
    return {"params": parameters, "lr": rate, "peak": rate, "weight_decay": weight_decay}


def _is_embedding(name: str) -> bool:
    return any(word in name for word in ("embedding", "shared", "embed_", "lm_head"))


class Switched:
    """A trainer with a precision of its own, whatever the others have; it may change it as it goes on."""

    def __init__(self, build: Callable[[], Trainer], precision: str = "none") -> None:
        self.precision = precision
        with self.on():
            self.trainer = build()

    @contextmanager
    def on(self) -> Iterator[None]:
        """Inside the `with`, its precision; afterwards the one before. What it is changed to inside is kept for next
        time."""
        if self.precision == AUTOCAST:
            with torch.autocast("cpu", torch.bfloat16):
                yield
            return
        outside = get_precision()
        set_precision(self.precision)
        try:
            yield
        finally:
            self.precision = get_precision()
            set_precision(outside)

    def steps(self, count: int) -> list[Made]:
        """Makes so many steps."""
        return [self._step() for _ in range(count)]

    def _step(self) -> Made:
        with self.on():  # anew each step: inside one `with`, autocast keeps the weights that it cast once
            return self.trainer.step()
