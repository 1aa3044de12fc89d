"""The record of attention: what it refuses, what it keeps, and how pieces become words."""

from __future__ import annotations

import io
import json
import pickle
import re
import zipfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toytrans.attention_maps import MAJORITY, AttentionMap, Metadata, View, ViewScore
from toytrans.attention_maps.record import END, FIELDS, KINDS

from .conftest import make_map, random_map

SOURCE, SOURCE_WORDS = ("▁The", "▁ro", "bot", "▁fell", "▁."), (0, 1, 1, 2, 3)
TARGET, TARGET_WORDS = ("▁Le", "▁robot", "▁est", "▁tom", "bé", "▁."), (0, 1, 2, 3, 3, 4)
MAP, NULL_MAP = (
    random_map(SOURCE, TARGET, source_words=SOURCE_WORDS, target_words=TARGET_WORDS, null=null)
    for null in (False, True)
)
CROSS = MAP.cross_attention
SCORES = (ViewScore(View(2, 1), 0.3, 0.97, 0.6, 0.2), ViewScore(View(), 0.44, 0.5, 0.5, 0.5))
FULL = replace(
    MAP.metadata,
    probabilities=(0.25, 1e-30, *MAP.metadata.probabilities[2:]),
    merged_to_words=True,
    view_scores=SCORES,
    guidance="layer 2, head 1 was taught to align words, by gold links",
    typed={2: "elephant"},
    copied={3: 2},
    warnings=("unknown to this model, copied as typed: elephant",),
)


def assert_same(one: AttentionMap, other: AttentionMap) -> None:
    for kind in KINDS:
        np.testing.assert_array_equal(one.weights(kind), other.weights(kind))
    assert (one.source_tokens, one.target_tokens) == (other.source_tokens, other.target_tokens)
    assert (one.source_word_ids, one.target_word_ids) == (other.source_word_ids, other.target_word_ids)
    assert one.metadata == other.metadata


# Views


def test_a_view_is_a_head_or_a_mean_of_heads_counted_from_one() -> None:
    for view, expected in (
        (View(2, 3), CROSS[1, 2]),
        (View(1), CROSS[0].mean(axis=0)),
        (View(), CROSS.reshape(8, 7, 6).mean(axis=0)),
    ):
        np.testing.assert_allclose(MAP.view(view), expected, rtol=1e-5)
        assert MAP.view(view).dtype == np.float32
    assert MAP.view(View(), "encoder").shape == (6, 6)
    with pytest.raises(ValueError, match="layer 0: this model has layers 1 to 2"):
        MAP.view(View(0))


def test_a_view_claims_by_its_own_threshold_where_it_was_measured_and_else_by_majority() -> None:
    assert [FULL.score(score.view) for score in SCORES] == list(SCORES)
    assert (FULL.threshold(View(2, 1)), FULL.threshold(View())) == (0.3, 0.44)
    assert FULL.score(View(1, 1)) is None
    assert FULL.threshold(View(1, 1)) == MAJORITY == MAP.metadata.threshold(View())


# Rows and columns


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize("source", [("▁The", "▁cat"), ("<null>",)])
def test_every_attention_names_its_own_rows_and_columns_and_null_is_the_last(
    source: tuple[str, ...], null: bool
) -> None:
    map_ = random_map(source, TARGET, null=null)
    assert map_.has_null == null
    assert map_.labels() == ((*TARGET, END), (*source, END, *["<null>"] * null))
    assert map_.cross_word_ids == (*range(len(source)), None, *[None] * null)
    assert map_.labels("encoder") == ((*source, END),) * 2
    assert map_.labels("decoder") == ((*TARGET, END), ("<s>", *TARGET))  # the target one step late
    for kind in KINDS:
        rows, columns = map_.labels(kind)
        assert map_.weights(kind).shape == (2, 4, len(rows), len(columns))


# What is refused


