"""A pair of sentences that translate each other, and a corpus: named splits of pairs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toytrans.errors import Refused

MOST_WATCHED = 12
"""Pairs of the split `watched` that are drawn."""


@dataclass(frozen=True)
class Pair:
    """A source sentence and its translation.

    `alignment` holds the gold links between words in Pharaoh format, `0-0 1p0` (`i-j` sure, `ipj` possible), or `None`
    if they are unknown. `phenomena` names what the pair shows, for scores by phenomenon.
    """

    source: str
    target: str
    alignment: str | None = None
    phenomena: tuple[str, ...] = ()

    @property
    def sides(self) -> tuple[str, str]:
        """Source and target: the text from which tokenizers learn."""
        return self.source, self.target

    def to_json(self, languages: tuple[str, str] = ("en", "fr")) -> str:
        """One line of JSON in the Hugging Face translation convention, plus `alignment` and `phenomena`."""
        row: dict[str, Any] = {"translation": dict(zip(languages, (self.source, self.target), strict=True))}
        if self.alignment is not None:
            row["alignment"] = self.alignment
        if self.phenomena:
            row["phenomena"] = list(self.phenomena)
        return json.dumps(row, ensure_ascii=False)

    def reversed(self) -> Pair:
        """The pair in the other direction: source and target are swapped, and so are the words of each link."""
        return replace(self.with_links_flipped(), source=self.target, target=self.source)

    def with_links_flipped(self) -> Pair:
        """The same sentences; each link leads the other way."""
        return replace(self, alignment=None if self.alignment is None else _flipped(self.alignment))


@dataclass(frozen=True)
class Corpus:
    """Named splits of pairs: `train`, `validation`, `test`, and any others of the corpus."""

    name: str
    languages: tuple[str, str]
    splits: Mapping[str, Sequence[Pair]]

    def split(self, name: str) -> Sequence[Pair]:
        """The pairs of one split. An unknown name is a `ValueError` that lists the splits."""
        if name not in self.splits:
            raise Refused(f"corpus {self.name!r} has no split {name!r}: it has {', '.join(self.splits)}")
        return self.splits[name]

    @property
    def watched(self) -> Sequence[Pair]:
        """The pairs to look at: those of the split `watched`, which nobody trains on, else the first few of `test`."""
        return self.splits["watched"][:MOST_WATCHED] if "watched" in self.splits else self.splits.get("test", ())[:4]

    def fingerprint(self) -> str:
        """The SHA-256 of all split names and pairs: equal only for equal corpora."""
        digest = hashlib.sha256()
        for name in sorted(self.splits):
            digest.update(f"{name}\n".encode())
            for pair in self.splits[name]:
                digest.update(pair.to_json(self.languages).encode("utf-8") + b"\n")
        return digest.hexdigest()


def _flipped(alignment: str) -> str:
    """`i-j` becomes `j-i` and `ipj` becomes `jpi`, sorted again by target word, sure links first."""
    links = []
    for item in alignment.split():
        kind = "-" if "-" in item else "p"
        source, target = map(int, item.split(kind))
        links.append((source, kind, target))  # the old source is the new target; "-" sorts before "p"
    return " ".join(f"{target}{kind}{source}" for source, kind, target in sorted(links))
