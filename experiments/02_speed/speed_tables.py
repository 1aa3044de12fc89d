"""The tables of `table.md`, from the sections of `results.json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isinf
from statistics import median
from typing import Any

from rounds import median_ratio

Section = Mapping[str, Any]


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of Markdown; all columns but the first stand to the right."""
    rule = ["---", *("---:" for _ in heading[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (heading, rule, *rows)]


def number(value: float, digits: int = 0) -> str:
    """`1,234`, or `never` for what was not reached."""
    return "never" if isinf(value) else f"{value:,.{digits}f}"


def spread(values: Sequence[float], digits: int = 0) -> str:
    """`1,005 (990 to 1,020)`, or the median alone where all look the same."""
    least, most = number(min(values), digits), number(max(values), digits)
    return least if least == most else f"{number(median(values), digits)} ({least} to {most})"


def training_table(section: Section) -> list[str]:
    """Speed of every row beside the faster peer's, memory, and the machine's peak."""
    rows, peak, memory = section["rows"], section["peak_gflops"], section["memory_mb"]
    peer = section["headline"]["faster_peer"]
    cells = [
        [
            name,
            spread(row["pairs_per_second"]),
            number(median(row["target_tokens_per_second"])),
            number(median(row["ms_per_step"]), 1),
            number(median_ratio(row["pairs_per_second"], rows[peer]["pairs_per_second"]), 2),
            number(median(row["gflops"]) / peak["float32"], 2) if "gflops" in row else "",
            number(memory[name]["most"]) if name in memory else "",
        ]
        for name, row in rows.items()
    ]
    heading = ["training", "pairs/s", "target tokens/s", "ms a step", f"times {peer}", "share of peak", "memory, MB"]
    return [
        *table(heading, cells),
        "",
        "Parameters: " + ", ".join(f"{name} {rows[name]['parameters']:,}" for name in memory) + ".",
        f"Peak of the machine: {peak['float32']:.0f} GFLOP/s in float32 ({peak['default']:.0f} without the switch).",
    ]


def quality_table(section: Section) -> list[str]:
    """Seconds and steps to the target, beside the faster of the peers' best recipes."""
    rows = section["rows"]
    seconds = {name: to_target(row, "seconds") for name, row in rows.items()}
    peer = faster_recipe(section)
    cells = []
    for name, row in rows.items():
        is_known = peer and not any(map(isinf, [*seconds[name], *seconds[peer]]))
        times = number(median_ratio(seconds[peer], seconds[name]), 2) if peer and is_known else ""
        cells.append([name, spread(seconds[name], 1), spread(to_target(row, "steps")), times])
    return table([training_to(section), "seconds", "steps", f"times as fast as {peer or 'a peer'}"], cells)


def training_to(section: Section) -> str:
    """What the trainings aim at, in words."""
    return f"training to {100 * section['target']:g} % exact match"


def to_target(row: Section, measure: str) -> list[float]:
    """Seconds or steps of each seed; infinity where the target was not reached."""
    return [float(outcome[measure]) if outcome["reached"] else inf for outcome in row["outcomes"]]


def faster_recipe(section: Section) -> str | None:
    """The peer that reaches the target sooner with its best recipe; None without peers."""
    best = [name for name in section["rows"] if name.endswith("best recipe") and not name.startswith("toytrans")]
    return min(best, key=lambda name: median(to_target(section["rows"][name], "seconds")), default=None)


def translating_table(section: Section) -> list[str]:
    """Sentences a second of every system and task, toytrans's over each peer's, and how soon commands answer."""
    rows, checks, headline = section["rows"], section["checks"], section["headline"]
    tasks = list(checks)
    lines = table(
        ["translating, sentences/s", *tasks],
        [[name, *(spread(row[task]) for task in tasks)] for name, row in rows.items()],
    )
    ratios = [
        [f"{own} over {peer}", *(number(of_peer[task], 2) for task in tasks)]
        for own, peers in headline.items()
        for peer, of_peer in peers.items()
    ]
    same = [
        [name, *(number(checks[task][name]["share_identical"], 4) for task in tasks)]
        for name in rows
        if name in checks[tasks[0]]
    ]
    lines += ["", *table(["times as fast", *tasks], ratios)] if ratios else []
    lines += ["", *table(["translations that are toytrans's, token by token", *tasks], same)]
    commands = [[name, spread(seconds, 2)] for name, seconds in section["commands"].items()]
    lines += ["", *table(["command", "seconds"], commands)]
    return [
        *lines,
        "",
        f"Translating greedily with all attention takes {section['attention']['times']:.2f} times as long.",
        *(f"CTranslate2, {case}: {_words(best)}." for case, best in section["ctranslate2"].items()),
    ]


def _words(setting: Mapping[str, int]) -> str:
    return f"fastest with {setting['workers']} x {setting['threads']} threads and batches of {setting['batch']}"


CHANGES = {
    "batch_tokens": "tokens a side of a batch",
    "d_model": "d_model",
    "length": "tokens a sentence",
    "corpus": "training pairs",
}


def growth_tables(section: Section) -> list[str]:
    """One table for each thing that changes: ms a step and target tokens a second of both systems."""
    lines: list[str] = []
    for name, heading in CHANGES.items():
        curves = section[name]
        columns = [f"{system}, {unit}" for system in curves for unit in ("ms a step", "tokens/s")]
        rows = [
            [
                f"{int(value):,}",
                *(
                    number(median(curve[value][measure]), digits)
                    for curve in curves.values()
                    for measure, digits in (("ms_per_step", 1), ("target_tokens_per_second", 0))
                ),
            ]
            for value in next(iter(curves.values()))
        ]
        lines += [*table([heading, *columns], rows), ""]
    prepare = [[f"{int(count):,}", spread(seconds, 2)] for count, seconds in section["prepare"].items()]
    lines += [*table(["training pairs", "seconds from text to the first batch"], prepare), ""]
    curves = section["sentences_at_once"]
    rows = [
        [value, *(number(median(curve[value]["sentences_per_second"])) for curve in curves.values())]
        for value in next(iter(curves.values()))
    ]
    return [*lines, *table(["sentences at once, greedy", *(f"{name}, sentences/s" for name in curves)], rows)]
