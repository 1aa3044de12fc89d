"""How a text is read before it reaches the model.

*Verbatim*: as typed; only the form of quotes and spaces may change. *Lenient*: as meant. Each word gets the capitals it
has inside the sentences of the training text (truecasing; Lita et al., 2003), contractions are expanded, and a missing
final mark is added. Training sentences are read in the same way, so two ways of typing a sentence are the same to the
model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from functools import cached_property
from itertools import chain
from typing import Any

from toytrans.config import Manner
from toytrans.errors import Refused
from toytrans.text import marks
from toytrans.text.contractions import expand, predicates_of
from toytrans.text.questions import asks
from toytrans.text.sentences import has_words, split_sentences
from toytrans.text.spelling import normalize
from toytrans.text.words import join_words, mark_spacing, split_spaced, split_words


@dataclass(frozen=True)
class Reading:
    """A text as the model reads it."""

    language: str
    sentences: tuple[list[str], ...]
    """The words of each sentence."""
    is_as_typed: bool = True
    """True if only spaces, the form of quotes and a sentence's first capital differ from what was typed."""
    keeps_places: bool = True
    """Whether typed words and read words have the same numbering; a mark added at the end makes no difference."""
    verbatim: str | None = None
    """The normalized text, if it is read verbatim."""

    @property
    def words(self) -> list[str]:
        """The words of all sentences."""
        return self.sentences[0] if len(self.sentences) == 1 else list(chain.from_iterable(self.sentences))

    @property
    def marked(self) -> list[str]:
        """The words, with a mark on each whose spacing is not natural (`mark_spacing`)."""
        if self.verbatim is None:
            return self.words
        return mark_spacing(split_spaced(self.verbatim, self.language), self.language)

    @property
    def text(self) -> str:
        """What is read, in natural spelling. Splitting it gives the same words again."""
        if self.verbatim is not None:
            return self.verbatim
        return " ".join(_joined(words, self.language) for words in self.sentences)

    @property
    def read_as(self) -> str | None:
        """What is read, as people write it; `None` if it is read as typed."""
        return None if self.is_as_typed else _written(self.text)

    @property
    def notes(self) -> tuple[str, ...]:
        """A note to the user that says how the text was read; none if it was read as typed."""
        return (f"read as: “{self.read_as}”",) if self.read_as is not None else ()


@dataclass(frozen=True)
class Usage:
    """How the training text of one language is written."""

    words: tuple[str, ...] = ()
    """Every spelling inside sentences, the most frequent first."""
    ends: tuple[str, ...] = ()
    """The marks that end its sentences, the most frequent first; an empty string for sentences without a mark."""

    predicates: tuple[str, ...] = ()
    """What follows *be* (`hungry`): before these words, `'s` is not a possessive. English only."""

    @cached_property
    def known(self) -> frozenset[str]:
        """The words as a set."""
        return frozenset(self.words)

    @cached_property
    def usual(self) -> Mapping[str, str]:
        """The usual spelling of each word, by the word without capitals."""
        return {word.casefold(): word for word in reversed(self.words)}

    @classmethod
    def of(cls, texts: Iterable[str], language: str) -> Usage:
        """The usage of these texts."""
        inside: Counter[str] = Counter()
        first: Counter[str] = Counter()
        ends: Counter[str] = Counter()
        sentences: list[list[str]] = []
        for text in texts:
            for sentence in split_sentences(text):
                words = split_words(sentence, language)
                if language == "en":
                    sentences.append(words)
                ends[marks.end_of(words)[1]] += 1
                if not _is_shouted(words):
                    start = _first_word(words)
                    inside.update(words[start + 1 :])
                    first.update(word.lower() for word in words[: start + 1])
        folded = {word.casefold() for word in inside}
        inside.update({word: count for word, count in first.items() if word.casefold() not in folded})
        spellings = sorted(inside, key=lambda word: (-inside[word], not word.islower(), word))
        return cls(
            tuple(spellings), tuple(sorted(ends, key=lambda mark: (-ends[mark], mark))), tuple(predicates_of(sentences))
        )

    def spelled(self, words: Sequence[str], start: int, is_shouted: bool) -> list[str]:
        """The words of a sentence with their usual capitals; its first word is at `start`.

        Inside a sentence, a known spelling is kept.
        """
        if not is_shouted and self.known.issuperset(words[start + 1 :]):  # the usual case
            return [*(self._spelled(word, True, False) for word in words[: start + 1]), *words[start + 1 :]]
        return [self._spelled(word, place <= start, is_shouted) for place, word in enumerate(words)]

    def _spelled(self, word: str, is_first: bool, is_shouted: bool) -> str:
        if not is_first and not is_shouted and word in self.known:
            return word
        usual = self.usual.get(word.casefold())
        if usual is not None:
            return usual
        if is_shouted or (is_first and word[1:] == word[1:].lower()):
            return word.lower()
        return word


