"""Warnings where a map should not be believed, and none where it may be."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from toytrans.attention_maps import AttentionMap, Metadata, View
from toytrans.attention_maps.record import END, Kind
from toytrans.attention_maps.warnings import _some_pairs, count_map_warnings, map_warnings, warnings_of_many_maps

SOURCE = ("The", "cat", "sees", "a", "dog", ".", END)
TARGET = ("Le", "chat", "voit", "un", "chien", ".", END)
HEAD = View(1, 1)


def a_map(
    cross_TS: NDArray[np.float64] | None = None,
    source: tuple[str, ...] = SOURCE,
    target: tuple[str, ...] = TARGET,
    decoder_TT: NDArray[np.float64] | None = None,
    encoder_SS: NDArray[np.float64] | None = None,
) -> AttentionMap:
    """One layer with one head; what is not given attends straight ahead. `</s>` is no word."""
    diagonals = [np.eye(len(rows), len(columns)) for rows, columns in ((target, source), (source,) * 2, (target,) * 2)]
    for diagonal in diagonals:
        diagonal[:, -1] += 1 - diagonal.sum(axis=-1)
    given = zip((cross_TS, encoder_SS, decoder_TT), diagonals, strict=True)
    cross, encoder, decoder = (
        (diagonal if weights is None else weights).astype(np.float32)[None, None] for weights, diagonal in given
    )
    ids = [tuple(None if token == END else word for word, token in enumerate(side)) for side in (source, target)]
    metadata = Metadata("run", "step 1", "forced", (1.0,) * len(target))
    return AttentionMap(cross, encoder, decoder, source, target, ids[0], ids[1], metadata)


def looking_at(*columns: int, width: int = len(SOURCE), share: float = 1.0) -> NDArray[np.float64]:
    """A row for each number: `share` of its weight on that column, the rest on all columns alike."""
    return share * np.eye(width)[list(columns)] + (1 - share) / width


def test_a_map_that_links_words_gets_no_warning() -> None:
    weights_TS = looking_at(0, 1, 2, 3, 4, 5, 6, share=0.7)
    assert map_warnings(a_map(weights_TS), HEAD) == []
    # `Le`, and two more, attend to the noun; `voit` rests on the full stop: a trained head does such things.
    assert map_warnings(a_map(looking_at(1, 1, 5, 4, 4, 5, 6)), HEAD) == []


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_nearly_uniform_rows_get_a_warning(share: float) -> None:
    (warning,) = map_warnings(a_map(looking_at(0, 1, 2, 3, 4, 5, 6, share=share)), HEAD)
    assert warning.startswith("Rows are nearly uniform")
    assert warning.endswith("inspect another head.")


def test_a_mean_of_heads_that_is_nearly_uniform_sends_the_reader_to_single_heads() -> None:
    (warning,) = map_warnings(a_map(np.full((7, 7), 1 / 7)), View())
    assert warning.endswith("inspect single heads.")


def test_one_column_for_every_word_gets_a_warning_that_names_it() -> None:
    (warning,) = map_warnings(a_map(looking_at(1, 1, 1, 1, 1, 5, 6, share=0.6)), HEAD)
    assert warning.startswith(
        "100 % of the words have their strongest weight in one column, cat. Likely cause: this view attends"
    )
    assert map_warnings(a_map(looking_at(1, 1, 1, 1, 4, 5, 6, share=0.6)), HEAD) == []  # 4 of 5 words are not 9 in 10


def test_two_words_that_agree_on_a_column_get_no_warning() -> None:
    source, target = ("sat", "down", END), ("s'", "est", END)
    assert map_warnings(a_map(looking_at(0, 0, 2, width=3), source, target), HEAD) == []


def test_a_source_of_one_word_is_all_there_is_to_attend_to() -> None:
    source, target = ("Stop", "!", END), ("Arrête", "toi", "donc", "!", END)
    weights_TS = looking_at(0, 0, 0, 1, 2, width=3)
    assert map_warnings(a_map(weights_TS, source, target), HEAD) == []
    assert len(map_warnings(a_map(weights_TS, ("Stop", "now", END), target), HEAD)) == 1


def test_a_mean_of_heads_is_not_called_a_head() -> None:
    for columns in ((6, 6, 6, 6, 6, 6, 6), (1, 1, 1, 1, 1, 1, 6)):
        (warning,) = map_warnings(a_map(looking_at(*columns)), View())
        assert "Likely cause: this view " in warning
        assert warning.endswith("inspect single heads.")


@pytest.mark.parametrize(
    ("columns", "named"), [((6, 6, 6, 6, 4), "</s> (80 %)"), ((5, 5, 5, 1, 4), ". (60 %)"), ((6, 6, 5, 1, 4), "</s>")]
)
def test_weight_on_the_end_mark_gets_a_warning_that_names_the_mark(columns: tuple[int, ...], named: str) -> None:
    (warning,) = map_warnings(a_map(looking_at(*columns, 5, 6)), HEAD)
    assert warning.startswith(f"Most of the words' attention is on {named}")
    assert "an attention sink" in warning


def test_several_marks_are_one_sink_and_each_is_named_with_its_weight() -> None:
    (warning,) = map_warnings(a_map(looking_at(6, 6, 5, 1, 4, 5, 6)), HEAD)
    assert "</s> (40 %) and . (20 %)" in warning


def test_the_null_position_is_a_mark_too() -> None:
    weights_TS = looking_at(7, 7, 7, 3, 4, 5, 6, width=8)
    (warning,) = map_warnings(a_map(weights_TS), HEAD)
    assert "<null> (60 %)" in warning


def test_a_sink_of_every_word_gets_one_warning_not_two() -> None:
    (warning,) = map_warnings(a_map(looking_at(6, 6, 6, 6, 6, 6, 6)), HEAD)
    assert "an attention sink" in warning


def test_half_of_the_weight_on_marks_is_still_allowed_and_a_full_stop_may_attend_to_the_full_stop() -> None:
    source, target = ("Stop", "now", ".", END), ("Arrête", "maintenant", ".", END)
    assert map_warnings(a_map(looking_at(0, 3, 2, 3, width=4), source, target), HEAD) == []


def test_the_last_word_is_no_mark_where_a_sentence_ends_without_punctuation() -> None:
    source, target = ("a", "red", "house", END), ("maison", "maison", "rouge", END)
    assert map_warnings(a_map(looking_at(2, 2, 1, 3, width=4), source, target), HEAD) == []


def test_a_hostile_word_is_made_visible() -> None:
    source = ("The", "c\n\x1b[2J", *SOURCE[2:])
    (warning,) = map_warnings(a_map(looking_at(1, 1, 1, 1, 1, 5, 6, share=0.6), source), HEAD)
    assert r"c\n\x1b[2J" in warning
    assert warning.isprintable()


# Self-attention


def test_the_decoder_is_judged_by_what_it_had_read() -> None:
    # Rows spread over all there was to read are uniform, though most columns are empty.
    read_TT = np.tril(np.ones((7, 7))) / np.arange(1, 8)[:, None]
    (warning,) = map_warnings(a_map(decoder_TT=read_TT), HEAD, "decoder")
    assert warning.startswith("Rows are nearly uniform (100 %")
    assert map_warnings(a_map(decoder_TT=np.eye(7)), HEAD, "decoder") == []


def test_a_decoder_that_is_on_the_start_of_the_sentence_has_a_sink() -> None:
    (warning,) = map_warnings(a_map(decoder_TT=looking_at(0, 0, 0, 0, 0, 0, 0, width=7)), HEAD, "decoder")
    assert "is on <s> (100 %)" in warning


def test_encoder_rows_are_source_words() -> None:
    (warning,) = map_warnings(a_map(encoder_SS=looking_at(6, 6, 6, 6, 6, 0, 0)), HEAD, "encoder")
    assert "is on </s> (100 %)" in warning


# Nothing to judge


@pytest.mark.parametrize("kind", ["cross", "encoder", "decoder"])
@pytest.mark.parametrize("side", [(END,), ("a",), (".", END), ("a", END), ("a", ".", END)])
def test_sentences_of_next_to_nothing_get_no_warning(side: tuple[str, ...], kind: Kind) -> None:
    map_ = a_map(source=side, target=side)
    assert map_warnings(map_, HEAD, kind) == []
    assert warnings_of_many_maps([map_, map_], HEAD, kind) == []


# Many maps


def sentences_of(length: int, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = tuple(f"w{number}x{place}" for place in range(length))
    return (*words, END), (*words, END)


def straight_maps(count: int, share: float = 0.9) -> list[AttentionMap]:
    """Sentences of three to six words, each word attending to the word in its place."""
    maps = []
    for number in range(count):
        source, target = sentences_of(3 + number % 4, number)
        maps.append(a_map(looking_at(*range(len(source)), width=len(source), share=share), source, target))
    return maps


def random_maps(count: int) -> list[AttentionMap]:
    """Sentences of the same lengths, each word attending to some word."""
    dice = np.random.default_rng(1)
    maps = []
    for number in range(count):
        source, target = sentences_of(3 + number % 4, number)
        columns = dice.permutation(len(source) - 1).tolist()
        maps.append(a_map(looking_at(*columns, len(source) - 1, width=len(source), share=0.9), source, target))
    return maps


def test_the_same_map_for_different_sentences_gets_a_warning_of_any_lengths() -> None:
    (warning,) = warnings_of_many_maps(straight_maps(8, share=1.0), HEAD)
    assert warning.startswith(
        "Different sentences have the same map (100 % of 28 compared pairs). Likely cause: positions"
    )


def test_different_maps_get_no_warning() -> None:
    assert warnings_of_many_maps(random_maps(8), HEAD) == []


def test_the_same_sentence_twice_is_no_reason_for_a_warning() -> None:
    map_ = straight_maps(1, share=1.0)[0]
    assert warnings_of_many_maps([map_, map_, map_], HEAD) == []
    assert warnings_of_many_maps([], HEAD) == []


def test_some_pairs_built_alike_are_no_reason_for_a_warning() -> None:
    # 12 maps alike and 4 others: 66 of 120 pairs have the same map.
    assert warnings_of_many_maps([*straight_maps(12, share=1.0), *random_maps(4)], HEAD) == []


def test_a_large_split_is_compared_to_its_end() -> None:
    # The first half attends straight, and would fill any fixed number of pairs counted from the beginning.
    assert warnings_of_many_maps([*straight_maps(60, share=1.0), *random_maps(60)], HEAD) == []
    assert warnings_of_many_maps(straight_maps(120, share=1.0), HEAD) != []


def test_no_more_than_some_pairs_are_compared_each_once_and_always_the_same() -> None:
    maps = straight_maps(40, share=1.0)  # 780 pairs
    (warning,) = warnings_of_many_maps(maps, HEAD)
    assert "(100 % of 500 compared pairs)" in warning
    assert warnings_of_many_maps(maps, HEAD) == [warning]
    assert len(set(_some_pairs(40))) == 500
    assert all(0 <= one < other < 40 for one, other in _some_pairs(40))
    assert _some_pairs(4) == [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
    assert len(_some_pairs(1_000_000)) == 500  # without going through half a million million of them


def test_the_decoder_is_compared_over_rows_that_had_a_choice() -> None:
    # Whatever a model has learnt, the first row can only attend to `<s>`: that all do so says nothing.
    before_TT, start_TT = np.eye(7), looking_at(0, 0, 0, 0, 0, 0, 0)
    other = ("Un", *TARGET[1:])
    maps = [a_map(decoder_TT=before_TT), a_map(None, ("A", *SOURCE[1:]), other, decoder_TT=start_TT)]
    assert warnings_of_many_maps(maps, HEAD, "decoder") == []
    maps[1] = a_map(None, ("A", *SOURCE[1:]), other, decoder_TT=before_TT)
    assert len(warnings_of_many_maps(maps, HEAD, "decoder")) == 1


def test_warnings_are_counted_over_a_split_by_name() -> None:
    sink, good = a_map(looking_at(6, 6, 6, 6, 6, 6, 6)), a_map(looking_at(0, 1, 2, 4, 3, 5, 6))
    nothing = {"uniform": 0, "one column": 0, "sink": 0, "same map": 0}
    assert count_map_warnings([], HEAD) == nothing
    assert count_map_warnings([sink, good, sink], HEAD) == nothing | {"sink": 2}
    assert count_map_warnings(straight_maps(8, share=1.0), HEAD) == nothing | {"same map": 8}
