"""The answer as files: every number (`results.json`), the tables (`table.md`), and the figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

from machine import median_ratio, processor
from plan import PARTS
from speed_figure import draw, number, to_target, training_to

Section = Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """All that was measured, a section for each part."""

    sections: Mapping[str, Section] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Results:
        """What is in the folder; nothing, if nothing is."""
        path = folder / "results.json"
        return cls(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else cls()

    def with_section(self, part: str, setting: Section, section: Section) -> Results:
        """The same with a part's section in place of the one there was; what another processor measured is left out."""
        here = processor(setting)
        others = {name: each for name, each in self.sections.items() if processor(each["setting"]) == here}
        sections = {**others, part: {"setting": dict(setting), **section}}
        return Results({name: sections[name] for name in PARTS if name in sections})

    def write(self, folder: Path) -> None:
        """Writes all the files."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.sections, indent=1, ensure_ascii=False)
        (folder / "results.json").write_text(f"{text}\n", encoding="utf-8")
        (folder / "table.md").write_text(self.to_markdown(), encoding="utf-8")
        draw(self.sections, folder / "figure")

    def to_markdown(self) -> str:
        """A table or more for each part, and what they depend on."""
        writers = {"training": _training, "quality": quality_table, "translating": _translating}
        blocks = [writers[name](section) for name, section in self.sections.items()]
        return "\n\n".join("\n".join(lines) for lines in [*blocks, self._notes()]) + "\n"

    def _notes(self) -> list[str]:
        """How to read the tables, on what they were measured, and what is missing."""
        settings = [section["setting"] for section in self.sections.values()]
        lines = ["Each number is a median over interleaved rounds, with the least and the most in brackets."]
        for setting in [each for place, each in enumerate(settings) if each not in settings[:place]]:
            versions = ", ".join(f"{name} {version}" for name, version in setting["versions"].items())
            lines.append(f"Threads: {setting['threads']}. Processor: {processor(setting)}. Versions: {versions}.")
        lines += [
            f"{name} is not installed (extra `bench`): its rows are missing."
            for name in ("transformers", "ctranslate2")
            if any(name not in setting["versions"] for setting in settings)
        ]
        if any(setting["quick"] for setting in settings):
            lines.append("A quick pass, to see that everything works: these numbers mean nothing.")
        return lines


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of Markdown; all columns but the first stand to the right."""
    rule = ["---", *("---:" for _ in heading[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (heading, rule, *rows)]


def spread(values: Sequence[float], digits: int = 0) -> str:
    """`1,005 (990 to 1,020)`, or the median alone where all look the same."""
    least, most = number(min(values), digits), number(max(values), digits)
    return least if least == most else f"{number(median(values), digits)} ({least} to {most})"


def _training(section: Section) -> list[str]:
    """Speed of every row beside the faster peer's."""
    rows, peer = section["rows"], section["headline"]["faster_peer"]
    cells = [
        [
            name,
            spread(row["pairs_per_second"]),
            number(median(row["target_tokens_per_second"])),
            number(median(row["ms_per_step"]), 1),
            number(median_ratio(row["pairs_per_second"], rows[peer]["pairs_per_second"]), 2),
        ]
        for name, row in rows.items()
    ]
    parameters = ", ".join(f"{name} {row['parameters']:,}" for name, row in rows.items() if "," not in name)
    heading = ["training", "pairs/s", "target tokens/s", "ms a step", f"times {peer}"]
    return [*table(heading, cells), "", f"Parameters: {parameters}."]


def quality_table(section: Section) -> list[str]:
    """Seconds and steps to the target, beside the peer that reaches it sooner."""
    rows = section["rows"]
    seconds = {name: to_target(row, "seconds") for name, row in rows.items()}
    peers = [name for name in rows if not name.startswith("toytrans")]
    peer = min(peers, key=lambda name: median(seconds[name]), default=None)
    cells = []
    for name, row in rows.items():
        is_known = peer and inf not in [*seconds[name], *seconds[peer]]
        times = number(median_ratio(seconds[peer], seconds[name]), 2) if peer and is_known else ""
        cells.append([name, spread(seconds[name], 1), spread(to_target(row, "steps")), times])
    return table([training_to(section), "seconds", "steps", f"times as fast as {peer or 'a peer'}"], cells)


def _translating(section: Section) -> list[str]:
    """Sentences a second of every system and task, toytrans's over each peer's, and how soon commands answer."""
    rows, checks = section["rows"], section["checks"]
    tasks = list(checks)
    speeds = [[name, *(spread(row[task]) for task in tasks)] for name, row in rows.items()]
    ratios = [
        [f"{own} over {peer}", *(number(of_peer[task], 2) for task in tasks)]
        for own, peers in section["headline"].items()
        for peer, of_peer in peers.items()
    ]
    compared = [name for name in rows if name in checks[tasks[0]]]
    same = [[name, *(number(checks[task][name]["share_identical"], 4) for task in tasks)] for name in compared]
    commands = [[name, spread(seconds, 2)] for name, seconds in section["commands"].items()]
    return [
        *table(["translating, sentences/s", *tasks], speeds),
        *(["", *table(["times as fast", *tasks], ratios)] if ratios else []),
        "",
        *table(["translations that are toytrans's, token by token", *tasks], same),
        "",
        *table(["command", "seconds"], commands),
        "",
        f"Translating greedily with all attention takes {section['attention']['times']:.2f} times as long.",
        *(
            f"CTranslate2, {case}: fastest with {best['workers']} x {best['threads']} threads and "
            f"batches of {best['batch']}."
            for case, best in section["ctranslate2"].items()
        ),
    ]
