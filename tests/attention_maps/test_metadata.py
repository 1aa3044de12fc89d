"""What belongs to a map besides its numbers survives JSON, all of it."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from toytrans.attention_maps import Metadata, View, ViewScore

PLAIN = Metadata("runs/toy", "step-000400", "greedy", (0.5, 1.0))
FULL = Metadata(
    "runs/toy",
    "step-000400",
    "beam 5",
    (0.25, 1e-30),
    merged_to_words=True,
    view_scores=(ViewScore(View(2, 1), 0.3, 0.97, 0.9, 0.06), ViewScore(View(), 0.44, 0.8, 0.7, 0.25)),
    guidance="layer 2, head 1 was taught to align words, by gold links",
    typed={2: "elephant"},
    copied={3: 2},
    warnings=("unknown to this model, copied as typed: elephant",),
)


@pytest.mark.parametrize("metadata", [PLAIN, FULL], ids=["plain", "full"])
def test_metadata_survives_json_beside_whatever_else_the_document_holds(metadata: Metadata) -> None:
    document = json.loads(json.dumps({"format_version": 2, **metadata.to_json()}))
    assert document.keys() - {"format_version"} == {field.name for field in fields(Metadata)}
    assert Metadata.from_json(document) == metadata


YOUNGER = {"typed", "copied", "warnings"}
"""What older files do not hold."""


def test_files_older_than_copied_words_have_none_and_no_warnings() -> None:
    document = {name: value for name, value in FULL.to_json().items() if name not in YOUNGER}
    older = Metadata.from_json(document)
    assert (older.typed, older.copied, older.warnings) == ({}, {}, ())


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Metadata)} - YOUNGER))
def test_nothing_that_a_document_lacks_is_made_up(name: str) -> None:
    document = FULL.to_json()
    del document[name]
    with pytest.raises(KeyError, match=name):
        Metadata.from_json(document)
