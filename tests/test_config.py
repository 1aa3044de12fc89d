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

NONSENSE: list[tuple[Callable[..., object], dict[str, Any], str]] = [
    (TextConfig, {"tokenizer": "letters"}, "tokenizer 'letters' is not 'words' or 'subwords'"),
    (TextConfig, {"vocabulary_size": 99}, "vocabulary_size 99 is too small"),
    (TextConfig, {"max_tokens": 0}, "max_tokens 0 is not at least 1"),
    (TextConfig, {"reading": "loose"}, "reading 'loose' is not 'verbatim' or 'lenient'"),
    (ModelConfig, {"d_model": 0}, "d_model 0 is not at least 1"),
    (ModelConfig, {"num_layers": 0}, "num_layers 0 is not at least 1"),
    (ModelConfig, {"num_heads": 0}, "num_heads 0 is not at least 1"),
    (ModelConfig, {"num_heads": -4}, "num_heads -4 is not at least 1"),
    (ModelConfig, {"d_ff": 0}, "d_ff 0 is not at least 1"),
    (ModelConfig, {"d_model": 130}, "d_model 130 cannot be split into 4 equal heads"),
    (ModelConfig, {"d_model": 9, "num_heads": 3}, "d_model 9 is odd"),
    (ModelConfig, {"dropout": 1.0}, r"dropout 1.0 is not in \[0, 1\)"),
    (ModelConfig, {"dropout": -0.1}, r"dropout -0.1 is not in \[0, 1\)"),
    (ModelConfig, {"dropout": NAN}, "dropout nan"),
    (TrainingConfig, {"seed": -1}, "seed -1 is negative"),
    (TrainingConfig, {"seed": 2**31}, "seed 2147483648 is not below 2147483648"),
    (TrainingConfig, {"batch_tokens": 0}, "batch_tokens 0 is not at least 1"),
    (TrainingConfig, {"max_steps": 0}, "max_steps 0 is not at least 1"),
    (TrainingConfig, {"log_every": 0}, "log_every 0 is not at least 1"),
    (TrainingConfig, {"validate_every": 0}, "validate_every 0 is not at least 1"),
    (TrainingConfig, {"validation_pairs": 0}, "validation_pairs 0 is not at least 1"),
    (TrainingConfig, {"patience": 0}, "patience 0 is not at least 1"),
    (TrainingConfig, {"warmup_steps": -1}, "warmup_steps -1 is negative"),
    (TrainingConfig, {"weight_decay": -0.1}, "weight_decay -0.1 is negative"),
    (TrainingConfig, {"weight_decay": NAN}, "weight_decay nan"),
    (TrainingConfig, {"weight_decay": INFINITY}, "weight_decay inf"),
    (TrainingConfig, {"optimizer": "sgd"}, "optimizer 'sgd' is not 'muon' or 'adamw'"),
    (TrainingConfig, {"learning_rate": 0.0}, "learning_rate 0.0 is not above 0"),
    (TrainingConfig, {"learning_rate": NAN}, "learning_rate nan"),
    (TrainingConfig, {"learning_rate": INFINITY}, "learning_rate inf"),
    (TrainingConfig, {"clip_norm": 0.0}, "clip_norm 0.0 is not above 0"),
    (TrainingConfig, {"clip_norm": NAN}, "clip_norm nan"),
    (TrainingConfig, {"label_smoothing": 1.0}, r"label_smoothing 1.0 is not in \[0, 1\)"),
    (TrainingConfig, {"label_smoothing": -0.1}, r"label_smoothing -0.1 is not in \[0, 1\)"),
    (TrainingConfig, {"max_minutes": 0.0}, "max_minutes 0.0 is not above 0"),
    (TrainingConfig, {"max_minutes": NAN}, "max_minutes nan"),
    (TrainingConfig, {"guided_alignment": ""}, "guided_alignment is empty: give none, gold, self or a Pharaoh file"),
    (TrainingConfig, {"guided_head": 0}, "guided_head 0 is not at least 1: heads are counted from 1"),
    (TrainingConfig, {"guided_weight": -0.1}, "guided_weight -0.1 is negative"),
    (TrainingConfig, {"guided_weight": NAN}, "guided_weight nan"),
    (TrainingConfig, {"guided_weight": INFINITY}, "guided_weight inf"),
    (SearchConfig, {"beam_size": 0}, "beam_size 0 is not at least 1"),
    (SearchConfig, {"length_penalty": NAN}, "length_penalty nan"),
    (SearchConfig, {"length_penalty": INFINITY}, "length_penalty inf"),
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


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        (ModelConfig, {"d_model": 2, "num_layers": 1, "num_heads": 1, "d_ff": 1, "dropout": 0.0}),
        (TrainingConfig, {"seed": 0, "warmup_steps": 0, "weight_decay": 0.0, "label_smoothing": 0.0}),
        (TrainingConfig, {"seed": 2**31 - 1, "max_steps": 1, "batch_tokens": 1, "max_minutes": 0.1}),
        (TextConfig, {"vocabulary_size": 100, "max_tokens": 1}),
        (SearchConfig, {"beam_size": 1, "length_penalty": 0.0}),
    ],
    ids=str,
)
def test_the_smallest_sensible_settings_are_taken(kind: Callable[..., object], settings: dict[str, Any]) -> None:
    taken = kind(**settings)
    assert {name: getattr(taken, name) for name in settings} == settings


