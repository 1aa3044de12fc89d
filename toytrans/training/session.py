"""One sitting of a training run: it takes the steps, logs, validates, saves, and goes on where the last one was."""

from __future__ import annotations

import os
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from toytrans.config import Config, TrainingConfig
from toytrans.corpus import Corpus, Pair
from toytrans.decoding import Limits, Translator
from toytrans.errors import Refused
from toytrans.model import Transformer
from toytrans.model.device import device_name, keep_freed_memory, return_freed_memory
from toytrans.run import Checkpoint, Run, hold
from toytrans.text import BucketedBatches, Tokenizer, build_tokenizer
from toytrans.text.neighbours import Neighbours
from toytrans.training import metrics
from toytrans.training.beginning import Note, begin_run, check_fingerprint, corpus_of, last_checkpoint, restore_links
from toytrans.training.guidance import Guide, guiding_links, load_guide
from toytrans.training.joined_pairs import with_joined_pairs
from toytrans.training.loop import Step, check_weights, train_steps
from toytrans.training.optimizer import make_optimizer, optimizer_arrays, restore_optimizer
from toytrans.training.snapshots import Snapshots
from toytrans.training.unknown_words import with_unknown_words
from toytrans.training.validation import Validation, validate


@dataclass
class _State:
    """What a checkpoint keeps beside the tensors."""

    step: int = 0
    validated_step: int = 0
    seconds: float = 0.0
    best_step: int = 0
    best_bleu: float = -1.0
    best_loss: float = 0.0
    highest_bleu: float = -1.0
    """Of all validations; the best checkpoint may have a little less, with a lower loss."""
    validations_without_better: int = 0
    view_scores: list[dict[str, Any]] = field(default_factory=list)
    """How well each view of attention aligned words at the last validation."""
    limits: dict[str, Any] = field(default_factory=dict)
    """The limits of the warnings, as measured at the last validation."""
    window: dict[str, Any] = field(default_factory=dict)
    """What the steps add up to that no line of `metrics.jsonl` tells yet."""

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> _State:
        """What a checkpoint kept; fields of older versions are ignored, and ill-typed ones a `ValueError`."""
        kept = {each.name: state[each.name] for each in fields(cls) if each.name in state}
        found = cls(**{"highest_bleu": kept.get("best_bleu", cls.highest_bleu), **kept})
        for each in fields(cls):
            value, default = getattr(found, each.name), getattr(cls(), each.name)
            if isinstance(value, bool) or not isinstance(
                value, (int, float) if each.type == "float" else type(default)
            ):
                raise Refused(f"state.json: {each.name} {value!r} has the wrong type: restore it from a copy")
        return found

    def add(self, validation: Validation) -> None:
        self.validated_step = self.step
        is_better = validation.is_better_than(self.best_bleu, self.best_loss, self.highest_bleu)
        self.highest_bleu = max(self.highest_bleu, validation.bleu)
        if is_better:
            self.best_step, self.best_bleu, self.best_loss = self.step, validation.bleu, validation.loss
            self.validations_without_better = 0
        else:
            self.validations_without_better += 1
        self.view_scores = [each.to_json() for each in validation.view_scores]
        self.limits = validation.limits.to_json()


