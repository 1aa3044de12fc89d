"""Settings: nonsense is refused when they are made, and what was saved comes back."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from typing import Any, Literal

import pytest

from toytrans.config import PRESETS, Config, ModelConfig, SearchConfig, SettingRefused, TextConfig, TrainingConfig

NAN, INFINITY = math.nan, math.inf

AT_LEAST_1: dict[Callable[..., object], str] = {
    TextConfig: "max_tokens",
    ModelConfig: "d_model num_layers num_heads d_ff",
    TrainingConfig: "batch_tokens max_steps log_every validate_every validation_pairs patience guided_head",
    SearchConfig: "beam_size",
}
NONSENSE: list[tuple[Callable[..., object], dict[str, Any], str]] = [
    *((kind, {name: 0}, f"{name} 0 is not at least 1") for kind, names in AT_LEAST_1.items() for name in names.split()),
    (TextConfig, {"tokenizer": "letters"}, "tokenizer 'letters' is not 'words' or 'subwords'"),
    (TextConfig, {"vocabulary_size": 99}, "vocabulary_size 99 is too small"),
    (TextConfig, {"reading": "loose"}, "reading 'loose' is not 'verbatim' or 'lenient'"),
    (ModelConfig, {"num_heads": -4}, "num_heads -4 is not at least 1"),
    (ModelConfig, {"d_model": 130}, "d_model 130 cannot be split into 4 equal heads"),
    (ModelConfig, {"d_model": 9, "num_heads": 3}, "d_model 9 is odd"),
    (ModelConfig, {"null_positions": 2}, "null_positions 2 is not 0 or 1"),
    *((ModelConfig, {"dropout": value}, rf"dropout {value} is not in \[0, 1\)") for value in (1.0, -0.1, NAN)),
    (TrainingConfig, {"seed": -1}, "seed -1 is negative"),
    (TrainingConfig, {"seed": 2**31}, "seed 2147483648 is not below 2147483648"),
    (TrainingConfig, {"warmup_steps": -1}, "warmup_steps -1 is negative"),
    (TrainingConfig, {"weight_decay": -0.1}, "weight_decay -0.1 is negative"),
    (TrainingConfig, {"guided_weight": -0.1}, "guided_weight -0.1 is negative"),
    *(
        (TrainingConfig, {name: value}, f"{name} {value} is ")
        for name in ("weight_decay", "learning_rate", "guided_weight")
        for value in (NAN, INFINITY)
    ),
    (TrainingConfig, {"optimizer": "sgd"}, "optimizer 'sgd' is not 'muon' or 'adamw'"),
    *(
        (TrainingConfig, {name: value}, f"{name} {value} is not above 0")
        for name in ("learning_rate", "clip_norm", "max_minutes")
        for value in (0.0, -1.0)
    ),
    (TrainingConfig, {"clip_norm": NAN}, "clip_norm nan is not above 0"),
    (TrainingConfig, {"max_minutes": NAN}, "max_minutes nan is not above 0"),
    (TrainingConfig, {"label_smoothing": 1.0}, r"label_smoothing 1.0 is not in \[0, 1\)"),
    (TrainingConfig, {"label_smoothing": -0.1}, r"label_smoothing -0.1 is not in \[0, 1\)"),
    (TrainingConfig, {"unknown_share": 1.5}, "unknown_share 1.5 is not from 0 to 1"),
    (TrainingConfig, {"snapshots": -1}, "snapshots -1 is negative"),
    (TrainingConfig, {"joined_share": NAN}, "joined_share nan is not from 0 to 1"),
    (TrainingConfig, {"guided_alignment": ""}, "guided_alignment is empty: give none, gold, self or a Pharaoh file"),
    (TrainingConfig, {"guided_first_word": 2}, "guided_first_word 2 is not 0 or 1"),
    *(
        (SearchConfig, {"length_penalty": value}, f"length_penalty {value} is not from")
        for value in (NAN, INFINITY, 1000.0, -2000.0)
    ),
    (Config, {"source_language": "fr"}, "source_language and target_language are both 'fr'"),
    (Config, {"training": TrainingConfig(guided_layer=3)}, "guided_layer 3: this model has layers 1 to 2"),
    (Config, {"training": TrainingConfig(guided_layer=0)}, "guided_layer 0: this model has layers 1 to 2"),
    (Config, {"training": TrainingConfig(guided_head=5)}, "guided_head 5: this model has heads 1 to 4"),
]


@pytest.mark.parametrize(("kind", "settings", "message"), NONSENSE, ids=lambda value: str(value)[:60])
def test_nonsense_is_refused_with_its_value(
    kind: Callable[..., object], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingRefused, match=message) as error:
        kind(**settings)
    assert "\n" not in str(error.value)


def test_the_smallest_sensible_settings_are_taken() -> None:
    assert ModelConfig(d_model=2, num_layers=1, num_heads=1, d_ff=1, dropout=0.0)
    assert TrainingConfig(seed=0, warmup_steps=0, weight_decay=0.0, label_smoothing=0.0, max_minutes=0.1)
    assert TrainingConfig(seed=2**31 - 1, max_steps=1, batch_tokens=1)
    assert TextConfig(vocabulary_size=100, max_tokens=1)
    assert SearchConfig(beam_size=1, length_penalty=0.0)


@pytest.mark.parametrize("kind", [Config, TextConfig, ModelConfig, TrainingConfig, SearchConfig])
def test_settings_are_frozen(kind: Callable[..., Any]) -> None:
    settings = kind()
    with pytest.raises(FrozenInstanceError):
        setattr(settings, fields(settings)[0].name, "changed")


def test_a_search_is_called_what_it_is() -> None:
    assert [SearchConfig(beam_size=size).name for size in (1, 2, 5)] == ["greedy", "beam 2", "beam 5"]


@pytest.mark.parametrize(
    ("settings", "view", "teacher"),
    [
        ({}, None, ""),
        ({"guided_layer": 1, "guided_head": 2}, None, ""),
        ({"guided_alignment": "gold"}, (2, 1), "gold links"),  # the last layer
        ({"guided_alignment": "self", "guided_head": 3}, (2, 3), "two models of its own, read together"),
        ({"guided_alignment": "a/file", "guided_layer": 1, "guided_head": 4}, (1, 4), "links from a file"),
    ],
)
def test_settings_say_which_head_is_guided_and_by_what(
    settings: dict[str, Any], view: tuple[int, int] | None, teacher: str
) -> None:
    config = Config(training=TrainingConfig(**settings))
    assert (config.is_guided, config.guided_view) == (view is not None, view)
    guidance = f"layer {view[0]}, head {view[1]} was taught to align words, by {teacher}" if view else ""
    assert config.guidance == guidance


# To JSON and back

OTHERS: dict[str, Any] = {"tokenizer": "subwords", "reading": "verbatim", "optimizer": "adamw", "dropout": 0.25}
OTHERS |= {"max_minutes": 0.5, "learning_rate": 0.125, "guided_layer": 1}


def changed(settings: Any) -> Any:
    """The same with every setting changed."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values = {name: changed(value) if is_dataclass(value) else value for name, value in values.items()}
    plain = {name: 2 * value or 1 for name, value in values.items() if isinstance(value, str | int | float)}
    return replace(settings, **values | plain | {name: OTHERS[name] for name in OTHERS.keys() & values.keys()})