@pytest.mark.parametrize("kind", [Config, TextConfig, ModelConfig, TrainingConfig, SearchConfig])
def test_settings_are_frozen(kind: Callable[..., Any]) -> None:
    settings = kind()
    with pytest.raises(FrozenInstanceError):
        setattr(settings, fields(settings)[0].name, "changed")


def test_a_search_is_called_what_it_is() -> None:
    assert [SearchConfig(beam_size=size).name for size in (1, 2, 5)] == ["greedy", "beam 2", "beam 5"]


@pytest.mark.parametrize(
    ("settings", "view", "guidance"),
    [
        ({}, None, ""),
        ({"guided_layer": 1, "guided_head": 2}, None, ""),
        (
            {"guided_alignment": "gold"},
            (2, 1),  # the last layer
            "layer 2, head 1 was taught to align words, by gold links",
        ),
        (
            {"guided_alignment": "self", "guided_head": 3},
            (2, 3),
            "layer 2, head 3 was taught to align words, by two models of its own, read together",
        ),
        (
            {"guided_alignment": "a/file.pharaoh", "guided_layer": 1, "guided_head": 4},
            (1, 4),
            "layer 1, head 4 was taught to align words, by links from a file",
        ),
    ],
)
def test_settings_say_which_head_is_guided_and_by_what(
    settings: dict[str, Any], view: tuple[int, int] | None, guidance: str
) -> None:
    config = Config(training=TrainingConfig(**settings))
    assert (config.is_guided, config.guided_view, config.guidance) == (view is not None, view, guidance)


# To JSON and back

EVERYTHING_CHANGED = Config(
    corpus="data/mine",
    source_language="de",
    target_language="es",
    text=TextConfig(tokenizer="subwords", vocabulary_size=123, max_tokens=7, reading="verbatim"),
    model=ModelConfig(d_model=6, num_layers=3, num_heads=3, d_ff=5, dropout=0.25, null_positions=1),
    training=TrainingConfig(
        seed=9,
        batch_tokens=8,
        max_steps=7,
        max_minutes=0.5,
        optimizer="adamw",
        learning_rate=0.125,
        warmup_steps=6,
        weight_decay=0.5,
        label_smoothing=0.0,
        clip_norm=2.0,
        log_every=5,
        validate_every=4,
        validation_pairs=2,
        patience=3,
        guided_alignment="links.pharaoh",
        guided_first_word=1,
        guided_layer=2,
        guided_head=3,
        guided_weight=0.25,
        unknown_share=0.5,
        joined_share=0.25,
    ),
)


