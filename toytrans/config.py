"""Every setting in one place: frozen dataclasses that refuse nonsense when they are made, and the named presets.

The docstring under a field is its `--help`. The value beside it is its default; it is written nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import isfinite
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

Device = Literal["auto", "cpu", "cuda", "mps"]
"""Where to compute; `auto` takes a GPU where there is one."""
Manner = Literal["verbatim", "lenient"]
"""How a text is read: as typed, or as meant."""
PEAK_LEARNING_RATES = {"muon": 6e-3, "adamw": 2e-3}
"""Of each optimizer, unless a run sets its own."""

LARGEST_VOCABULARY = 1_000_000


class SettingRefused(Exception):
    """A setting that makes no sense, alone or beside another one. The message names the value and the rule.

    It is no `ValueError`: tyro would catch that, and print it in a box of its own.
    """


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise SettingRefused(message)


def _require_choice(settings: Any, *names: str) -> None:
    """Each of these fields holds one of the values that its `Literal` lists."""
    types = get_type_hints(type(settings))
    for name in names:
        value, choices = getattr(settings, name), get_args(types[name])
        _require(value in choices, f"{name} {value!r} is not {' or '.join(map(repr, choices))}")


@dataclass(frozen=True)
class TextConfig:
    """How text becomes tokens."""

    tokenizer: Literal["words", "subwords"] = "words"
    """One token a word (readable; for the toy corpus), or learned pieces of words (for real text)."""
    vocabulary_size: int = 8000
    """Most subwords to learn, for both languages together. With `words`, every word of the training split is kept."""
    max_tokens: int = 100
    """Training pairs with a longer side are left out."""
    reading: Manner = "lenient"
    """`verbatim`: the model reads exactly what is typed. `lenient`: it reads the sentence that is meant (usual
    capitals, `did not` for `didn't`, a final mark; several sentences one by one). Training reads in the same way."""

    def __post_init__(self) -> None:
        _require_choice(self, "tokenizer", "reading")
        _require(self.vocabulary_size >= 100, f"vocabulary_size {self.vocabulary_size} is too small: give at least 100")
        _require(
            self.vocabulary_size <= LARGEST_VOCABULARY,
            f"vocabulary_size {self.vocabulary_size} is more than any text needs: give at most {LARGEST_VOCABULARY:,}",
        )
        _require(self.max_tokens >= 1, f"max_tokens {self.max_tokens} is not at least 1")


@dataclass(frozen=True)
class ModelConfig:
    """The shape of the Transformer."""

    d_model: int = 128
    """Width of every token's vector."""
    num_layers: int = 2
    """Layers in the encoder; the decoder has as many."""
    num_heads: int = 4
    """Attention heads a layer; each is d_model / num_heads wide."""
    d_ff: int = 256
    """Width of the feed-forward layer inside each block."""
    dropout: float = 0.0
    """Fraction of activations set to zero in training, from 0 up to (not including) 1."""
    null_positions: int = 0
    """1 lets cross-attention attend to a learned position that stands for no word; 0 does not."""

    def __post_init__(self) -> None:
        for name in ("d_model", "num_layers", "num_heads", "d_ff"):
            _require(getattr(self, name) >= 1, f"{name} {getattr(self, name)} is not at least 1")
        _require(
            self.d_model % self.num_heads == 0,
            f"d_model {self.d_model} cannot be split into {self.num_heads} equal heads",
        )
        _require(self.d_model % 2 == 0, f"d_model {self.d_model} is odd: positions need pairs of sine and cosine")
        _require(self.null_positions in (0, 1), f"null_positions {self.null_positions} is not 0 or 1")
        _require(0.0 <= self.dropout < 1.0, f"dropout {self.dropout} is not in [0, 1)")