@pytest.mark.parametrize("config", [*PRESETS.values(), changed(Config())], ids=[*PRESETS, "all changed"])
def test_settings_come_back_from_json_as_they_were(config: Config) -> None:
    assert Config.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_a_setting_that_is_not_given_has_its_default() -> None:
    assert Config.from_json({}) == Config()
    assert Config.from_json({"model": {"d_ff": 64}}) == Config(model=ModelConfig(d_ff=64))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"dmodel": 1}, "config: unknown setting dmodel: this version knows .*corpus"),
    ({"model": {"d_modl": 1}}, "model: unknown setting d_modl: this version knows .*d_model"),
    ({"training": {"lr": 1, "epochs": 2}}, "training: unknown setting epochs, lr"),
    ({"model": {"d_model": 7}}, "d_model 7"),
    ({"model": 5}, "model: expected settings, got 5"),
    ({"text": None}, "text: expected settings, got None"),
    ({"model": ["d_model"]}, "model: expected settings"),
    ({"model": {"d_model": "128"}}, "model: d_model '128' has the wrong type"),
    ({"model": {"d_model": 128.0}}, "d_model 128.0 has the wrong type"),
    ({"model": {"num_layers": None}}, "num_layers None has the wrong type"),
    ({"model": {"dropout": "0.1"}}, "dropout '0.1' has the wrong type"),
    ({"training": {"max_steps": True}}, "max_steps True has the wrong type"),
    ({"training": {"guided_layer": "2"}}, "guided_layer '2' has the wrong type"),
    ({"training": {"max_minutes": "10"}}, "max_minutes '10' has the wrong type"),
    ({"text": {"tokenizer": 1}}, "tokenizer 1 has the wrong type"),
    ({"corpus": 5}, "corpus 5 has the wrong type"),
    ({"source_language": None}, "source_language None has the wrong type"),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED, ids=str)
def test_a_setting_that_is_unknown_or_has_the_wrong_type_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingRefused, match=message) as error:
        Config.from_json(settings)
    assert "\n" not in str(error.value)


def test_a_run_older_than_a_setting_goes_on_as_it_did() -> None:
    old = Config.from_json({"text": {"max_tokens": 7}, "training": {"learning_rate": 3e-3}})
    recipe = old.training
    assert (old.text.reading, recipe.optimizer, recipe.learning_rate) == ("verbatim", "adamw", 3e-3)
    assert (recipe.unknown_share, recipe.joined_share, recipe.snapshots) == (0.0, 0.0, 0)


def test_settings_that_name_neither_optimizer_nor_learning_rate_get_both_defaults() -> None:
    recipe = Config.from_json({"training": {"seed": 2}}).training
    assert (recipe.optimizer, recipe.peak_learning_rate) == ("muon", 6e-3)


@pytest.mark.parametrize(("optimizer", "rate"), [("muon", 6e-3), ("adamw", 2e-3)])
@pytest.mark.parametrize("preset", ["toy", "real"])
def test_an_optimizer_brings_its_own_learning_rate_unless_one_is_set(
    preset: str, optimizer: Literal["muon", "adamw"], rate: float
) -> None:
    recipe = replace(PRESETS[preset].training, optimizer=optimizer)
    assert recipe.peak_learning_rate == rate
    assert replace(recipe, learning_rate=0.125).peak_learning_rate == 0.125


def test_only_real_text_is_read_verbatim() -> None:
    readings = {name: preset.text.reading for name, preset in PRESETS.items()}
    assert readings == {"toy": "lenient", "tiny": "lenient", "real": "verbatim"}


def test_whole_numbers_do_where_a_fraction_may_stand() -> None:
    settings = {"training": {"max_minutes": 10, "learning_rate": 1}, "model": {"dropout": 0}}
    config = Config.from_json(settings)
    assert (config.training.max_minutes, config.training.learning_rate, config.model.dropout) == (10, 1, 0)
