"""`toytrans inspect`: the attention of sentences, as arrays, as pictures and as a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from toytrans.cli.choices import (
    HeadFlag,
    LayerFlag,
    RunAndTexts,
    Searching,
    Switch,
    WrongUsage,
    check_view,
    corpus_of,
    load_translator,
    run_and_texts,
    say,
    tell_reading,
    tell_warnings,
    view_for,
)
from toytrans.config import SearchConfig
from toytrans.files import refuse_what_is_no_file

if TYPE_CHECKING:
    from toytrans.attention_maps import AttentionMap, Kind, View
    from toytrans.attention_maps.hidden_words import HiddenWords
    from toytrans.attention_maps.side_by_side import Drawing
    from toytrans.decoding import Translator
    from toytrans.run import Run

ENDINGS = (".npz", ".png", ".svg")


@dataclass(frozen=True)
class Inspect(Searching):
    """Draws what the model attends to while it translates, and prints it."""

    words: RunAndTexts = ()
    """A run directory (runs/toy, if left out), then sentences; without sentences, those the corpus sets aside to watch.
    Put -- before a sentence that begins with a dash."""
    target: Annotated[str | None, tyro.conf.arg(help_behavior_hint="(default: the model's own)")] = None
    """A given translation, which the model is forced to say; goes with one TEXT."""
    out: Annotated[Path | None, tyro.conf.arg(help_behavior_hint="(default: RUN/attention)")] = None
    """The folder for the files, for each sentence .npz (the arrays), .png and .svg."""
    layer: LayerFlag = None
    """The layer of the large pictures and the table, from 1, or `all`: the mean of all layers and heads."""
    head: HeadFlag = None
    """The head, from 1; goes with --layer."""
    all_heads: Switch = False
    """Draw a large picture of every head as well, of cross-attention or that of --attention; one with all heads side by
    side is always drawn."""
    attention: Annotated[
        Literal["cross", "encoder", "decoder"] | None, tyro.conf.arg(help_behavior_hint="(default: cross and encoder)")
    ] = None
    """The attention to draw: cross-attention (from the translation to the source), or the self-attention of encoder or
    decoder."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_view(self.layer, self.head)

    def execute(self) -> int:
        """Saves the files and prints the tables."""
        from toytrans.attention_maps.side_by_side import draw_side_by_side
        from toytrans.run import Run

        path, texts = run_and_texts(self.words)
        if self.target is not None and len(texts) != 1:
            raise WrongUsage(f"--target goes with one TEXT, not {len(texts)}: give the sentence it translates")
        run = Run.open(path)
        texts = texts or sentences_to_watch(run)
        translator = load_translator(path, self.device, len(texts))
        view = view_for(translator, self.layer, self.head) or translator.view
        out = _folder(self.out or path / "attention")
        inspected = inspect_texts(translator, texts, self.target, self.search)
        note = warn_of_all(inspected, view)
        kinds: tuple[Kind, ...] = ("cross", "encoder") if self.attention is None else (self.attention,)
        own_view = view_for(translator, self.layer, self.head)
        drawings: list[Drawing] = []
        for number, each in enumerate(inspected, start=1):
            if "cross" in kinds:
                drawings += save(each, number, view, out, note, self.all_heads)
            for kind in kinds:
                if kind != "cross":
                    every = self.all_heads and kind == self.attention
                    drawings += save_self_attention(each, number, kind, own_view, out, every)
            print_table(each, view)
        draw_side_by_side(drawings, partial(write_inspected, translator, inspected, run, out / "page.html"))
        cross = (
            ["cross-attention (all heads in -heads, what hiding a word costs in -hidden)"] if "cross" in kinds else []
        )
        drawn = cross + [f"all heads of {kind} self-attention (-{kind})" for kind in kinds if kind != "cross"]
        say(f"saved in {out}: for each sentence .npz, and pictures as .png and .svg: {', '.join(drawn)}")
        say(f"explore them in a browser: {out / 'page.html'}")
        return 0


@dataclass(frozen=True)
class Inspected:
    """A sentence, its translation, and the attention while the model wrote it, or was forced to say it."""

    text: str
    translation: str
    attention: AttentionMap
    hidden: HiddenWords | None
    """What hiding each source word costs; `None` where the tokenizer splits the translation into other words than
    the model's tokens make, or its last word was cut off."""


