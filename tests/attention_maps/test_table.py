"""The table of linked words in the terminal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest

from toytrans.attention_maps import View, ViewScore, claimed_links, format_table, linked_words_table
from toytrans.attention_maps.labels import width

from .conftest import CAT, CHAT, HOSTILE, random_map, with_cross


def test_the_table_names_every_link_that_is_claimed_and_else_the_strongest() -> None:
    map_ = random_map(CAT, CHAT)
    scored = replace(map_, metadata=replace(map_.metadata, view_scores=(ViewScore(View(2, 1), 0.25, 0.9, 0.5, 0.3),)))
    table = linked_words_table(scored, View(2, 1))
    weights_TS = map_.view(View(2, 1))
    links = claimed_links(weights_TS, map_.source_word_ids, map_.target_word_ids, 0.25)
    assert [word.target for word in table] == CHAT
    for target, word in enumerate(table):
        claimed = sorted((-weights_TS[target, source], CAT[source]) for source, other in links if other == target)
        assert word.is_claimed == bool(claimed)
        assert word.sources == (
            tuple(name for _, name in claimed) or (map_.source_tokens[weights_TS[target].argmax()],)
        )
        assert word.weight == pytest.approx(-claimed[0][0] if claimed else weights_TS[target].max())
    assert {len(word.sources) for word in table if word.is_claimed} >= {1, 2}
    assert not all(word.is_claimed for word in table)


def test_the_table_never_denies_a_link_that_the_picture_outlines() -> None:
    rows = [[0.15, 0.4, 0.45], [0.35, 0.45, 0.2], [0.0, 0.0, 1.0]]  # The, cat, </s>
    score = ViewScore(View(), 0.3, 0.9, 0.8, 0.1)
    table = linked_words_table(with_cross(random_map(["x" * 40, "cat"], ["Le", "chat"]), rows, score), View())
    assert [(word.source, word.is_claimed) for word in table] == [("cat", True), (f"cat, {'x' * 40}", True)]
    _, beside_end, twice = format_table(table).splitlines()
    assert beside_end.split()[:4] == ["Le", "cat", "0.40", "████"]
    assert twice.split()[:5] == ["chat", "cat,", "x" * 29 + "…", "0.45", "████▌"]


def test_parentheses_stand_around_what_is_not_claimed_and_are_explained_where_they_occur() -> None:
    map_ = random_map(["cat"], ["Le", "chat", "noir"], null=True)
    rows: list[list[float]] = [[0.4, 0.3, 0.3], [0.8, 0.1, 0.1], [0.1, 0.2, 0.7], [0, 1, 0]]  # cat, </s>, <null>
    lines = format_table(linked_words_table(with_cross(map_, rows), View())).splitlines()
    assert [line.split()[1] for line in lines[1:4]] == ["(cat)", "cat", "(<null>)"]
    assert lines[4].startswith("(in parentheses: no link is claimed")
    rows = [[0.8, 0.1, 0.1]] * 4
    assert len(format_table(linked_words_table(with_cross(map_, rows), View())).splitlines()) == 4


def test_the_columns_of_the_table_line_up_for_any_words() -> None:
    lines = format_table(linked_words_table(random_map(HOSTILE, HOSTILE), View(1))).split("\n")
    assert len(lines) == len(HOSTILE) + 2
    starts = {width(re.split(r"\d\.\d\d", line)[0]) for line in lines[1:-1]}
    assert len(starts) == 1
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for line in lines for char in line)


def test_a_bar_is_as_long_as_its_weight() -> None:
    table = format_table(linked_words_table(random_map([], ["a"]), View(1)))
    assert table.split("\n")[1].split()[:4] == ["a", "(</s>)", "1.00", "█" * 10]