class Session:
    """One sitting of a run. `events` yields every step and validation; `was_interrupted` tells how it ended."""

    def __init__(
        self,
        run: Run,
        corpus: Corpus,
        tokenizer: Tokenizer,
        checkpoint: Checkpoint | None,
        device: torch.device,
        note: Note = print,
    ) -> None:
        """`ValueError` if the guiding links do not fit the corpus, `FileNotFoundError` if they are missing.

        `BlockingIOError` if another process trains the run. The lock is kept as long as the session.
        """
        weakref.finalize(self, hold(run.path).lock.release)
        self.run, self.corpus, self.tokenizer, self.device = run, corpus, tokenizer, device
        self.config: TrainingConfig = run.config.training
        self.was_interrupted = False
        self._note = note
        self._state = _State.from_json(checkpoint.state) if checkpoint else _State()
        self._window = metrics.Window.from_json(self._state.window)
        self._make_repeatable()
        keep_freed_memory()
        if checkpoint:
            run.check_weights(checkpoint, tokenizer)
            self.model = Transformer.from_weights(run.config.model, checkpoint.weights).to(device)
        else:
            torch.manual_seed(self.config.seed)
            self.model = Transformer(run.config.model, len(tokenizer)).to(device)
        self._optimizer = make_optimizer(self.model, self.config)
        if checkpoint:
            restore_optimizer(self.model, self._optimizer, checkpoint.optimizer)
            if checkpoint.step and not checkpoint.optimizer:
                raise Refused("state.safetensors holds nothing: restore it from a copy")
        self._batches, self._guide = self._prepare_training_pairs()
        fitting = self._that_fit(corpus.split("validation"))
        self._validation_pairs = _spread(fitting, self.config.validation_pairs)
        self._sat_down, self._seconds_before = time.perf_counter(), self._state.seconds
        self._progress_before = self.progress()
        self._snapshots = Snapshots(run.snapshots_path, corpus.watched, self.config.snapshots, self._progress_before)

    @classmethod
    def start(
        cls, config: Config, path: Path, device: torch.device, note: Note, corpus: Corpus | None = None
    ) -> Session:
        """Begins a run in a new or empty directory. `corpus`, if given, stands for the one that the settings name."""
        run, corpus = begin_run(config, path, note, corpus)
        try:
            return cls._open(run, corpus, device, note)
        except Exception:
            run.abandon()  # whoever mends what was refused can take the same directory
            raise

    @classmethod
    def resume(
        cls, path: Path, changes: dict[str, Any], device: torch.device, note: Note, corpus: Corpus | None = None
    ) -> Session:
        """Goes on from a run's last checkpoint; `changes` are new limits: `max_steps`, `max_minutes`, `patience`."""
        Run.open(path)
        with hold(path):
            run = Run.open(path)  # again: until now another process may have trained it
            corpus = corpus or corpus_of(run, note)
            check_fingerprint(run, corpus)
            restore_links(run, corpus)
            changed = replace(run.config, training=replace(run.config.training, **changes))
            session = cls._open(replace(run, config=changed), corpus, device, note)
            if changes:
                session.run = session.run.with_config(changed)
            return session

    @classmethod
    def _open(cls, run: Run, corpus: Corpus, device: torch.device, note: Note) -> Session:
        if not run.tokenizer_path.is_file():
            sentences = (pair.sides for pair in corpus.split("train"))
            run.save_tokenizer(build_tokenizer(run.config.text, sentences, run.config.languages))
        checkpoint = last_checkpoint(run, device, note)
        session = cls(run, corpus, run.load_tokenizer(), checkpoint, device, note)
        run.drop_leftovers()  # now that the session has locked the run
        if session._neighbours is not None and not run.neighbours_path.is_file():
            run.save_neighbours(session._neighbours)
        if num_left_out := session._batches.num_left_out:
            note(f"{num_left_out} training pairs longer than {run.config.text.max_tokens} tokens left out")
        return session

    @property
    def num_parameters(self) -> int:
        """Numbers that training adjusts."""
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def steps_done(self) -> int:
        """Steps made so far, those of earlier sittings included."""
        return self._state.step

    @property
    def seconds(self) -> float:
        """Time spent so far, earlier sittings included."""
        return self._seconds_before + time.perf_counter() - self._sat_down

    @property
    def is_finished(self) -> bool:
        """Whether the limit is reached, or validations have stopped getting better."""
        return self.progress() >= 1.0 or self._state.validations_without_better >= self.config.patience

    @property
    def is_validated(self) -> bool:
        """Whether the last step has been validated: until then a checkpoint before it may count as the best."""
        return self._state.validated_step >= self._state.step

    def seconds_left(self) -> float:
        """A guess, at the pace of this sitting."""
        done = self.progress() - self._progress_before
        return (time.perf_counter() - self._sat_down) * (1.0 - self.progress()) / max(done, 1e-9)

    def progress(self, step: int | None = None) -> float:
        """How much of the training is done, from 0 to 1: by steps, or by the clock where that is further."""
        by_steps = (self._state.step if step is None else step) / self.config.max_steps
        by_clock = self.seconds / (60 * self.config.max_minutes) if self.config.max_minutes else 0.0
        return min(1.0, max(by_steps, by_clock))

    def events(self) -> Iterator[Step | Validation]:
        """Trains. Yields each step when it is made, and each validation when its checkpoint is saved."""
        self._drop_what_was_not_saved()
        self._snapshots.drop_after(self._state.step)
        if not self.is_finished:
            yield from self._train()
        if not self.is_validated and not self.was_interrupted:
            self._save()  # so that the last steps outlive a validation that is interrupted
            yield self._validate_and_save()

    def _train(self) -> Iterator[Step | Validation]:
        window = self._window
        window.started = time.perf_counter()
        steps = train_steps(
            self.model, self._optimizer, self._batches, self.config, self._state.step, self.progress, self._guide
        )
        with _stop_asked_for() as is_stop_asked_for:
            if self._state.step == 0:
                self._keep_snapshot()
            for step in steps:
                self._state.step = step.number
                window.add(step)
                if step.number % self.config.log_every == 0:
                    metrics.append(self.run.metrics_path, window.line(step, self.seconds))
                    window = self._window = metrics.Window()
                if self._snapshots.is_due(self.progress()):
                    paused = time.perf_counter()
                    self._keep_snapshot()
                    window.started += time.perf_counter() - paused
                yield step
                if step.number % self.config.validate_every == 0:
                    paused = time.perf_counter()
                    yield self._validate_and_save()
                    window.started += time.perf_counter() - paused  # validating is not training
                    if self.is_finished:
                        return
                if is_stop_asked_for():
                    self.was_interrupted = True
                    self._save()
                    return

    def _drop_what_was_not_saved(self) -> None:
        path = self.run.metrics_path
        if num_damaged := metrics.drop_after(path, self._state.step, self._state.validated_step):
            self._note(f"{path}: lines that cannot be read, kept as they are: {num_damaged}")

    def _keep_snapshot(self) -> None:
        self._check_weights()
        limits = Limits(max_tokens=self.run.config.text.max_tokens)
        translator = Translator(self.model, self.tokenizer, self.run.config.languages, limits=limits)
        self._snapshots.keep(self._state.step, translator)

    def _check_weights(self) -> None:
        if self._state.step:
            check_weights(self.model, self._state.step, self._batches)

    def _validate_and_save(self) -> Validation:
        self._check_weights()
        translator = Translator(
            self.model,
            self.tokenizer,
            self.run.config.languages,
            limits=Limits(longest_source=self._longest_source, max_tokens=self.run.config.text.max_tokens),
            neighbours=self._neighbours,
        )
        validation = validate(translator, self._validation_pairs, self.config.batch_tokens)
        return_freed_memory()
        self._state.add(validation)
        metrics.append(self.run.metrics_path, {"step": self._state.step, "validation": validation.to_json()})
        self._save()
        return validation

    def _save(self) -> None:
        self._check_weights()
        self._state.seconds, self._state.window = self.seconds, self._window.to_json()
        checkpoint = Checkpoint(
            self._state.step,
            self.model.weights(),
            optimizer_arrays(self.model, self._optimizer),
            asdict(self._state),
            device=device_name(self.device),
        )
        self.run.save_checkpoint(checkpoint, self._state.best_step or self._state.step)

    def _prepare_training_pairs(self) -> tuple[BucketedBatches, Guide | None]:
        pairs, (source_language, target_language) = self.corpus.split("train"), self.run.config.languages
        sources = self.tokenizer.encode_all([pair.source for pair in pairs], source_language)
        targets = self.tokenizer.encode_all([pair.target for pair in pairs], target_language)
        is_of_words = self.tokenizer.kind == "words"
        self._neighbours = Neighbours.of(source.ids for source in sources) if is_of_words else None
        links = guiding_links(self.run, pairs) if self.run.config.is_guided else None
        share, seed, languages = self.config.unknown_share, self.config.seed, self.run.config.languages
        sources, targets = with_unknown_words(pairs, links, sources, targets, self.tokenizer, languages, share, seed)
        max_tokens = self.run.config.text.max_tokens
        sources, targets, links = with_joined_pairs(sources, targets, links, self.config.joined_share, seed, max_tokens)
        batches = BucketedBatches(
            [source.ids for source in sources],
            [target.ids for target in targets],
            self.config.batch_tokens,
            seed,
            max_tokens,
        )
        self._longest_source = max(len(sources[number].words) for number in batches.kept if number < len(pairs))
        return batches, load_guide(self.run.config, links, sources, targets)

    def _that_fit(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs of validation that are not too long: a single long one can take longer than all others."""
        max_tokens = self.run.config.text.max_tokens
        sides = [
            self.tokenizer.encode_all([pair.sides[side] for pair in pairs], language)
            for side, language in enumerate(self.run.config.languages)
        ]
        lengths = [max(len(source.ids), len(target.ids)) for source, target in zip(*sides, strict=True)]
        fitting = [pair for pair, length in zip(pairs, lengths, strict=True) if length <= max_tokens]
        if not fitting:
            raise Refused(f"all validation pairs are longer than max_tokens {max_tokens}: raise --max-tokens")
        if left_out := len(pairs) - len(fitting):
            self._note(f"{left_out} validation pairs longer than {max_tokens} tokens left out")
        return fitting

    def _make_repeatable(self) -> None:
        if self.device.type == "cuda":
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when cuBLAS is first used
            torch.use_deterministic_algorithms(True)


def _spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """At most `most` pairs, evenly spread: a corpus may be sorted by length, and its first pairs all short."""
    count = min(most, len(pairs))
    return [pairs[number * len(pairs) // count] for number in range(count)]


@contextmanager
def _stop_asked_for() -> Iterator[Callable[[], bool]]:
    """Inside the `with`, the first Ctrl-C or SIGTERM stops after the current step, the second at once."""
    asked = False

    def ask(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    if threading.current_thread() is not threading.main_thread():  # signals belong to the main thread
        yield lambda: asked
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
