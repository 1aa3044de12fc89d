"""Views: which there are, what they are called, which are refused, and that their scores survive a file."""

from __future__ import annotations

import json

import pytest

from toytrans.attention_maps import View, ViewScore, views


def test_there_is_the_mean_of_all_then_a_mean_a_layer_then_every_head() -> None:
    heads = [View(1, 1), View(1, 2), View(1, 3), View(2, 1), View(2, 2), View(2, 3)]
    assert views(num_layers=2, num_heads=3) == [View(), View(1), View(2), *heads]


@pytest.mark.parametrize(
    ("view", "name", "description"),
    [
        (View(), "mean of all", "mean of all 8 heads of 2 layers"),
        (View(2), "layer 2, mean", "layer 2 of 2, mean of 4 heads"),
        (View(1, 3), "layer 1, head 3", "layer 1 of 2, head 3 of 4"),
    ],
)
def test_a_view_says_what_it_is(view: View, name: str, description: str) -> None:
    assert (view.name, view.describe(2, 4)) == (name, description)


def test_a_head_without_its_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="head 2 needs a layer: heads are counted within their layer"):
        View(head=2)


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (View(0), "layer 0: this model has layers 1 to 2"),
        (View(3), "layer 3: this model has layers 1 to 2"),
        (View(2, 0), "head 0: this model has heads 1 to 4"),
        (View(2, 5), "head 5: this model has heads 1 to 4"),
    ],
)
def test_what_the_model_has_not_is_refused_with_what_it_has(view: View, told: str) -> None:
    for refuse in (view.check, view.describe):
        with pytest.raises(ValueError, match=told):
            refuse(2, 4)


@pytest.mark.parametrize("view", views(1, 1), ids=lambda view: view.name)
def test_a_score_survives_json(view: View) -> None:
    score = ViewScore(view, 0.42, 0.97, 0.75, 0.15)
    document = json.loads(json.dumps(score.to_json()))
    assert document.keys() == {"layer", "head", "threshold", "precision", "recall", "aer"}
    assert (document["layer"], document["head"]) == (view.layer, view.head)
    assert ViewScore.from_json(document) == score
