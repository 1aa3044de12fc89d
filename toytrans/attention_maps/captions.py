"""The words around a picture of attention: what it shows, what it claims, how far to believe it, and what to doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toytrans.attention_maps.hidden_words import LEAST_LOSS, HiddenWords
from toytrans.attention_maps.labels import percent, sentence, visible
from toytrans.attention_maps.record import END, NULL, AttentionMap, Kind
from toytrans.attention_maps.views import View
from toytrans.attention_maps.warnings import map_warnings
from toytrans.special_tokens import SPECIAL_TOKENS, UNK, WORD_START

MOST_WORDS_NAMED = 6
FORCED = "forced"
UNKNOWN = SPECIAL_TOKENS[UNK]

NAMES: dict[Kind, str] = {
    "cross": "Cross-attention",
    "encoder": "Encoder self-attention",
    "decoder": "Decoder self-attention",
}
ROW_MEANS: dict[Kind, str] = {
    "cross": "Row: where the model looked while predicting the word at the left; rows sum to 1.",
    "encoder": "Row: where the word at the left looked within its sentence; rows sum to 1.",
    "decoder": "Row: where the model looked while predicting the word at the left; rows sum to 1. "
    "Columns: what it had read by then, one word behind the rows; <s> starts the sentence.",
}
NOT_MEASURED = "How many such links are right was not measured."
NO_EXPLANATION = "Attention tells where information was read; it is not by itself an explanation."
HIDING = (
    "what the log-probability of the word at the left loses when the source word above is hidden, so that "
    "nothing can look at it, and the model is made to say the same translation; 0.7 nats are half of the probability. "
    f"Outlined: the word whose hiding costs most, if more than {LEAST_LOSS} nats. "
    "Grey: no word, so neither hidden nor measured."
)


@dataclass(frozen=True)
class PairOfMaps:
    """How a picture of two maps was drawn, which its caption must tell."""

    places: tuple[str, str]
    """Where attention stands and where the losses do: `left` and `right`, or `upper map` and `lower map`."""
    has_values: bool
    """Whether cells hold numbers."""
    has_gains: bool
    """Whether a word was more likely with another one hidden."""
    note: str = ""


def title(map_: AttentionMap, sentences: tuple[str, str] | None) -> tuple[str, str]:
    """Source and translation, as typed or else put together from the tokens."""
    # Two lines, so that a sentence written from right to left cannot turn the arrow around.
    if sentences is None:
        sentences = sentence(map_.source_tokens), sentence(map_.target_tokens)
    source, target = sentences
    given = " (given, not the model's own)" if map_.metadata.decoding == FORCED else ""
    return visible(source, 400), f"→ {visible(target, 400)}{given}"


def map_caption(
    map_: AttentionMap, kind: Kind, which: str, reading: str, belief: Sequence[str], note: str
) -> list[str]:
    """Under a picture of attention: `which` part of it, how to read the marks, how far to believe them."""
    return _shown(
        f"{NAMES[kind]}, {which}. Decoding: {map_.metadata.decoding}.",
        ROW_MEANS[kind],
        reading + _pieces(map_, kind),
        unknown_words(map_, kind),
        *belief,
        NO_EXPLANATION,
        _origin(map_),
        note,
    )


def hidden_words_caption(map_: AttentionMap, hidden: HiddenWords, view: View, picture: PairOfMaps) -> list[str]:
    """Under a picture of attention, and of what hiding words costs."""
    first, second = picture.places
    which = f"cross-attention, {view.describe(map_.num_layers, map_.num_heads)}. Decoding: {map_.metadata.decoding}."
    blank = (" Blank: less than 0.005.", " Blank: less than 0.05 nats.") if picture.has_values else ("", "")
    gained = " Below 0, green: the word became more likely." if picture.has_gains else ""
    return _shown(
        f"{first.capitalize()}: {which} {claims(map_, view)}{blank[0]}{_pieces(map_, 'cross')}",
        f"{second.capitalize()}: {HIDING}{gained}{blank[1]}",
        agreement(map_, hidden, view),
        unknown_words(map_),
        *how_far_to_believe(map_, view),
        f"Weight is not cause: the {first} tells where information was read, the {second} what a word depends on.",
        _origin(map_),
        picture.note,
    )


def claims(map_: AttentionMap, view: View) -> str:
    """What the outlined cells of cross-attention are."""
    threshold = map_.metadata.threshold(view)
    return f"Outlined: the links this view claims, where a word gets at least {threshold:.2f} of the row."


def how_far_to_believe(map_: AttentionMap, view: View, kind: Kind = "cross") -> list[str]:
    """How often claims of this view were right, whether a head was taught, how much rests on no word, what is doubtful.

    Self-attention claims no links.
    """
    warnings = [f"Warning: {warning}" for warning in map_warnings(map_, view, kind)]
    if kind != "cross":
        return warnings
    return [_measured(map_, view), *beyond_measure(map_), taught(map_), _at_rest(map_, view), *warnings]


def beyond_measure(map_: AttentionMap) -> list[str]:
    """The warnings that the translation carries: what was measured on validation need not hold here."""
    return [f"Warning: {each}." for each in map_.metadata.warnings]


def unknown_words(map_: AttentionMap, kind: Kind = "cross") -> str:
    """What the marks behind typed words mean; empty where there are none."""
    read = f"(unknown): the model read {UNKNOWN} in place of this word." if map_.metadata.typed else ""
    if kind == "encoder" or not map_.metadata.copied:
        return read
    return f"{read} (copied): it wrote {UNKNOWN} there, a slot, and the unknown word that the slot looks at fills it."


def taught(map_: AttentionMap) -> str:
    """That a head was taught to align, and so shows no habit of its own; empty where none was."""
    guidance = map_.metadata.guidance
    return f"{guidance[0].upper()}{guidance[1:]}: what it shows it was taught." if guidance else ""


def agreement(map_: AttentionMap, hidden: HiddenWords, view: View) -> str:
    """In how many target words the source word looked at most and the one whose hiding costs most are the same."""
    if not hidden.losses_TS.size:
        return ""
    rows, columns = word_places(map_)
    strongest_T = map_.view(view)[np.ix_(rows, columns)].argmax(axis=-1)
    caused = [
        (word, cause == strongest)
        for word, strongest, cause in zip(hidden.target_words, strongest_T, hidden.causes, strict=True)
        if cause is not None
    ]
    if not caused:
        return f"No word loses more than {LEAST_LOSS} nats by the hiding of one source word."
    others = [word for word, is_same in caused if not is_same]
    said = (
        f"In {len(caused) - len(others)} of the {len(caused)} words that lose something, the source word looked at "
        "most is the one whose hiding costs most."
    )
    if others:
        named = ", ".join(f"“{visible(word, 20)}”" for word in others[:MOST_WORDS_NAMED])
        said += f" Not in {named}{', …' if len(others) > MOST_WORDS_NAMED else '.'}"
    return said


def word_places(map_: AttentionMap) -> tuple[list[int], list[int]]:
    """The rows and columns of cross-attention that belong to words, not to `</s>` or `<null>`."""
    rows, columns = (
        [place for place, word in enumerate(word_ids) if word is not None]
        for word_ids in (map_.target_word_ids, map_.cross_word_ids)
    )
    return rows, columns


def _measured(map_: AttentionMap, view: View) -> str:
    """How many of the links that the view claimed on validation were right, and why that flatters it."""
    score = map_.metadata.score(view)
    if score is None:
        return NOT_MEASURED
    if score.claimed_none:
        return "On validation this view claimed no link."
    # Validation chose every view's threshold, and the best view, which is the one shown by default.
    is_best = score == map_.metadata.view_scores[0]
    chosen = "this view and threshold were chosen" if is_best else "this view's threshold was chosen"
    return (
        f"On validation, where the model was made to say the reference and {chosen}, "
        f"{percent(score.precision)} of such links were right (alignment error rate {score.aer:.3f})."
    )


def _at_rest(map_: AttentionMap, view: View) -> str:
    rows, columns = word_places(map_)
    if not rows:
        return ""
    at_rest = 1.0 - float(map_.view(view)[np.ix_(rows, columns)].sum(axis=-1).mean())
    where = f"{END} and {NULL}" if map_.has_null else END
    return f"On average {percent(max(at_rest, 0.0))} of a word's attention rests on {where}: no word."


def _pieces(map_: AttentionMap, kind: Kind) -> str:
    rows, columns = map_.labels(kind)
    begins = any(name.startswith(WORD_START) for name in (*rows, *columns))
    merged = " Pieces of words are merged: columns added, rows averaged." if map_.metadata.merged_to_words else ""
    return (f" {WORD_START} begins a word." if begins else "") + merged


def _origin(map_: AttentionMap) -> str:
    metadata = map_.metadata
    least, token = min(zip(metadata.probabilities, map_.target_tokens, strict=True))
    return (
        f"Least certain word: {visible(token, 20)}, probability {least:.2f}. "
        f"From {metadata.run}, {metadata.checkpoint}."
    )


def _shown(*paragraphs: str) -> list[str]:
    return [visible(paragraph, 600) for paragraph in paragraphs if paragraph]