@dataclass(frozen=True)
class TrainingConfig:
    """The recipe."""

    seed: int = 1
    """Determines the initial weights, the order of the batches and the dropout masks."""
    batch_tokens: int = 1000
    """A batch holds at most this many tokens a side, padding included."""
    max_steps: int = 1300
    """Steps to train. The learning rate falls to zero over these steps."""
    max_minutes: float | None = None
    """Stop after this many minutes, if that is sooner. The clock then sets the learning rate: a run is not repeatable
    to the bit."""
    optimizer: Literal["muon", "adamw"] = "muon"
    """Muon learns the toy corpus in half the steps. Most models are trained with AdamW."""
    learning_rate: float | None = None
    """Peak learning rate; by default 0.006 for Muon and 0.002 for AdamW. Linear decay runs during warm-up too."""
    warmup_steps: int = 20
    """Steps over which the learning rate rises from zero."""
    weight_decay: float = 0.01
    """Weight decay of the matrices; norms and biases do not decay."""
    label_smoothing: float = 0.05
    """Fraction of each target's probability that is spread over the whole vocabulary."""
    clip_norm: float = 1.0
    """Largest norm of the gradient; a longer gradient is scaled down to it."""
    log_every: int = 20
    """Steps between two lines of metrics.jsonl."""
    validate_every: int = 325
    """Steps between two validations. A checkpoint follows each."""
    validation_pairs: int = 500
    """The most pairs of the validation split to translate and score each time."""
    patience: int = 10
    """Training stops after this many validations in a row without a better score."""
    guided_alignment: str = "none"
    """Teach one head of cross-attention to align words: from `gold` (the corpus's links), from `self` (the run first
    trains two models of its own, one in each direction), or from a Pharaoh file with a line for each training pair."""
    guided_first_word: int = 0
    """The number of a sentence's first word in that file: 0 or 1."""
    guided_layer: int | None = None
    """The layer of the guided head, from 1; by default the last one."""
    guided_head: int = 1
    """The guided head, from 1."""
    guided_weight: float = 0.5
    """Weight of the guided head's loss, which is added to the loss of the translation."""
    unknown_share: float = 0.1
    """Fraction of the training pairs with links (gold or guiding) in which a word and its translation become `<unk>`.
    The model learns from them where to leave a slot for an unknown word. For tokenizer `words`."""
    joined_share: float = 0.1
    """Extra training pairs, as a fraction of the corpus. Each joins two of its pairs into a longer one."""
    snapshots: int = 16
    """How often to keep small attention maps of the watched sentences; the page shows how they were learned."""

    def __post_init__(self) -> None:
        for name in ("batch_tokens", "max_steps", "log_every", "validate_every", "validation_pairs", "patience"):
            _require(getattr(self, name) >= 1, f"{name} {getattr(self, name)} is not at least 1")
        _require(self.guided_head >= 1, f"guided_head {self.guided_head} is not at least 1: heads are counted from 1")
        _require(self.guided_first_word in (0, 1), f"guided_first_word {self.guided_first_word} is not 0 or 1")
        _require(bool(self.guided_alignment), "guided_alignment is empty: give none, gold, self or a Pharaoh file")
        for name in ("seed", "snapshots", "warmup_steps", "weight_decay", "guided_weight"):
            _require(getattr(self, name) >= 0, f"{name} {getattr(self, name)} is negative")
        _require(self.seed < 2**31, f"seed {self.seed} is not below 2147483648")
        _require_choice(self, "optimizer")
        for name in ("weight_decay", "learning_rate", "guided_weight"):
            _require(isfinite(getattr(self, name) or 0), f"{name} {getattr(self, name)} is not a finite number")
        for name in ("learning_rate", "max_minutes"):
            _require((value := getattr(self, name)) is None or value > 0, f"{name} {value} is not above 0")
        _require(self.clip_norm > 0, f"clip_norm {self.clip_norm} is not above 0")
        _require(0.0 <= self.label_smoothing < 1.0, f"label_smoothing {self.label_smoothing} is not in [0, 1)")
        for name in ("unknown_share", "joined_share"):
            _require(0.0 <= getattr(self, name) <= 1.0, f"{name} {getattr(self, name)} is not from 0 to 1")

    @property
    def peak_learning_rate(self) -> float:
        """The learning rate that was set, or else the optimizer's own."""
        return PEAK_LEARNING_RATES[self.optimizer] if self.learning_rate is None else self.learning_rate


LARGEST_PENALTY = 10
"""Of a length penalty: from here on, lengths alone would count, and soon no number could hold the score."""


@dataclass(frozen=True)
class SearchConfig:
    """How to search for a translation."""

    beam_size: int = 1
    """Hypotheses kept side by side; 1 is greedy search."""
    length_penalty: float = 1.0
    """Log-probabilities are divided by ((5 + length) / 6) to this power (Wu et al., 2016); 0 favours short ones."""

    def __post_init__(self) -> None:
        _require(self.beam_size >= 1, f"beam_size {self.beam_size} is not at least 1")
        _require(
            abs(self.length_penalty) <= LARGEST_PENALTY,
            f"length_penalty {self.length_penalty} is not from -{LARGEST_PENALTY} to {LARGEST_PENALTY}",
        )

    @property
    def name(self) -> str:
        """`greedy` or `beam 5`: what a picture's caption says."""
        return "greedy" if self.beam_size == 1 else f"beam {self.beam_size}"