def sentences_to_watch(run: Run) -> list[str]:
    """The sources of the corpus's split `watched`, else the first few of `test`."""
    corpus = corpus_of(run, "give the sentences to inspect", note=lambda _: None)
    return [pair.source for pair in corpus.watched or corpus.split("test")]


def inspect_texts(
    translator: Translator, texts: Sequence[str], target: str | None, search: SearchConfig
) -> list[Inspected]:
    """The attention of each text's translation, or of `target`, and what hiding each source word costs.

    Each sentence of a text has its own; with a `target`, only if that has as many sentences.
    """
    from toytrans.decoding.hiding import hide_words

    if target is not None:
        (text,) = texts
        sources, targets = _side_by_side(translator, text, target)
        maps = translator.attend(sources, targets)
    else:
        found = [part for each in translator.translate(texts, search, with_attention=True) for part in each.parts]
        for part in found:
            tell_reading(part.source, part.read_as)
        sources, targets = [part.source for part in found], [part.text for part in found]
        maps = [part.attention for part in found if part.attention is not None]
    for source, map_ in zip(sources, maps, strict=True):
        tell_warnings(source, map_.metadata.warnings)
    hidden = hide_words(translator, sources, targets)
    return [
        Inspected(source, target, map_, effect if effect.fits(map_) else None)
        for source, target, map_, effect in zip(sources, targets, maps, hidden, strict=True)
    ]


def _side_by_side(translator: Translator, text: str, target: str) -> tuple[list[str], list[str]]:
    """The sentences of both if there are equally many, else both whole; prints how each is read."""
    from toytrans.attention_maps.labels import visible

    sides, tokenizer = list(zip((text, target), translator.languages, strict=True)), translator.tokenizer
    sources, targets = (tokenizer.reader.sentences(*side) for side in sides)
    if len(sources) != len(targets):
        sources, targets = [text], [target]
    for sentences, (_, language) in zip((sources, targets), sides, strict=True):
        for sentence in sentences:
            tell_reading(sentence, tokenizer.encode(sentence, language).read_as)
    for sentence in targets:
        if unknown := tokenizer.encode(sentence, translator.languages[1]).unknown:
            named = ", ".join(visible(word, 40) for word in unknown)
            tell_warnings(sentence, [f"unknown to this model, read as <unk>: {named}"])
    return sources, targets


def warn_of_all(inspected: Sequence[Inspected], view: View) -> str:
    """Prints the warnings about all maps together, and returns them as a note for their pictures."""
    from toytrans.attention_maps import warnings_of_many_maps

    found = warnings_of_many_maps([each.attention for each in inspected], view)
    for warning in found:
        say(f"warning: {warning}")
    return " ".join(f"Warning: {warning}" for warning in found)


def save(each: Inspected, number: int, view: View, out: Path, note: str = "", all_heads: bool = False) -> list[Drawing]:
    """Saves the attention token by token as arrays, prints the warnings, and returns the pictures to draw, of words."""
    from toytrans.attention_maps import map_warnings, safe_stem
    from toytrans.attention_maps.figures import lacking_fonts
    from toytrans.attention_maps.heatmaps import draw_heads, draw_hidden_words, draw_map

    stem, sentences = out / safe_stem(number, each.text), (each.text, each.translation)
    each.attention.save(f"{stem}.npz")
    map_ = each.attention.merged_to_words()
    tell_warnings(each.text, map_warnings(map_, view))
    if lacking := lacking_fonts(sentences):
        say(f"note: {stem}: {lacking} Install one, or look at the page: browsers have more fonts")
    drawings: list[Drawing] = [
        partial(draw_map, map_, view, stem, sentences=sentences, note=note),
        partial(draw_heads, map_, f"{stem}-heads", sentences=sentences),
    ]
    if each.hidden is not None:
        each.hidden.save(f"{stem}-hidden.npz")
        place = f"{stem}-hidden"
        drawings.append(partial(draw_hidden_words, map_, each.hidden, view, place, sentences=sentences, note=note))
    else:
        for ending in ENDINGS:  # of an earlier inspection: they may not match
            Path(f"{stem}-hidden{ending}").unlink(missing_ok=True)
        say(
            f"{stem}-hidden is left out: the tokenizer splits this translation differently from the model's tokens, "
            "or its last word was cut off"
        )
    return drawings + (draw_every_head(map_, stem, sentences) if all_heads else [])


