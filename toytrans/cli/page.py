"""`toytrans page`: one HTML file that shows what the model attends to, offline, with the model inside."""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from toytrans.cli.choices import RunAndTexts, Searching, Switch, load_translator, run_and_texts, say
from toytrans.cli.inspect import check_can_write, sentences_to_watch


@dataclass(frozen=True)
class Page(Searching):
    """Writes one HTML file to explore attention offline, the model inside."""

    words: RunAndTexts = ()
    """A run directory (runs/toy, if left out), then the sentences the page opens with; without sentences, those the
    corpus sets aside to watch. Put -- before a sentence that begins with a dash."""
    out: Annotated[Path | None, tyro.conf.arg(help_behavior_hint="(default: RUN/page.html)")] = None
    """The file to write."""
    open: Switch = False
    """Open it in the browser."""

    def execute(self) -> int:
        """Writes the page, and says where and how large it is."""
        from toytrans.decoding.page import shown_of, write_page
        from toytrans.run import Run

        path, texts = run_and_texts(self.words)
        run = Run.open(path)
        texts = texts or sentences_to_watch(run)
        out = self.out or path / "page.html"
        check_can_write(out)
        translator = load_translator(path, self.device, len(texts))
        translations = translator.translate(texts, self.search, with_attention=True)
        write_page(translator, shown_of(translations), out, run)
        say(f"saved {out} ({out.stat().st_size / 1e6:.1f} MB): open it in a browser; it needs no network")
        if self.open:
            webbrowser.open(out.resolve().as_uri())
        return 0