def with_weight(weight: float, *others: float) -> dict[str, Any]:
    """The map with this at the beginning of one row of cross-attention."""
    broken = CROSS.copy()
    broken[1, 2, 3, : 1 + len(others)] = (weight, *others)
    return {"cross_attention": broken}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cross_attention": CROSS * np.float32(1.5)}, "sum is 0.5 away from 1"),
        ({"cross_attention": NULL_MAP.cross_attention[..., :-1]}, "cross_attention has a row whose sum"),
        (with_weight(-1.0, 2.0), "negative"),
        (with_weight(np.nan), "cross_attention has weights that are negative or not finite"),
        (with_weight(np.inf), "cross_attention has weights that are negative or not finite"),
        *(
            ({"cross_attention": np.ones(shape, dtype=np.float32)}, "cross_attention has shape")
            for shape in [(4, 7, 6), (2, 4, 6, 7), (2, 4, 7, 8), (7, 6), (6,), ()]
        ),
        ({"encoder_self_attention": MAP.encoder_self_attention[:1]}, "encoder_self_attention has shape"),
        ({"cross_attention": CROSS.astype(np.float64)}, "float64, not float32"),
        ({"decoder_self_attention": np.roll(MAP.decoder_self_attention, 1, axis=-1)}, "cannot see the future"),
        ({"source_word_ids": (0, 1)}, "source_word_ids has 2 entries for 6 tokens"),
        ({"source_word_ids": (0, 2, 1, 3, 4, None)}, "must count up"),
        ({"metadata": replace(FULL, probabilities=(1.0,))}, "1 probabilities for 7 target tokens"),
        ({"metadata": replace(FULL, probabilities=(1.5,) * 7)}, "probability 1.5 is not between 0 and 1"),
        ({"target_tokens": (), "target_word_ids": ()}, "target_tokens is empty"),
    ],
)
def test_a_map_that_cannot_be_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        replace(MAP, **changes)


# Pieces to words


def test_pieces_become_words_that_keep_their_spelling() -> None:
    merged = NULL_MAP.merged_to_words()
    assert merged.labels() == (("Le", "robot", "est", "tombé", ".", END), ("The", "robot", "fell", ".", END, "<null>"))
    assert merged.target_word_ids == (0, 1, 2, 3, 4, None)
    assert merged.metadata.merged_to_words


def test_merging_sums_columns_averages_rows_and_multiplies_probabilities() -> None:
    merged, cross = NULL_MAP.merged_to_words(), NULL_MAP.cross_attention
    np.testing.assert_allclose(merged.cross_attention[:, :, 0, 1], cross[:, :, 0, 1:3].sum(-1), rtol=1e-5)
    np.testing.assert_allclose(merged.cross_attention[:, :, 3, 0], cross[:, :, 3:5, 0].mean(-1), rtol=1e-5)
    np.testing.assert_allclose(merged.cross_attention[:, :, 0, -2:], cross[:, :, 0, -2:], rtol=1e-6)
    probabilities = NULL_MAP.metadata.probabilities
    assert merged.metadata.probabilities[3] == pytest.approx(probabilities[3] * probabilities[4])


def test_merging_keeps_the_columns_of_the_decoder_one_step_late() -> None:
    merged, decoder = MAP.merged_to_words(), MAP.decoder_self_attention
    assert merged.decoder_input_tokens == ("<s>", "Le", "robot", "est", "tombé", ".")
    # `.` (row 5 of the pieces) attends to `tombé`, which the decoder read in the columns of `▁tom` and `bé`: 4 and 5.
    np.testing.assert_allclose(merged.decoder_self_attention[:, :, 4, 4], decoder[:, :, 5, 4:6].sum(-1), rtol=1e-5)
    np.testing.assert_allclose(merged.decoder_self_attention[:, :, 0, 0], decoder[:, :, 0, 0], rtol=1e-6)


def test_merging_whole_words_changes_nothing_but_their_mark() -> None:
    map_ = random_map(("▁a", "<unk>"), ("▁b",))
    assert_same(map_.merged_to_words(), replace(map_, source_tokens=("a", "<unk>", END), target_tokens=("b", END)))


def test_a_translation_cut_off_inside_a_word_can_still_be_merged() -> None:
    merged = random_map(SOURCE, ("▁Le", "▁tra", "va", "il"), target_words=(0, 1, 1, 1), cut=True).merged_to_words()
    assert merged.labels("decoder") == (("Le", "trava", "il"), ("<s>", "Le", "trava"))


word_lengths = st.lists(st.integers(1, 4), min_size=0, max_size=6)


def word_ids(lengths: list[int]) -> list[int]:
    return [word for word, length in enumerate(lengths) for _ in range(length)]


@settings(max_examples=60)
@given(word_lengths, word_lengths, st.integers(0, 1000), st.booleans())
def test_merged_rows_are_still_distributions_over_all_words(
    source: list[int], target: list[int], seed: int, null: bool
) -> None:
    # The record itself refuses anything else, so that it can be made is the claim; merging twice adds nothing.
    sides: dict[str, Any] = {"source_words": word_ids(source), "target_words": word_ids(target)}
    tokens = ["x" * sum(lengths) for lengths in (source, target)]
    merged = random_map(*tokens, layers=1, heads=2, seed=seed, null=null, **sides).merged_to_words()
    assert merged.num_words == (len(source), len(target))
    assert merged.has_null == null
    assert_same(merged.merged_to_words(), merged)


# Files


