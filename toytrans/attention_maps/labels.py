"""Text for people to read: tokens made visible, sentences put together again, names for files."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

import regex

from toytrans.attention_maps.record import END, AttentionMap, Kind
from toytrans.attention_maps.words import WordIds
from toytrans.special_tokens import WORD_START

LONGEST_LABEL = 20
LONGEST_STEM = 40

_CLUSTER = regex.compile(r"\X")  # a letter with its marks, a picture with its parts
# Joiners and tags mean something beside letters that change shape and in pictures: می‌خواهم  👩‍🚀  🏴󠁧󠁢󠁷󠁬󠁳󠁿
_SHAPING = regex.compile(
    r"(?<=(?![\p{Latin}\p{Greek}\p{Cyrillic}\p{ASCII}])[\p{L}\p{M}\p{S}])[\u200c\u200d]"
    r"|(?<=[\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007f]"
)


def visible(text: str, limit: int | None = None) -> str:
    r"""The text with nothing hidden: line breaks, zero-width and direction marks are spelled out (`\n`, `\u200b`).

    A joiner that shapes its word is left as it is. Text longer than `limit` ends in `…`, no letter cut from its marks;
    text that would show as nothing is quoted.
    """
    shaping = {match.start() for match in _SHAPING.finditer(text)}
    spelled = "".join(
        char if at in shaping or _is_drawn(text, at) else char.encode("unicode_escape").decode()
        for at, char in enumerate(text)
    )
    if limit is not None and len(spelled) > limit:
        ends = (match.end() for match in _CLUSTER.finditer(spelled))
        spelled = spelled[: max((end for end in ends if end < limit), default=0)] + "…"
    return spelled if spelled.strip() else f"'{spelled}'"


def map_labels(map_: AttentionMap, kind: Kind = "cross") -> tuple[list[str], list[str]]:
    """What names the rows and the columns of one attention: its tokens; words read as `<unk>` are named as typed.

    Those are marked: `elephant (unknown)` in the source or in a given translation, `elephant (copied)` where it fills a
    slot of the model's own.
    Of a word in several pieces every piece keeps its own name.
    """
    typed, of_slots = map_.metadata.typed, map_.metadata.copied
    copied = {target: typed[source] for target, source in of_slots.items() if source in typed}
    given = map_.metadata.typed_target
    of_target = (given, "unknown") if given else (copied, "copied")
    named = replace(
        map_,
        source_tokens=_marked(map_.source_tokens, map_.source_word_ids, typed, "unknown"),
        target_tokens=_marked(map_.target_tokens, map_.target_word_ids, *of_target),
    )
    rows, columns = named.labels(kind)
    return list(rows), list(columns)


def _marked(tokens: Sequence[str], word_ids: WordIds, words: Mapping[int, str], mark: str) -> tuple[str, ...]:
    pieces = Counter(word_ids)
    return tuple(
        f"{visible(words[word], LONGEST_LABEL)} ({mark})"
        if word is not None and word in words and pieces[word] == 1
        else visible(token, LONGEST_LABEL)
        for token, word in zip(tokens, word_ids, strict=True)
    )


def sentence(tokens: Sequence[str]) -> str:
    """The tokens as one line to read; spelling is restored as far as tokens tell (`s'` `est` `.` is `s'est.`)."""
    shown = [visible(token, 2 * LONGEST_LABEL) for token in tokens if token != END]
    if any(WORD_START in token for token in shown):
        return "".join(shown).replace(WORD_START, " ").strip()
    spaced = " ".join(shown)
    return re.sub(r" (?=[.,…)\]]|'s\b|n't\b)|(?<=\w') |(?<=[(\[]) ", "", spaced)


def safe_stem(index: int, text: str) -> str:
    """A file name for a sentence, without its ending: `01-the-cat-sat-on-the-mat`. Safe on every system.

    The number in front tells apart sentences that read alike, and keeps `con` and `..` from being names of their own.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    stem = f"{index:02d}"
    for word in words:
        if len(stem) + 1 + len(word) > LONGEST_STEM:
            break
        stem += f"-{word}"
    return stem if "-" in stem else f"{stem}-{words[0][:20] if words else 'sentence'}"


def width(text: str) -> int:
    """How many columns a terminal gives the text: two for a wide character or a picture, none for a mark on another."""
    return sum(map(_cluster_width, _CLUSTER.findall(text)))


def _cluster_width(cluster: str) -> int:
    if unicodedata.east_asian_width(cluster[0]) in "WF" or "\ufe0f" in cluster:  # U+FE0F: as a picture
        return 2
    return sum(unicodedata.category(char) not in ("Mn", "Me", "Cf") for char in cluster)


def padded(text: str, columns: int) -> str:
    """The text, filled with spaces up to this width."""
    return text + " " * (columns - width(text))


def in_columns(
    rows: Sequence[Sequence[str]], num_left: int | None = None, gap: str = "  ", least: Sequence[int] = ()
) -> str:
    """A line for each row, its cells in columns with `gap` between: the first `num_left` to the left (`None`: all).

    A column is as wide as its widest cell, and at least as wide as `least` says.
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    widths = [max(sizes) for sizes in zip_longest(widths, least, fillvalue=0)]
    lines = []
    for row in rows:
        cells = [
            padded(cell, columns) if num_left is None or place < num_left else " " * (columns - width(cell)) + cell
            for place, (cell, columns) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(gap.join(cells).rstrip())
    return "\n".join(lines)


def percent(fraction: float) -> str:
    """`96 %`; with more digits near 1, so that only 1 itself reads `100 %`."""
    if fraction < 0.985 or fraction == 1.0:
        return f"{100 * fraction:.0f} %"
    return "more than 99.9 %" if fraction >= 0.9995 else f"{100 * fraction:.1f} %"


def _is_drawn(text: str, at: int) -> bool:
    # Other (control, format, surrogate, private, unassigned) and separators show as nothing, all but the space.
    if text[at] != " " and unicodedata.category(text[at])[0] in "CZ":
        return False
    # No language stacks five marks on a letter (Hebrew: four). More would cover the lines above.
    return at < 4 or not all(unicodedata.combining(char) for char in text[at - 4 : at + 1])