@dataclass(frozen=True)
class Config:
    """Everything that determines a run, except the corpus itself."""

    corpus: str = "toy"
    """`toy` (bundled), a folder with train.en and train.fr, a .tsv or .jsonl file, or a Hugging Face dataset."""
    source_language: str = "en"
    """Language code of the source: the ending of its file, or its key in JSON."""
    target_language: str = "fr"
    """Language code of the target."""
    text: TextConfig = TextConfig()
    model: ModelConfig = ModelConfig()
    training: TrainingConfig = TrainingConfig()

    def __post_init__(self) -> None:
        _require(
            self.source_language != self.target_language,
            f"source_language and target_language are both {self.source_language!r}",
        )
        layer, head = self.training.guided_layer, self.training.guided_head
        _require(
            layer is None or 1 <= layer <= self.model.num_layers,
            f"guided_layer {layer}: this model has layers 1 to {self.model.num_layers}",
        )
        _require(
            head <= self.model.num_heads,
            f"guided_head {head}: this model has heads 1 to {self.model.num_heads}",
        )

    @property
    def is_guided(self) -> bool:
        """Whether a head is taught to align."""
        return self.training.guided_alignment != "none"

    @property
    def guided_view(self) -> tuple[int, int] | None:
        """Layer and head that are taught to align, both from 1."""
        if not self.is_guided:
            return None
        return self.training.guided_layer or self.model.num_layers, self.training.guided_head

    @property
    def guidance(self) -> str:
        """Which head is taught to align words, and by what, in words; empty where none is."""
        if self.guided_view is None:
            return ""
        layer, head = self.guided_view
        by = {"gold": "gold links", "self": "two models of its own, read together"}
        teacher = by.get(self.training.guided_alignment, "links from a file")
        return f"layer {layer}, head {head} was taught to align words, by {teacher}"

    @property
    def languages(self) -> tuple[str, str]:
        """Source and target language."""
        return self.source_language, self.target_language

    def to_json(self) -> dict[str, Any]:
        """Nested dictionaries of plain values."""
        return asdict(self)

    def flat(self) -> dict[str, Any]:
        """All settings by name, whatever room they are in."""
        flat: dict[str, Any] = {}
        for name, value in self.to_json().items():
            flat |= value if isinstance(value, dict) else {name: value}
        return flat

    @classmethod
    def from_json(cls, settings: Mapping[str, Any]) -> Config:
        """The inverse of `to_json`; an unknown or ill-typed setting is a `SettingRefused` that names it."""
        rooms = {"text": TextConfig, "model": ModelConfig, "training": TrainingConfig}
        if isinstance(recipe := settings.get("training"), Mapping):
            # What runs did before these settings existed.
            older: dict[str, Any] = {"unknown_share": 0.0, "joined_share": 0.0, "snapshots": 0}
            if "learning_rate" in recipe:  # always written; without it, nothing says that the run is old
                older["optimizer"] = "adamw"
            settings = {**settings, "training": {**older, **recipe}}
        if isinstance(text := settings.get("text"), Mapping):
            settings = {**settings, "text": {"reading": "verbatim", **text}}
        known = {name: _from_json(room, name, settings.get(name, {})) for name, room in rooms.items()}
        plain = {name: value for name, value in settings.items() if name not in rooms}
        config: Config = replace(_from_json(cls, "config", plain), **known)
        return config


def _from_json(kind: type[Any], where: str, settings: Any) -> Any:
    types = get_type_hints(kind)
    _require(isinstance(settings, Mapping), f"{where}: expected settings, got {settings!r}")
    unknown = sorted(settings.keys() - types.keys())
    _require(
        not unknown, f"{where}: unknown setting {', '.join(unknown)}: this version knows {', '.join(sorted(types))}"
    )
    for name, value in settings.items():
        _require(_is_a(value, types[name]), f"{where}: {name} {value!r} has the wrong type")
    return kind(**settings)


def _is_a(value: Any, kind: Any) -> bool:
    """Whether a value read from JSON may stand where a field is of that type; a whole number is a fraction too."""
    if get_origin(kind) is UnionType:
        return any(_is_a(value, one) for one in get_args(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind in (int, float):
        return isinstance(value, (int, kind)) and not isinstance(value, bool)
    return isinstance(value, kind)


PRESETS: Mapping[str, Config] = {
    "toy": Config(),
    "tiny": Config(
        model=ModelConfig(d_model=32, num_layers=1, num_heads=2, d_ff=64),
        training=TrainingConfig(max_steps=300, validate_every=100),
    ),
    "real": Config(
        text=TextConfig(tokenizer="subwords", vocabulary_size=4000, reading="verbatim"),
        model=ModelConfig(d_model=160, num_layers=2, num_heads=4, d_ff=640, dropout=0.1),
        training=TrainingConfig(
            optimizer="adamw",
            batch_tokens=1500,
            max_steps=100_000,
            max_minutes=10,
            warmup_steps=400,
            label_smoothing=0.1,
            joined_share=0.0,
            log_every=50,
            validate_every=500,
        ),
    ),
}
"""Named starting points for `--preset`; each flag still overrides its own setting."""