@pytest.mark.parametrize("map_", [MAP, NULL_MAP], ids=["no null", "null"])
@pytest.mark.parametrize("metadata", [MAP.metadata, FULL], ids=["plain", "full"])
def test_a_saved_map_loads_as_it_was(tmp_path: Path, map_: AttentionMap, metadata: Metadata) -> None:
    map_ = replace(map_, source_tokens=("▁L'été", "▁ro", "bot\n", "$x_1$", "🤖", END), metadata=metadata)
    path = tmp_path / "deep" / "map.npz"
    map_.save(path)
    assert_same(AttentionMap.load(path), map_)
    assert [file.name for file in path.parent.iterdir()] == ["map.npz"]


def test_the_same_map_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        random_map(SOURCE, TARGET).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def arrays_of(path: Path) -> dict[str, Any]:
    """What the file of a map holds."""
    MAP.save(path)
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


def test_a_file_holds_the_documented_arrays_and_needs_no_pickle(tmp_path: Path) -> None:
    arrays = arrays_of(tmp_path / "map.npz")
    assert arrays.keys() == {*FIELDS.values(), "source_tokens", "target_tokens", "metadata"}
    assert arrays["cross_attention"].shape == (2, 4, 7, 6)
    assert arrays["target_tokens"].tolist() == [*TARGET, END]
    metadata = json.loads(str(arrays["metadata"]))
    assert metadata["format_version"] == 2
    own = {"format_version", "source_word_ids", "target_word_ids"}
    assert metadata.keys() == own | {field.name for field in fields(Metadata)}


def test_a_nul_character_in_a_token_is_kept_visibly(tmp_path: Path) -> None:
    make_map(["a\0"], ["b"]).save(tmp_path / "map.npz")
    assert AttentionMap.load(tmp_path / "map.npz").source_tokens[0] == "a\N{REPLACEMENT CHARACTER}"


YOUNGER = {"typed", "typed_target", "copied", "warnings"}
"""What older files do not hold."""


def test_files_older_than_copied_words_have_none_and_no_warnings() -> None:
    older = Metadata.from_json({name: value for name, value in FULL.to_json().items() if name not in YOUNGER})
    assert older == replace(FULL, typed={}, typed_target={}, copied={}, warnings=())


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Metadata)} - YOUNGER))
def test_nothing_that_a_document_lacks_is_made_up(name: str) -> None:
    document = FULL.to_json()
    del document[name]
    with pytest.raises(KeyError, match=name):
        Metadata.from_json(document)


# Files that are not maps


def refusal(path: Path) -> str:
    with pytest.raises(ValueError, match="is not a readable attention map") as error:
        AttentionMap.load(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    return str(error.value)


class Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was executed",))


def enormous() -> bytes:
    """An archive whose array claims to be larger than any memory."""
    header, content = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (10**6,) * 3})
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("cross_attention.npy", header.getvalue())
    return content.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"not a map", b"\x93NUMPY", pickle.dumps(Hostile()), enormous()]
)
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "map.npz"
    path.write_bytes(content)
    refusal(path)


def test_a_truncated_or_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.npz"
    MAP.save(path)
    whole = path.read_bytes()
    for cut in range(0, len(whole) - 1, 97):
        path.write_bytes(whole[:cut])
        refusal(path)
    damaged = bytearray(whole)
    damaged[200] ^= 0xFF
    path.write_bytes(bytes(damaged))
    refusal(path)


NO_SCORES: list[dict[str, Any]] = [
    {},
    {"layer": None, "head": 1, "threshold": 0.5, "precision": 1.0, "recall": 1.0, "aer": 0.0},
    {"layer": 1, "head": 1, "threshold": "a half", "precision": 1.0, "recall": 1.0, "aer": 0.0},
    {"layer": 1, "head": 1, "aer": 0.25},
]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"source_tokens": None}, "source_tokens"),
        ({"cross_attention": CROSS[0]}, "cross_attention has shape (4, 7, 6)"),
        ({"metadata": np.array([Hostile()], dtype=object)}, "allow_pickle"),
        *(({"metadata": np.array(text)}, "") for text in ("[]", "{", "{}")),
        ({"metadata": {"view_scores": {"rm": 1}}}, ""),
        *(({"metadata": {"view_scores": [score]}}, "") for score in NO_SCORES),
        *(
            (
                {"metadata": {"format_version": version}},
                f"its format version is {version!r}, and this program reads version 2",
            )
            for version in (1, 99, "2", None)
        ),
    ],
)
def test_an_archive_that_is_no_map_is_refused(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    """A change of `None` leaves the array out; one of metadata, as a dictionary, changes only what it names."""
    path = tmp_path / "map.npz"
    arrays = arrays_of(path)
    if isinstance(changes.get("metadata"), dict):
        metadata = json.loads(str(arrays["metadata"])) | changes["metadata"]
        changes = {"metadata": np.array(json.dumps(metadata))}
    np.savez(path, **{name: array for name, array in (arrays | changes).items() if array is not None})
    assert told in refusal(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        AttentionMap.load(tmp_path / "nowhere.npz")