def unchanged(settings: Any, other: Any) -> list[str]:
    names = []
    for field in fields(settings):
        value, same = getattr(settings, field.name), getattr(other, field.name)
        names += unchanged(value, same) if is_dataclass(value) else [field.name] * (value == same)
    return names


@pytest.mark.parametrize("config", [*PRESETS.values(), EVERYTHING_CHANGED])
def test_settings_come_back_from_json_as_they_were(config: Config) -> None:
    assert Config.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_the_example_with_everything_changed_leaves_no_default() -> None:
    assert unchanged(EVERYTHING_CHANGED, Config()) == []


def test_a_setting_that_is_not_given_has_its_default() -> None:
    assert Config.from_json({}) == Config()
    assert Config.from_json({"model": {"d_ff": 64}}) == Config(model=ModelConfig(d_ff=64))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dmodel": 1}, "config: unknown setting dmodel: this version knows .*corpus"),
        ({"model": {"d_modl": 1}}, "model: unknown setting d_modl: this version knows .*d_model"),
        ({"training": {"lr": 1, "epochs": 2}}, "training: unknown setting epochs, lr"),
        ({"model": {"d_model": 7}}, "d_model 7"),
        ({"model": 5}, "model: expected settings, got 5"),
        ({"text": None}, "text: expected settings, got None"),
        ({"model": ["d_model"]}, "model: expected settings"),
    ],
    ids=str,
)
def test_a_setting_nobody_knows_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingRefused, match=message) as error:
        Config.from_json(settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"model": {"d_model": "128"}}, "d_model"),
        ({"model": {"d_model": 128.0}}, "d_model"),
        ({"model": {"num_layers": None}}, "num_layers"),
        ({"model": {"dropout": "0.1"}}, "dropout"),
        ({"training": {"seed": 1.5}}, "seed"),
        ({"training": {"max_steps": True}}, "max_steps"),
        ({"training": {"guided_layer": "2"}}, "guided_layer"),
        ({"training": {"guided_alignment": None}}, "guided_alignment"),
        ({"model": {"null_positions": 1.5}}, "null_positions"),
        ({"training": {"max_minutes": "10"}}, "max_minutes"),
        ({"text": {"tokenizer": 1}}, "tokenizer"),
        ({"text": {"max_tokens": 2.5}}, "max_tokens"),
        ({"corpus": 5}, "corpus"),
        ({"source_language": None}, "source_language"),
    ],
    ids=str,
)
def test_a_setting_of_the_wrong_type_is_named(settings: dict[str, Any], name: str) -> None:
    with pytest.raises(SettingRefused, match=rf"\b{name}\b") as error:
        Config.from_json(settings)
    assert "\n" not in str(error.value)


def test_a_run_older_than_the_choice_of_a_reading_reads_what_is_typed() -> None:
    assert Config.from_json({"text": {"max_tokens": 7}}).text.reading == "verbatim"
    assert {name: preset.text.reading for name, preset in PRESETS.items()} == {
        "toy": "lenient",
        "tiny": "lenient",
        "real": "verbatim",
    }


def test_a_run_older_than_the_choice_of_an_optimizer_goes_on_with_its_own() -> None:
    old = Config.from_json({"training": {"learning_rate": 3e-3}}).training
    assert (old.optimizer, old.learning_rate) == ("adamw", 3e-3)


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


def test_a_run_older_than_unknown_words_goes_on_without() -> None:
    old = Config.from_json({"training": {"seed": 2}}).training
    assert (old.unknown_share, old.joined_share) == (0.0, 0.0)
    assert Config.from_json(Config().to_json()).training.optimizer == "muon"


def test_whole_numbers_do_where_a_fraction_may_stand() -> None:
    settings = {"training": {"max_minutes": 10, "learning_rate": 1}, "model": {"dropout": 0}}
    config = Config.from_json(settings)
    assert (config.training.max_minutes, config.training.learning_rate, config.model.dropout) == (10, 1, 0)
