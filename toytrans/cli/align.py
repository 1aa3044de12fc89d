"""`toytrans align`: which source word each target word comes from, according to attention."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from toytrans.cli.choices import (
    DEFAULT_RUN,
    HeadFlag,
    LayerFlag,
    Switch,
    WrongUsage,
    check_view,
    load_translator,
    pairs_of,
    say,
    view_for,
)
from toytrans.config import Device
from toytrans.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toytrans.attention_maps import Link, Links, View
    from toytrans.corpus import Pair
    from toytrans.decoding import Translator

Heuristic = Literal["agreement", "intersection", "union", "grow-diag", "grow-diag-final", "grow-diag-final-and"]
DEFAULT_HEURISTIC: Heuristic = "agreement"


@dataclass(frozen=True)
class Align:
    """Writes the links between words that attention claims, a line a pair: `0-0 1-1`."""

    run: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="[RUN]")] = DEFAULT_RUN
    """A run directory."""
    corpus: Annotated[str | None, tyro.conf.arg(help_behavior_hint="(default: the run's)")] = None
    """`toy`, a folder, a .tsv or .jsonl file, or a Hugging Face dataset."""
    split: str = "test"
    """The split to align. The model is forced to say its translations."""
    layer: LayerFlag = None
    """The layer whose attention claims the links, from 1; all is the mean of all layers and heads."""
    head: HeadFlag = None
    """The head, from 1; goes with --layer."""
    method: Literal["strongest", "threshold"] = "threshold"
    """Which source words a target word claims: the one with the largest attention weight, or all with at least the
    --threshold."""
    threshold: Annotated[float | None, tyro.conf.arg(help_behavior_hint="(default: the best on validation)")] = None
    """The least attention weight that claims a link, above 0, at most 1."""
    backward: Annotated[Path | None, tyro.conf.arg(help_behavior_hint="(default: none)")] = None
    """A run of the other direction, to be read together with this one."""
    symmetrize: Annotated[
        Heuristic | None, tyro.conf.arg(help_behavior_hint=f"(default: {DEFAULT_HEURISTIC}, with --backward)")
    ] = None
    """How both directions become one. Agreement: the largest product of their attention, mean of all heads (Liang et
    al., 2006). The others join the links that each claims in its best view (Koehn et al., 2005)."""
    one_based: Switch = False
    """Count words from 1."""
    out: Annotated[Path | None, tyro.conf.arg(help_behavior_hint="(default: standard output)")] = None
    """A new file for the links."""
    device: Device = "auto"
    """Where to compute; auto takes a GPU where there is one."""

    def __post_init__(self) -> None:
        check_view(self.layer, self.head)
        if self.threshold is not None and not 0 < self.threshold <= 1:
            raise WrongUsage(f"--threshold {self.threshold} is not above 0 and at most 1")
        if self.threshold is not None and self.method == "strongest":
            raise WrongUsage(
                f"--threshold {self.threshold} is for --method threshold: strongest takes one word at any threshold"
            )
        if self.backward is not None and self.symmetrize in (None, "agreement") and self.threshold is not None:
            raise WrongUsage(
                f"--threshold {self.threshold}: agreement weighs both directions and claims by no threshold"
            )
        if self.backward is not None and self.symmetrize in (None, "agreement") and self.method == "strongest":
            raise WrongUsage("--method strongest: agreement takes the strongest anyway: leave it out")
        if self.symmetrize is not None and self.backward is None:
            raise WrongUsage(f"--symmetrize {self.symmetrize} needs a run of the other direction: give --backward RUN")

    def execute(self) -> int:
        """Prints or writes the links, and says how good they are where that is known."""
        from toytrans.attention_maps import Links
        from toytrans.evaluation import as_read, as_typed, links_lines, write_links
        from toytrans.evaluation.pharaoh import check_is_new
        from toytrans.run import Run

        if self.out is not None:
            check_is_new(self.out)
        translator = load_translator(self.run, self.device)
        view = view_for(translator, self.layer, self.head) or translator.view
        backward = self._load_backward(translator)
        pairs = pairs_of(Run.open(self.run), self.corpus, self.split)
        self._check_lengths(translator, pairs)
        if backward is not None:
            self._check_lengths(backward, [pair.reversed() for pair in pairs])
        if backward is None:
            found = self._claims(translator, pairs, view)
        else:
            found = self._both_ways(translator, view, backward, pairs)
        read_links, reader = [Links(each, each) for each in found], translator.tokenizer.reader
        links = [
            as_typed(each, pair, reader, translator.languages) for each, pair in zip(read_links, pairs, strict=True)
        ]
        if self.out is not None:
            write_links(self.out, links, self.one_based)
            say(f"saved in {self.out}: the links of {len(links)} pairs")
        else:
            print("\n".join(links_lines(links, self.one_based)))
        _tell_scores(read_links, as_read(pairs, reader, translator.languages), translator.languages)
        return 0

    def _check_lengths(self, translator: Translator, pairs: Sequence[Pair]) -> None:
        are_taken = translator.takes([pair.source for pair in pairs], [pair.target for pair in pairs])
        if not all(are_taken):
            raise Refused(
                f"pair {are_taken.index(False) + 1} of {self.split} is longer than the {translator.limits.max_tokens} "
                "tokens that the run takes: split it, or leave it out"
            )

    def _load_backward(self, translator: Translator) -> Translator | None:
        if self.backward is None:
            return None
        backward = load_translator(self.backward, self.device)
        if backward.languages != translator.languages[::-1]:
            there, back = (" to ".join(each.languages) for each in (translator, backward))
            raise WrongUsage(
                f"--backward {self.backward} goes from {back}, and {self.run} from {there}: give a run of the other way"
            )
        return backward

    def _claims(self, translator: Translator, pairs: Sequence[Pair], view: View) -> list[frozenset[Link]]:
        from toytrans.evaluation import claims_over

        threshold = None if self.method == "strongest" else self.threshold or translator.threshold(view)
        return claims_over(translator, pairs, view, threshold)

    def _both_ways(
        self, forward: Translator, view: View, backward: Translator, pairs: Sequence[Pair]
    ) -> list[frozenset[Link]]:
        from toytrans.attention_maps import agreed_links, reversed_links, symmetrize
        from toytrans.evaluation import forced_maps

        turned, method = [pair.reversed() for pair in pairs], self.symmetrize or DEFAULT_HEURISTIC
        if method == "agreement":
            maps = zip(forced_maps(forward, pairs), forced_maps(backward, turned), strict=True)
            if self.layer is None:
                return [agreed_links(there, back) for there, back in maps]  # the mean of all: chosen by no gold link
            return [agreed_links(there, back, view, backward.view) for there, back in maps]
        there, back = self._claims(forward, pairs, view), self._claims(backward, turned, backward.view)
        return [symmetrize(f, reversed_links(b), method) for f, b in zip(there, back, strict=True)]


def _tell_scores(links: list[Links], pairs: Sequence[Pair], languages: tuple[str, str]) -> None:
    """Compares with the gold links of the pairs that have some."""
    from toytrans.evaluation import score_links

    num_scored = sum(pair.alignment is not None for pair in pairs)
    if num_scored:
        counts = score_links(links, pairs, languages)
        precision = f"{counts.precision:.3f}" if counts.links else "of nothing"
        say(
            f"alignment error rate {counts.aer:.3f}, precision {precision}, recall {counts.recall:.3f}, "
            f"over {num_scored} pairs"
        )
