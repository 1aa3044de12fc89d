"""`toytrans inspect`: the attention of sentences, as arrays, as pictures and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import tyro

from toytrans.cli.choices import Device, run_and_texts, say, tell_unknown_words
from toytrans.config import SearchConfig

if TYPE_CHECKING:
    from toytrans.attention_maps import AttentionMap, View
    from toytrans.decoding import Translator


@dataclass(frozen=True)
class Inspect:
    """Saves the attention of sentences as .npz, PNG and SVG, and prints which word looks at which."""

    words: tyro.conf.Positional[tuple[str, ...]] = ()
    """[RUN] [TEXT ...]: a run directory (runs/toy, if left out), then sentences; else those the corpus has to watch."""
    target: str | None = None
    """Attend to this translation, which the model is forced to say, in place of its own; needs one TEXT."""
    out: Path | None = None
    """Where the files go; RUN/attention, if left out."""
    beam: int = 1
    """Hypotheses kept side by side; 1 is greedy search."""
    layer: int | None = None
    """The layer of the large picture and the table, from 1; if left out, the view that aligned best on validation."""
    head: int | None = None
    """The head, from 1, in place of the mean of the layer's heads; goes with --layer."""
    all_heads: bool = False
    """Draw a large picture of every head as well; they are always together in one grid."""
    device: Device = "auto"
    """Where to compute."""

    def __post_init__(self) -> None:
        if self.head is not None and self.layer is None:
            raise ValueError(f"--head {self.head} needs a --layer: heads are counted within their layer")

    def execute(self) -> int:
        """Saves the files and prints the tables."""
        from toytrans.attention_maps import View
        from toytrans.decoding import Translator
        from toytrans.model import choose_device

        path, texts = run_and_texts(self.words)
        if self.target is not None and len(texts) != 1:
            raise ValueError(f"--target goes with one TEXT, not {len(texts)}: give the sentence it translates")
        translator = Translator.load(path, device=choose_device(self.device).type)
        texts = texts or sentences_to_watch(path)
        looks = look(translator, texts, self.target, SearchConfig(beam_size=self.beam))
        view = View(self.layer, self.head) if self.layer is not None else translator.view
        view.check(translator.model.config.num_layers, translator.model.config.num_heads)
        save_and_print(looks, view, self.out or path / "attention", self.all_heads)
        return 0


@dataclass(frozen=True)
class Look:
    """A sentence, a translation, and what the model looked at while it wrote that, or was made to write it."""

    text: str
    translation: str
    attention: AttentionMap


def sentences_to_watch(run_path: Path, at_most: int = 12) -> list[str]:
    """The `watched` split of the run's corpus, which nobody trained on; else the first few of `test`."""
    from toytrans.corpus import load_corpus
    from toytrans.run import Run

    config = Run.open(run_path).config
    corpus = load_corpus(config.corpus, config.languages, note=lambda _: None)
    if "watched" in corpus.splits:
        return [pair.source for pair in corpus.split("watched")][:at_most]
    return [pair.source for pair in corpus.split("test")][:4]


def look(translator: Translator, texts: Sequence[str], target: str | None, search: SearchConfig) -> list[Look]:
    """Looks at each text's own translation, or at `target`."""
    if target is not None:
        return [Look(text, target, map_) for text, map_ in zip(texts, translator.attend(texts, [target]), strict=True)]
    translations = translator.translate(texts, search, with_attention=True)
    for translation in translations:
        tell_unknown_words(translation.source, translation.unknown_words)
    return [Look(each.source, each.text, each.attention) for each in translations if each.attention is not None]


def save_and_print(looks: Sequence[Look], view: View, out: Path, all_heads: bool) -> None:
    """Saves each look under `out`, and prints its table to standard output."""
    for number, each in enumerate(looks, start=1):
        save(each, number, view, out, all_heads)
        print_table(each, view)
    say(f"saved in {out}: for each sentence .npz, and pictures as .png and .svg, all heads together in -heads")


def save(each: Look, number: int, view: View, out: Path, all_heads: bool = False) -> None:
    """Saves the arrays of a look, its large picture, and its heads side by side."""
    from toytrans.attention_maps import View, safe_stem
    from toytrans.attention_maps.heatmaps import draw_heads, draw_map

    map_, sentences = each.attention, (each.text, each.translation)
    stem = out / safe_stem(number, each.text)
    map_.save(f"{stem}.npz")
    draw_map(map_, view, stem, sentences=sentences)
    draw_heads(map_, f"{stem}-heads", sentences=sentences)
    if all_heads:
        for layer in range(1, map_.num_layers + 1):
            for head in range(1, map_.num_heads + 1):
                draw_map(map_, View(layer, head), f"{stem}-layer{layer}-head{head}", sentences=sentences)


def print_table(each: Look, view: View) -> None:
    """Each target word, the source word it looks at most, and how much."""
    from toytrans.attention_maps import format_table, linked_words_table
    from toytrans.attention_maps.labels import visible

    map_ = each.attention
    print(f"{visible(each.text)}\n→ {visible(each.translation)}")
    print(f"  cross-attention, {view.describe(map_.num_layers, map_.num_heads)}, {map_.metadata.decoding}")
    print(indent(format_table(linked_words_table(map_, view)), "  ") + "\n", flush=True)
