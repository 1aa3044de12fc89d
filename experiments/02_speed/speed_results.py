"""The answer as files: every number (`results.json`), the tables (`table.md`), and the figure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plan import PARTS
from speed_figure import draw
from speed_tables import growth_tables, quality_table, training_table, translating_table

WRITERS = {
    "training": training_table,
    "quality": quality_table,
    "translating": translating_table,
    "growth": growth_tables,
}


@dataclass(frozen=True)
class Results:
    """All that was measured, a section a part."""

    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Results:
        """What is in the folder; nothing, if nothing is."""
        path = folder / "results.json"
        return cls(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else cls()

    def with_section(self, part: str, setting: Mapping[str, Any], section: Mapping[str, Any]) -> Results:
        """The same with a part's section in place of the one there was."""
        sections = {**self.sections, part: {"setting": dict(setting), **section}}
        return Results({name: sections[name] for name in PARTS if name in sections})

    def write(self, folder: Path) -> None:
        """Writes all the files."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.sections, indent=1, ensure_ascii=False)
        (folder / "results.json").write_text(f"{text}\n", encoding="utf-8")
        (folder / "table.md").write_text(self.to_markdown(), encoding="utf-8")
        draw(self.sections, folder / "figure")

    def to_markdown(self) -> str:
        """A table or two for each part, and what they depend on."""
        blocks = [WRITERS[name](section) for name, section in self.sections.items()]
        return "\n\n".join("\n".join(lines) for lines in [*blocks, self.notes()]) + "\n"

    def notes(self) -> list[str]:
        """How to read the tables, on what they were measured, and what is missing."""
        settings = [section["setting"] for section in self.sections.values()]
        lines = ["A median of interleaved rounds, with the least and the most in brackets where they differ."]
        for setting in [each for number, each in enumerate(settings) if each not in settings[:number]]:
            versions = ", ".join(f"{name} {version}" for name, version in setting["versions"].items())
            lines.append(f"Threads: {setting['threads']}. Processor: {setting['cpu']}. Versions: {versions}.")
        lines += [
            f"{name} is not installed (extra `bench`): its rows are missing."
            for name in ("transformers", "ctranslate2")
            if any(name not in setting["versions"] for setting in settings)
        ]
        if any(setting["quick"] for setting in settings):
            lines.append("A quick pass, to see that everything works: these numbers mean nothing.")
        return lines
