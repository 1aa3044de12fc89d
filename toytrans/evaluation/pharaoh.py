"""Files of links, Pharaoh style: line N aligns pair N, `0-0 1p0 2-1`, source before target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

from toytrans.attention_maps import Links, format_links, parse_links
from toytrans.corpus.pairs import Pair
from toytrans.corpus.reading import read_lines
from toytrans.errors import Refused
from toytrans.evaluation.gold import num_words
from toytrans.files import write_whole


def read_links(path: Path, pairs: Sequence[Pair], languages: tuple[str, str], one_based: bool = False) -> list[Links]:
    """The links of each pair: line N is that of pair N, and an empty line means no links.

    Words are counted as `split_words` cuts them. A `ValueError` of one line names the file, and the line, where an item
    is no link, a link leads past its sentence, or there are not as many lines as pairs.
    """
    links, num_lines = [], 0
    for number, (line, pair) in enumerate(zip_longest(read_lines(path), pairs), start=1):
        num_lines += line is not None
        if line is not None and pair is not None:
            links.append(_links_of(line, pair, languages, one_based, f"{path}, line {number}"))
    if num_lines != len(pairs):
        raise Refused(
            f"{path} has {num_lines} lines for {len(pairs)} pairs: line N must align pair N, and pairs that were left "
            "out (an empty side) or cut into another split have no line; `toytrans align` writes a file that fits"
        )
    return links


def links_lines(links: Iterable[Links], one_based: bool = False) -> list[str]:
    """What `read_links` reads, a line a pair, without line ends."""
    return [format_links(each, one_based) for each in links]


def write_links(path: Path, links: Iterable[Links], one_based: bool = False) -> None:
    """Writes the file that `read_links` reads; one that is there already is a `FileExistsError`."""
    check_is_new(path)
    write_whole(path, "".join(f"{line}\n" for line in links_lines(links, one_based)))


def check_is_new(path: Path) -> None:
    """Refuses a file that cannot be written; ask before the work whose result it would hold."""
    if path.exists():
        raise FileExistsError(f"{path} is there already: give another file, or move it away")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent}: no such folder: make it, or give another place for {path.name}")


def _links_of(line: str, pair: Pair, languages: tuple[str, str], one_based: bool, place: str) -> Links:
    try:
        links = parse_links(line, one_based)
    except ValueError as error:
        raise Refused(f"{place}: {error}") from None
    num_sources, num_targets = num_words(pair, languages)
    past = [link for link in sorted(links.possible) if link[0] >= num_sources or link[1] >= num_targets]
    if past:
        first = 1 if one_based else 0
        source, target = past[0]
        raise Refused(
            f"{place}: link {source + first}-{target + first} is past its sentence, which has {num_sources} source "
            f"and {num_targets} target words, counted from {first}{_hint(links, num_sources, num_targets, one_based)}"
        )
    return links


def _hint(links: Links, num_sources: int, num_targets: int, one_based: bool) -> str:
    """Says what to do where the line would fit if its words were counted from 1."""
    fits_from_1 = all(1 <= source <= num_sources and 1 <= target <= num_targets for source, target in links.possible)
    return (
        ": if this file counts from 1, say so (--one-based; to train, --guided-first-word 1)"
        if fits_from_1 and not one_based
        else ""
    )
