"""From rounds to tables: medians, ratios, what was never reached, and sections that outlive one another."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import Any

import pytest
from machine import median_ratio
from speed_results import Results, quality_table, spread
from trainers import Made, Recipe
from training_speed import check

SETTING = {
    "cpu": "some CPU",
    "instructions": "avx2",
    "cpu_flags": [],
    "threads": 2,
    "rounds": 3,
    "quick": False,
    "versions": {"toytrans": "0"},
}


def outcome(seconds: float, reached: bool = True) -> dict[str, Any]:
    return {"seconds": seconds, "steps": int(seconds), "reached": reached, "exact_match": 0.98, "target_tokens": 1}


QUALITY = {
    "target": 0.98,
    "seeds": [1, 2, 3],
    "rows": {
        "toytrans": {"recipe": {}, "outcomes": [outcome(10), outcome(20), outcome(30)]},
        "torch.nn.Transformer, best recipe": {"recipe": {}, "outcomes": [outcome(40), outcome(40), outcome(40)]},
        "MarianMTModel, best recipe": {"recipe": {}, "outcomes": [outcome(20), outcome(99, False), outcome(99, False)]},
    },
}


ROW = {"pairs_per_second": [1, 2], "target_tokens_per_second": [9, 9], "ms_per_step": [5, 5], "parameters": 7}
TRAINING = {"rows": {"peer": ROW}, "headline": {"faster_peer": "peer"}}


def test_a_ratio_is_taken_within_each_round() -> None:
    # The machine slowed down by half in round 2, for both: they are still 2 to 1.
    assert median_ratio([200, 100, 210], [100, 50, 100]) == 2.0


@pytest.mark.parametrize(
    ("values", "digits", "text"),
    [
        ([1000, 1010, 990], 0, "1,000 (990 to 1,010)"),
        ([1.02, 1.01, 1.04], 1, "1.0"),
        ([12, inf, 10], 0, "12 (10 to never)"),
        ([inf, inf], 0, "never"),
    ],
)
def test_a_cell_is_the_median_with_the_least_and_the_most(values: list[float], digits: int, text: str) -> None:
    assert spread(values, digits) == text


def test_time_to_quality_is_compared_with_the_peer_that_reaches_it_sooner() -> None:
    lines = quality_table(QUALITY)
    assert lines[0].endswith("| times as fast as torch.nn.Transformer, best recipe |")
    assert lines[2] == "| toytrans | 20.0 (10.0 to 30.0) | 20 (10 to 30) | 2.00 |"
    assert lines[4] == "| MarianMTModel, best recipe | never (20.0 to never) | never (20 to never) |  |"


def test_a_part_that_is_run_anew_leaves_the_others(tmp_path: Path) -> None:
    Results().with_section("quality", SETTING, QUALITY).write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "table.md", "figure.png", "figure.svg"}
    anew = Results.read(tmp_path).with_section("training", SETTING, TRAINING)
    assert list(anew.sections) == ["training", "quality"]
    assert anew.sections["quality"]["rows"] == QUALITY["rows"]


def test_parts_of_two_processors_are_never_in_one_table() -> None:
    narrow = Results().with_section("quality", SETTING, QUALITY)
    wide = narrow.with_section("training", {**SETTING, "instructions": "avx512"}, TRAINING)
    assert list(wide.sections) == ["training"]


def test_a_wide_processor_that_plays_a_narrow_one_is_told() -> None:
    setting = {**SETTING, "cpu_flags": ["avx2", "avx512f"]}
    assert (
        "Processor: some CPU playing a processor with AVX2 alone."
        in Results({"quality": {"setting": setting, **QUALITY}}).to_markdown()
    )


def test_peers_that_are_not_installed_are_told() -> None:
    assert (
        "transformers is not installed (extra `bench`): its rows are missing."
        in Results({"quality": {"setting": SETTING, **QUALITY}}).to_markdown()
    )


def turns(loss: float = 1.0, tokens: int = 90) -> list[tuple[float, list[Made]]]:
    return [(1.0, [Made(loss + 1, 10, tokens)]), (1.0, [Made(loss, 10, tokens)])]


def test_equal_work_passes_and_is_told() -> None:
    found = check({"toytrans": 1000, "peer": 1005}, {"toytrans": turns(), "peer": turns(2.0)})
    assert (found["timed_steps"], found["timed_pairs"], found["timed_target_tokens"]) == (2, 20, 180)


@pytest.mark.parametrize(
    ("parameters", "peer", "message"),
    [
        (1011, turns(), "1011 parameters and toytrans 1000"),
        (1000, turns(tokens=91), "did not train on the batches"),
        (1000, turns(float("nan")), "does not learn"),
        (1000, turns()[::-1], "does not learn"),
    ],
)
def test_unequal_work_is_refused(parameters: int, peer: list[tuple[float, list[Made]]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check({"toytrans": 1000, "peer": parameters}, {"toytrans": turns(), "peer": peer})


def test_a_recipe_rises_and_falls_to_zero() -> None:
    recipe = Recipe(learning_rate=1.0, horizon=100, warmup_steps=10)
    assert recipe.factor(0) == pytest.approx(0.1)
    assert recipe.factor(50) == 0.5
    assert recipe.factor(100) == recipe.factor(101) == 0.0