@dataclass(frozen=True)
class Reader:
    """Reads text for a model, and writes the model's output as people do. Without usages it reads verbatim."""

    usages: Mapping[str, Usage] = field(default_factory=dict)
    """How the training text of each language is written."""

    @classmethod
    def learn(cls, manner: Manner, pairs: Iterable[tuple[str, str]], languages: tuple[str, str]) -> Reader:
        """Learns how both languages are written from the sources and targets of training."""
        if manner == "verbatim":
            return cls()
        texts: dict[str, list[str]] = {language: [] for language in languages}
        for sides in pairs:
            for text, language in zip(sides, languages, strict=True):
                texts[language].append(text)
        return cls({language: Usage.of(texts[language], language) for language in texts})

    @property
    def manner(self) -> Manner:
        """`verbatim` or `lenient`."""
        return "lenient" if self.usages else "verbatim"

    def read(self, text: str, language: str) -> Reading:
        """What the model reads of a text. Reading the result again changes nothing."""
        usage = self.usages.get(language)
        if usage is None:
            return Reading(language, (split_words(text, language),), verbatim=normalize(text))
        sentences, is_as_typed, keeps_places = [], True, True
        for sentence in split_sentences(text):
            typed = split_words(sentence, language)
            read, kept = _read_sentence(typed, usage, language)
            sentences.append(read)
            is_as_typed &= _differ_in_capital_alone(read, typed)
            keeps_places &= kept
        return Reading(language, tuple(sentences), is_as_typed, keeps_places)

    def written(self, text: str, language: str) -> str:
        """The model's output as people write it: with a capital at the start of each sentence."""
        return _written(text) if language in self.usages else text

    def sentences(self, text: str, language: str) -> list[str]:
        """The sentences of a text, to be translated one by one. A verbatim reader does not split the text."""
        return split_sentences(text) if language in self.usages else [text]

    def to_json(self) -> dict[str, Any]:
        """What `from_json` builds the same reader from."""
        usages = {
            language: {part.name: list(getattr(usage, part.name)) for part in fields(Usage)}
            for language, usage in self.usages.items()
        }
        return {"reading": self.manner} | ({"usages": usages} if usages else {})

    @classmethod
    def from_json(cls, document: Any) -> Reader:
        """The reader that `to_json` described; `None` gives a verbatim one, anything else a `ValueError`."""
        if document is None:
            return cls()  # the run is older than lenient reading
        try:
            usages = {
                language: Usage(*(tuple(usage[part.name]) for part in fields(Usage)))
                for language, usage in document.get("usages", {}).items()
            }
            strings = [text for usage in usages.values() for texts in astuple(usage) for text in texts]
            if document["reading"] != cls(usages).manner or not all(isinstance(text, str) for text in strings):
                raise ValueError
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Refused("'reader' does not say how text is read") from None
        return cls(usages)


def _read_sentence(typed: Sequence[str], usage: Usage, language: str) -> tuple[list[str], bool]:
    """The words of a sentence as meant, and whether they keep their places."""
    words, is_whole = marks.unframed(typed, usage.known)
    if not has_words("".join(words)):
        return list(typed), True
    body, end, tail = marks.end_of(words)
    is_shouted, start = _is_shouted(body), _first_word(body)
    read, are_in_place = usage.spelled(body, start, is_shouted), True
    if language == "en":
        read, are_in_place = expand(read, usage.known, usage.predicates)
        read = usage.spelled(read, start, is_shouted=False)
    if not end and usage.ends[:1] != ("",):
        end = "?" if asks(read, language) else "."
    end = marks.nearest(end, usage.ends)
    read += [end, *tail] if end else tail
    return read, is_whole and are_in_place and len(read) >= len(words)


def _joined(words: Sequence[str], language: str) -> str:
    """The words as a text that splits into the same words."""
    text = join_words(words, language)
    return text if split_words(text, language) == words else " ".join(words)


def _first_word(words: Sequence[str]) -> int:
    """The place of the first word that is not a mark; 0 if there is none."""
    return next((place for place, word in enumerate(words) if has_words(word)), 0)


def _is_shouted(words: Sequence[str]) -> bool:
    """Whether all letters are capitals, and there are at least two."""
    text = "".join(words)
    return text.upper() == text and sum(map(str.isupper, text)) > 1


def _written(text: str) -> str:
    """The text with a capital at the start of each sentence."""
    written, end = "", 0
    for sentence in split_sentences(text):
        begin = text.index(sentence, end)
        written += text[end:begin] + _capitalized(sentence)
        end = begin + len(sentence)
    return written + text[end:]


def _capitalized(sentence: str) -> str:
    """The sentence with its first letter as a capital, unless `<unk>` comes first."""
    place = next((place for place, letter in enumerate(sentence) if letter.isalnum() or letter == "<"), len(sentence))
    return sentence[:place] + sentence[place : place + 1].title() + sentence[place + 1 :]


def _differ_in_capital_alone(read: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether the words are the same except for the capital at the start."""
    if read == typed:
        return True
    start = _first_word(typed)
    if len(read) != len(typed) or read[start + 1 :] != typed[start + 1 :] or read[:start] != typed[:start]:
        return False
    return (read[start][:1].lower(), read[start][1:]) == (typed[start][:1].lower(), typed[start][1:])