def draw_every_head(
    map_: AttentionMap, stem: Path | str, sentences: tuple[str, str], kind: Kind = "cross"
) -> list[Drawing]:
    """A large picture of each head."""
    from toytrans.attention_maps import View
    from toytrans.attention_maps.heatmaps import draw_map

    heads = [(layer, head) for layer in range(1, map_.num_layers + 1) for head in range(1, map_.num_heads + 1)]
    return [
        partial(draw_map, map_, View(layer, head), f"{stem}-layer{layer}-head{head}", kind=kind, sentences=sentences)
        for layer, head in heads
    ]


def save_self_attention(
    each: Inspected, number: int, kind: Kind, view: View | None, out: Path, all_heads: bool = False
) -> list[Drawing]:
    """Saves the arrays; returns the pictures to draw: all heads of one self-attention and, with a `view`, that one."""
    from toytrans.attention_maps import safe_stem
    from toytrans.attention_maps.heatmaps import draw_heads, draw_map

    stem, sentences = out / safe_stem(number, each.text), (each.text, each.translation)
    each.attention.save(f"{stem}.npz")
    map_ = each.attention.merged_to_words()
    drawings: list[Drawing] = [partial(draw_heads, map_, f"{stem}-{kind}", kind=kind, sentences=sentences)]
    if view is not None:
        drawings.append(partial(draw_map, map_, view, f"{stem}-{kind}-view", kind=kind, sentences=sentences))
    return drawings + (draw_every_head(map_, f"{stem}-{kind}", sentences, kind) if all_heads else [])


def write_inspected(translator: Translator, inspected: Sequence[Inspected], run: Run, file: Path) -> None:
    """Writes the page that opens with these sentences."""
    from toytrans.attention_maps.viewer import Shown
    from toytrans.decoding.page import write_page

    read_as = [translator.tokenizer.encode(each.text, translator.languages[0]).read_as for each in inspected]
    shown = [
        Shown(each.text, each.translation, each.attention, how) for each, how in zip(inspected, read_as, strict=True)
    ]
    write_page(translator, shown, file, run)


def print_table(each: Inspected, view: View) -> None:
    """Prints each target word with the source words it attends to; the header says how far to believe it."""
    from toytrans.attention_maps import captions, format_table, linked_words_table
    from toytrans.attention_maps.labels import percent, visible

    map_ = each.attention
    print_pair(each)
    score, claims = map_.metadata.score(view), f"links claimed from a weight of {map_.metadata.threshold(view):.2f}"
    shown = f"{view.describe(map_.num_layers, map_.num_heads)}, {map_.metadata.decoding}"
    measured = "precision not measured"
    if score is not None:
        measured = "none claimed" if score.claimed_none else f"precision {percent(score.precision)}"
        measured += " on validation"
    print(f"  cross-attention, {shown}; {claims}; {measured}")
    if taught := captions.taught(map_):
        print(f"  {visible(taught)}")
    print(indent(format_table(linked_words_table(map_, view)), "  ") + "\n", flush=True)


def print_pair(each: Inspected) -> None:
    """The sentence and its translation, a line each."""
    from toytrans.attention_maps.labels import visible

    print(f"{visible(each.text)}\n→ {visible(each.translation)}")


def check_can_write(file: Path) -> None:
    """An error where a file cannot be written, before anything is computed; its folder is made if it is missing."""
    if file.is_dir():
        raise IsADirectoryError(f"{file} is a folder: give a file with --out")
    refuse_what_is_no_file(file)
    _folder(file.parent)


def _folder(path: Path) -> Path:
    """The folder, made if it is missing, before anything is computed that could not be saved."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise NotADirectoryError(f"{path} is, or lies in, a file: give another folder with --out") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(f"{path}: no right to write there: give another folder with --out")
    return path
