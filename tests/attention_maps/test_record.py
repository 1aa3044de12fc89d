"""The record of attention: what it refuses, what it keeps, and how pieces become words."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toytrans.attention_maps import MAJORITY, AttentionMap, Metadata, View, ViewScore

END = "</s>"
SENTENCE_PIECES = ("▁The", "▁ro", "bot", "▁fell", "▁.", END)
SENTENCE_WORDS = (0, 1, 1, 2, 3, None)
TRANSLATION_PIECES = ("▁Le", "▁robot", "▁est", "▁tom", "bé", "▁.", END)
TRANSLATION_WORDS = (0, 1, 2, 3, 3, 4, None)


def random_map(
    source: tuple[str, ...] = SENTENCE_PIECES,
    source_words: tuple[int | None, ...] = SENTENCE_WORDS,
    target: tuple[str, ...] = TRANSLATION_PIECES,
    target_words: tuple[int | None, ...] = TRANSLATION_WORDS,
    layers: int = 2,
    heads: int = 4,
    seed: int = 0,
    null: bool = False,
) -> AttentionMap:
    generator = np.random.default_rng(seed)

    def rows(num_rows: int, num_columns: int, causal: bool = False) -> np.ndarray[Any, np.dtype[np.float32]]:
        weights = generator.random((layers, heads, num_rows, num_columns)) + 1e-3
        weights = np.tril(weights) if causal else weights
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True), dtype=np.float32)

    probabilities = tuple(generator.uniform(0.5, 1.0, len(target)).tolist())
    return AttentionMap(
        rows(len(target), len(source) + null),
        rows(len(source), len(source)),
        rows(len(target), len(target), causal=True),
        source,
        target,
        source_words,
        target_words,
        Metadata(run="runs/toy", checkpoint="step-000400", decoding="greedy", probabilities=probabilities),
    )


def assert_same(one: AttentionMap, other: AttentionMap) -> None:
    for field in ("cross_attention", "encoder_self_attention", "decoder_self_attention"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    assert (one.source_tokens, one.target_tokens) == (other.source_tokens, other.target_tokens)
    assert (one.source_word_ids, one.target_word_ids) == (other.source_word_ids, other.target_word_ids)
    assert one.metadata == other.metadata


# What a view is


def test_layers_and_heads_are_counted_from_one() -> None:
    map_ = random_map()
    np.testing.assert_array_equal(map_.view(View(2, 3)), map_.cross_attention[1, 2])
    np.testing.assert_allclose(map_.view(View(1)), map_.cross_attention[0].mean(axis=0))
    assert map_.view(View(1)).dtype == np.float32


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (View(3), "layer 3: this model has layers 1 to 2"),
        (View(0), "layer 0: this model has layers 1 to 2"),
        (View(1, 5), "head 5: this model has heads 1 to 4"),
        (View(1, 0), "head 0: this model has heads 1 to 4"),
        (View(-1, -1), "layer -1: this model has layers 1 to 2"),
    ],
)
def test_a_view_the_model_does_not_have_is_refused(view: View, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        random_map().view(view)


def test_no_layer_is_the_mean_of_every_head_of_every_layer() -> None:
    map_ = random_map()
    np.testing.assert_allclose(map_.view(View()), map_.cross_attention.reshape(8, 7, 6).mean(axis=0), rtol=1e-5)
    assert map_.view(View()).dtype == np.float32
    assert map_.view(View(), "encoder").shape == (6, 6)
    assert View().describe(2, 4) == "mean of all 8 heads of 2 layers"


# How far to believe a view

SCORES = (ViewScore(View(2, 1), 0.3, 0.97, 0.6, 0.2), ViewScore(View(), 0.44, 0.5, 0.5, 0.5))


def test_a_view_that_was_measured_has_a_score_and_claims_by_its_own_threshold() -> None:
    metadata = replace(random_map().metadata, view_scores=SCORES)
    assert [metadata.score(score.view) for score in SCORES] == list(SCORES)
    assert (metadata.threshold(View(2, 1)), metadata.threshold(View())) == (0.3, 0.44)


def test_a_view_that_was_not_measured_has_no_score_and_claims_by_majority() -> None:
    metadata = replace(random_map().metadata, view_scores=SCORES)
    assert metadata.score(View(1, 1)) is None
    assert metadata.threshold(View(1, 1)) == MAJORITY == random_map().metadata.threshold(View())


# The null position


def test_the_null_column_comes_last_and_stands_for_no_word() -> None:
    map_ = random_map(null=True)
    assert map_.has_null
    assert map_.cross_attention.shape[-1] == 7
    assert map_.labels() == (map_.target_tokens, (*SENTENCE_PIECES, "<null>"))
    assert map_.cross_word_ids == (*SENTENCE_WORDS, None)
    for kind in ("encoder", "decoder"):  # only cross-attention has it
        assert "<null>" not in map_.labels(kind)[1]


def test_a_map_without_a_null_position_has_no_column_for_it() -> None:
    map_ = random_map()
    assert not map_.has_null
    assert map_.cross_word_ids == SENTENCE_WORDS
    assert "<null>" not in map_.labels()[1]


def test_a_source_word_that_is_spelled_like_the_null_position_is_a_word() -> None:
    map_ = random_map(source=("<null>", END), source_words=(0, None), null=True)
    assert map_.labels()[1] == ("<null>", END, "<null>")
    assert map_.cross_word_ids == (0, None, None)


def test_merging_to_words_keeps_end_and_null_apart() -> None:
    map_ = random_map(null=True)
    merged = map_.merged_to_words()
    assert merged.has_null
    assert merged.labels()[1] == ("The", "robot", "fell", ".", END, "<null>")
    np.testing.assert_allclose(
        merged.cross_attention[:, :, 0, -2:], map_.cross_attention[:, :, 0, -2:], rtol=1e-6
    )  # `Le` is one piece, so its row is as it was
    assert_same(merged.merged_to_words(), merged)


def test_the_null_column_counts_in_the_sum_of_a_row() -> None:
    map_ = random_map(null=True)
    with pytest.raises(ValueError, match="cross_attention has a row whose sum"):
        replace(map_, cross_attention=map_.cross_attention[..., :-1])
    with pytest.raises(ValueError, match="cross_attention has shape"):
        replace(map_, cross_attention=np.full((2, 4, 7, 8), 1 / 8, dtype=np.float32))


# What the rows and columns are


def test_the_decoder_reads_the_target_one_step_late() -> None:
    map_ = random_map()
    rows, columns = map_.labels("decoder")
    assert rows == map_.target_tokens
    assert columns == ("<s>", *map_.target_tokens[:-1])


def test_every_attention_names_its_own_rows_and_columns() -> None:
    map_ = random_map()
    assert map_.labels() == (map_.target_tokens, map_.source_tokens)
    assert map_.labels("encoder") == (map_.source_tokens, map_.source_tokens)
    for kind in ("cross", "encoder", "decoder"):
        rows, columns = map_.labels(kind)
        assert map_.weights(kind).shape[2:] == (len(rows), len(columns))


# What is refused


def test_a_row_that_is_no_distribution_is_refused() -> None:
    map_ = random_map()
    with pytest.raises(ValueError, match=r"sum is 0\.5 away from 1"):
        replace(map_, cross_attention=map_.cross_attention * np.float32(1.5))
    negative = map_.cross_attention.copy()
    negative[0, 0, 0, :2] = (-1.0, 2.0)
    with pytest.raises(ValueError, match="negative"):
        replace(map_, cross_attention=negative)


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_weight_that_is_not_finite_is_refused(hole: float) -> None:
    broken = random_map().cross_attention.copy()
    broken[1, 2, 3, 0] = hole
    with pytest.raises(ValueError, match="cross_attention has weights that are negative or not finite"):
        replace(random_map(), cross_attention=broken)


def test_attention_of_another_shape_is_refused() -> None:
    map_ = random_map()
    for shape in [(4, 7, 6), (2, 4, 6, 7), (7, 6), (6,), ()]:
        with pytest.raises(ValueError, match="cross_attention has shape"):
            replace(map_, cross_attention=np.full(shape, 1.0, dtype=np.float32))
    with pytest.raises(ValueError, match="encoder_self_attention has shape"):
        replace(map_, encoder_self_attention=map_.encoder_self_attention[:1])
    with pytest.raises(ValueError, match="float64, not float32"):
        replace(map_, cross_attention=map_.cross_attention.astype(np.float64))


def test_decoder_attention_to_the_future_is_refused() -> None:
    map_ = random_map()
    shifted = np.roll(map_.decoder_self_attention, 1, axis=-1)
    with pytest.raises(ValueError, match="cannot see the future"):
        replace(map_, decoder_self_attention=shifted)


def test_tokens_word_ids_and_probabilities_must_match() -> None:
    map_ = random_map()
    with pytest.raises(ValueError, match="source_word_ids has 2 entries for 6 tokens"):
        replace(map_, source_word_ids=(0, 1))
    with pytest.raises(ValueError, match="must count up"):
        replace(map_, source_word_ids=(0, 2, 1, 3, 4, None))
    with pytest.raises(ValueError, match="1 probabilities for 7 target tokens"):
        replace(map_, metadata=replace(map_.metadata, probabilities=(1.0,)))
    with pytest.raises(ValueError, match=r"probability 1\.5 is not between 0 and 1"):
        replace(map_, metadata=replace(map_.metadata, probabilities=(1.5,) * 7))
    with pytest.raises(ValueError, match="target_tokens is empty"):
        replace(map_, target_tokens=(), target_word_ids=())


# Pieces to words


def test_pieces_become_words_that_keep_their_spelling() -> None:
    merged = random_map().merged_to_words()
    assert merged.source_tokens == ("The", "robot", "fell", ".", END)
    assert merged.target_tokens == ("Le", "robot", "est", "tombé", ".", END)
    assert merged.target_word_ids == (0, 1, 2, 3, 4, None)
    assert merged.metadata.merged_to_words


def test_merging_sums_columns_averages_rows_and_multiplies_probabilities() -> None:
    map_ = random_map()
    merged = map_.merged_to_words()
    cross = map_.cross_attention
    np.testing.assert_allclose(merged.cross_attention[:, :, 0, 1], cross[:, :, 0, 1:3].sum(-1), rtol=1e-5)
    np.testing.assert_allclose(merged.cross_attention[:, :, 3, 0], cross[:, :, 3:5, 0].mean(-1), rtol=1e-5)
    probabilities = map_.metadata.probabilities
    assert merged.metadata.probabilities[3] == pytest.approx(probabilities[3] * probabilities[4])


def test_merging_keeps_the_columns_of_the_decoder_one_step_late() -> None:
    map_ = random_map()
    merged = map_.merged_to_words()
    assert merged.decoder_input_tokens == ("<s>", "Le", "robot", "est", "tombé", ".")
    # `.` (row 5 of the pieces) looks at `tombé`, which the decoder read in the columns of `▁tom` and `bé`: 4 and 5.
    np.testing.assert_allclose(
        merged.decoder_self_attention[:, :, 4, 4], map_.decoder_self_attention[:, :, 5, 4:6].sum(-1), rtol=1e-5
    )
    np.testing.assert_allclose(
        merged.decoder_self_attention[:, :, 0, 0], map_.decoder_self_attention[:, :, 0, 0], rtol=1e-6
    )


def test_merging_whole_words_changes_nothing_but_their_mark() -> None:
    map_ = random_map(("▁a", "<unk>", END), (0, 1, None), ("▁b", END), (0, None))
    merged = map_.merged_to_words()
    assert merged.source_tokens == ("a", "<unk>", END)
    assert merged.target_tokens == ("b", END)
    assert_same(merged, replace(map_, source_tokens=merged.source_tokens, target_tokens=merged.target_tokens))


def test_a_translation_cut_off_inside_a_word_can_still_be_merged() -> None:
    map_ = random_map(target=("▁Le", "▁tra", "va", "il"), target_words=(0, 1, 1, 1))
    merged = map_.merged_to_words()
    assert merged.target_tokens == ("Le", "trava", "il")
    assert merged.decoder_input_tokens == ("<s>", "Le", "trava")


word_lengths = st.lists(st.integers(1, 4), min_size=0, max_size=6)


def pieces(lengths: list[int]) -> tuple[tuple[str, ...], tuple[int | None, ...]]:
    ids = [word for word, length in enumerate(lengths) for _ in range(length)]
    starts = [position for length in lengths for position in range(length)]
    return (*(f"{'' if i else '▁'}x{i}" for i in starts), END), (*ids, None)


@settings(max_examples=60, deadline=None)
@given(word_lengths, word_lengths, st.integers(0, 1000))
def test_merged_rows_are_still_distributions_over_all_words(source: list[int], target: list[int], seed: int) -> None:
    # The record itself refuses anything else, so that it can be made is the claim; merging twice adds nothing.
    merged = random_map(*pieces(source), *pieces(target), layers=1, heads=2, seed=seed).merged_to_words()
    assert len(merged.source_tokens) == len(source) + 1
    assert len(merged.target_tokens) == len(target) + 1
    assert_same(merged.merged_to_words(), merged)


# Files


@pytest.mark.parametrize("null", [False, True])
def test_a_saved_map_loads_as_it_was(tmp_path: Path, null: bool) -> None:
    map_ = random_map(source=("▁L'été", "▁ro", "bot\n", "$x_1$", "🤖", END), null=null)
    guidance = "layer 2, head 1 was taught to align words, by gold links"
    map_ = replace(map_, metadata=replace(map_.metadata, view_scores=SCORES, guidance=guidance))
    path = tmp_path / "deep" / "map.npz"
    map_.save(path)
    loaded = AttentionMap.load(path)
    assert_same(loaded, map_)
    assert (loaded.has_null, loaded.labels()) == (null, map_.labels())
    assert [file.name for file in path.parent.iterdir()] == ["map.npz"]


def test_the_same_map_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        random_map().save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_holds_the_documented_arrays_and_needs_no_pickle(tmp_path: Path) -> None:
    random_map().save(tmp_path / "map.npz")
    with np.load(tmp_path / "map.npz", allow_pickle=False) as archive:
        assert set(archive.files) == {
            "cross_attention",
            "encoder_self_attention",
            "decoder_self_attention",
            "source_tokens",
            "target_tokens",
            "metadata",
        }
        assert archive["cross_attention"].shape == (2, 4, 7, 6)
        assert archive["target_tokens"].tolist() == list(TRANSLATION_PIECES)
        assert json.loads(str(archive["metadata"]))["format_version"] == 2


def test_a_nul_character_in_a_token_is_kept_visibly(tmp_path: Path) -> None:
    map_ = random_map(source=("a\0", "b", "c", "d", "e", END))
    map_.save(tmp_path / "map.npz")
    assert AttentionMap.load(tmp_path / "map.npz").source_tokens[0] == "a\N{REPLACEMENT CHARACTER}"


def arrays_of(path: Path) -> dict[str, Any]:
    random_map().save(path)
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def refusal(path: Path) -> str:
    with pytest.raises(ValueError, match="is not a readable attention map") as error:
        AttentionMap.load(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)
    return str(error.value)


class Hostile:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was executed",))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a map", b"\x93NUMPY", pickle.dumps(Hostile())])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "map.npz"
    path.write_bytes(content)
    refusal(path)


def test_a_pickle_inside_an_archive_is_not_executed(tmp_path: Path) -> None:
    arrays = arrays_of(tmp_path / "map.npz")
    arrays["metadata"] = np.array([Hostile()], dtype=object)
    np.savez(tmp_path / "map.npz", **arrays)
    assert "allow_pickle" in refusal(tmp_path / "map.npz")


def test_a_truncated_or_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.npz"
    random_map().save(path)
    whole = path.read_bytes()
    for cut in range(0, len(whole) - 1, 97):
        path.write_bytes(whole[:cut])
        refusal(path)
    damaged = bytearray(whole)
    damaged[200] ^= 0xFF
    path.write_bytes(bytes(damaged))
    refusal(path)


def test_an_array_that_claims_to_be_enormous_is_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (10**6, 10**6, 10**6)}
    )
    path = tmp_path / "map.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cross_attention.npy", header.getvalue())
    refusal(path)


def test_a_missing_array_a_wrong_shape_and_other_metadata_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.npz"
    arrays = arrays_of(path)
    np.savez(path, **{name: array for name, array in arrays.items() if name != "source_tokens"})
    assert "source_tokens" in refusal(path)
    np.savez(path, **(arrays | {"cross_attention": arrays["cross_attention"][0]}))
    assert "cross_attention has shape (4, 7, 6)" in refusal(path)
    for metadata in ("[]", "{", "{}", '{"format_version": 2, "view_scores": {"rm": 1}}'):
        np.savez(path, **(arrays | {"metadata": np.array(metadata)}))
        refusal(path)


@pytest.mark.parametrize("version", [1, 99, "2", None])
def test_a_map_of_another_version_is_named(tmp_path: Path, version: object) -> None:
    path = tmp_path / "map.npz"
    arrays = arrays_of(path)
    metadata = json.loads(str(arrays["metadata"])) | {"format_version": version}
    np.savez(path, **(arrays | {"metadata": np.array(json.dumps(metadata))}))
    assert f"its format version is {version!r}, and this program reads version 2" in refusal(path)


@pytest.mark.parametrize(
    "score",
    [
        {},
        {"layer": None, "head": 1, "threshold": 0.5, "precision": 1.0, "recall": 1.0, "aer": 0.0},
        {"layer": 1, "head": 1, "threshold": "a half", "precision": 1.0, "recall": 1.0, "aer": 0.0},
        {"layer": 1, "head": 1, "aer": 0.25},
    ],
)
def test_a_score_that_is_none_makes_the_map_unreadable(tmp_path: Path, score: dict[str, Any]) -> None:
    path = tmp_path / "map.npz"
    arrays = arrays_of(path)
    metadata = json.loads(str(arrays["metadata"])) | {"view_scores": [score]}
    np.savez(path, **(arrays | {"metadata": np.array(json.dumps(metadata))}))
    refusal(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.npz"):
        AttentionMap.load(tmp_path / "nowhere.npz")
