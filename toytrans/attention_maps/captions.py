"""The words around a picture of attention: what it shows, what it claims, and how far to believe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toytrans.attention_maps.hidden_words import LEAST_LOSS, HiddenWords
from toytrans.attention_maps.labels import map_labels, percent, sentence, visible
from toytrans.attention_maps.record import END, FORCED, NULL, AttentionMap, Kind
from toytrans.attention_maps.views import View
from toytrans.attention_maps.warnings import map_warnings
from toytrans.special_tokens import SPECIAL_TOKENS, UNK, WORD_START

MOST_WORDS_NAMED = 6
UNKNOWN = SPECIAL_TOKENS[UNK]

NAMES: dict[Kind, str] = {
    "cross": "Cross-attention",
    "encoder": "Encoder self-attention",
    "decoder": "Decoder self-attention",
}
ROW_MEANS: dict[Kind, str] = {
    "cross": "Row: what the model attended to while predicting the word at the left; rows sum to 1.",
    "encoder": "Row: what the word at the left attended to in its own sentence; rows sum to 1.",
    "decoder": "Row: what the model attended to while predicting the word at the left; rows sum to 1. "
    "Columns: what it had read by then, one word behind the rows; <s> starts the sentence.",
}
NOT_MEASURED = "How many of the claimed links are right was not measured."
NO_EXPLANATION = "Attention shows where the model read information. That alone is not an explanation."
HIDING = (
    "how much log-probability the word at the left loses when the source word above is hidden (nothing can attend to "
    "it) and the model is forced to say the same translation. Losing 0.7 nats halves the probability. "
    f"Outlined: the word whose hiding costs most, if that is more than {LEAST_LOSS} nats. "
    "Grey: not a word, so not hidden."
)


@dataclass(frozen=True)
class PairOfMaps:
    """How a picture of two maps was drawn, as its caption must say."""

    places: tuple[str, str]
    """Where attention is drawn, and where the losses: `left` and `right`, or `upper map` and `lower map`."""
    has_values: bool
    """Whether cells hold numbers."""
    has_gains: bool
    """Whether hiding a word made another one more likely."""
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
    """The caption of a picture of attention: `which` part it shows, how to read the marks, how far to believe them."""
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
    """The caption of a picture of attention beside what hiding words costs."""
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
        f"Attention is not cause: the {first} shows where the model read information, the {second} what a word needs.",
        _origin(map_),
        picture.note,
    )


def claims(map_: AttentionMap, view: View) -> str:
    """What the outlined cells of cross-attention are."""
    threshold = map_.metadata.threshold(view)
    return f"Outlined: the links this view claims, those with a weight of at least {threshold:.2f} (its threshold)."


def how_far_to_believe(map_: AttentionMap, view: View, kind: Kind = "cross") -> list[str]:
    """The precision of the view's claims, whether a head was taught, the weight on no word, and all warnings.

    Self-attention claims no links.
    """
    warnings = [f"Warning: {warning}" for warning in map_warnings(map_, view, kind)]
    if kind != "cross":
        return warnings
    return [_measured(map_, view), *translation_warnings(map_), taught(map_), _weight_on_no_word(map_, view), *warnings]


def translation_warnings(map_: AttentionMap) -> list[str]:
    """The warnings of the translation itself: numbers from validation may not hold for it."""
    return [f"Warning: {each}." for each in map_.metadata.warnings]


def unknown_words(map_: AttentionMap, kind: Kind = "cross") -> str:
    """What the marks after typed words mean; empty without such marks."""
    typed = map_.metadata.typed or (kind != "encoder" and map_.metadata.typed_target)
    read = f"(unknown): the model read {UNKNOWN} in place of this word." if typed else ""
    if kind == "encoder" or not map_.metadata.copied:
        return read
    copied = f"(copied): the model wrote {UNKNOWN} there, and the unknown word that it attends to was copied."
    return f"{read} {copied}"


def taught(map_: AttentionMap) -> str:
    """Says which head was taught to align words; empty if none was."""
    guidance = map_.metadata.guidance
    return f"{guidance[0].upper()}{guidance[1:]}: it shows what it was taught." if guidance else ""


def agreement(map_: AttentionMap, hidden: HiddenWords, view: View) -> str:
    """For how many target words the strongest weight and the costliest hiding name the same source word."""
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
        return f"Hiding one source word costs no target word more than {LEAST_LOSS} nats."
    others = [word for word, is_same in caused if not is_same]
    said = (
        f"{len(caused)} words lose something. For {len(caused) - len(others)} of them, the strongest weight is on the "
        "source word whose hiding costs most."
    )
    if others:
        named = ", ".join(f"“{visible(word, 20)}”" for word in others[:MOST_WORDS_NAMED])
        said += f" Not for {named}{', …' if len(others) > MOST_WORDS_NAMED else '.'}"
    return said


def word_places(map_: AttentionMap) -> tuple[list[int], list[int]]:
    """The rows and columns of cross-attention that belong to words, not to `</s>` or `<null>`."""
    rows, columns = (
        [place for place, word in enumerate(word_ids) if word is not None]
        for word_ids in (map_.target_word_ids, map_.cross_word_ids)
    )
    return rows, columns


def _measured(map_: AttentionMap, view: View) -> str:
    """Precision and recall of the view's claims on validation, and why these numbers flatter it."""
    score = map_.metadata.score(view)
    if score is None:
        return NOT_MEASURED
    if score.claimed_none:
        return "On validation this view claimed no link."
    # Validation chose every view's threshold, and the best view, which is the one shown by default.
    is_best = score == map_.metadata.view_scores[0]
    chosen = "This view and its threshold were" if is_best else "This view's threshold was"
    return (
        f"On validation, {percent(score.precision)} of the links this view claimed were right (precision), and it "
        f"claimed {percent(score.recall)} of the sure gold links (recall); alignment error rate {score.aer:.3f}. "
        f"There the model was forced to say the reference. {chosen} chosen there as well."
    )


def _weight_on_no_word(map_: AttentionMap, view: View) -> str:
    rows, columns = word_places(map_)
    if not rows:
        return ""
    on_no_word = 1.0 - float(map_.view(view)[np.ix_(rows, columns)].sum(axis=-1).mean())
    where = f"{END} and {NULL}" if map_.has_null else END
    return f"On average {percent(max(on_no_word, 0.0))} of a word's attention is on {where}, not on a word."


def _pieces(map_: AttentionMap, kind: Kind) -> str:
    rows, columns = map_.labels(kind)
    begins = any(name.startswith(WORD_START) for name in (*rows, *columns))
    merged = (
        " Pieces of words are merged: their columns are added, their rows averaged."
        if map_.metadata.merged_to_words
        else ""
    )
    return (f" {WORD_START} begins a word." if begins else "") + merged


def _origin(map_: AttentionMap) -> str:
    metadata = map_.metadata
    names, _ = map_labels(map_)
    words = zip(metadata.probabilities, names, map_.target_word_ids, strict=True)
    least, name = min(((probability, name) for probability, name, word in words if word is not None), default=(1.0, ""))
    certain = f"Least certain word: {visible(name, 40)}, probability {least:.2f}. " if name else ""
    return f"{certain}From {metadata.run}, {metadata.checkpoint}."


def _shown(*paragraphs: str) -> list[str]:
    return [visible(paragraph, 600) for paragraph in paragraphs if paragraph]
