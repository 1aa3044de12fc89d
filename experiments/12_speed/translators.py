"""The systems that translate: toytrans, Hugging Face and CTranslate2, with the same weights, each in its own process.

Libraries that bring threads of their own slow one another down where they share a process: once CTranslate2 had
translated in it, `generate` had a third less done (2,900 sentences a second became 1,950), though CTranslate2 had
nothing more to do.

Axes: B sentences, S source positions, T target positions.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeAlias

import torch
from machine import is_installed, say
from plan import Plan
from weights import to_m2m100, write_ctranslate2

from toytrans import (
    EOS,
    PAD,
    Encoded,
    SearchConfig,
    Tokenizer,
    Transformer,
    Translator,
    groups_of_like_length,
    keep_freed_memory,
    load,
    pad,
)

Ids: TypeAlias = tuple[int, ...]
OWN, OWN_TEXT, GENERATE, ENGINE = "toytrans", "toytrans, text to text", "Hugging Face generate", "CTranslate2 float32"
AT_ONCE = 128
"""Sentences of a batch of `generate`. toytrans is given all at once and cuts them itself; CTranslate2 has a trial."""


@dataclass(frozen=True)
class Sentence:
    """A sentence to translate, in every form that a system may ask for."""

    text: str
    encoded: Encoded


class System(Protocol):
    """Translates; the first and the last step, which change the form of sentences, are not part of its time.

    Length penalty 0: the only one that means the same in all of them.
    """

    def given(self, sentences: Sequence[Sentence]) -> Sequence[Any]:
        """The sentences as the system takes them."""
        ...

    def translate(self, given: Sequence[Any], beam_size: int, at_once: int) -> Sequence[Any]:
        """The best translation of each, as the system gives it; `at_once` sentences in a batch."""
        ...

    def ids(self, made: Sequence[Any]) -> list[Ids]:
        """Translations as ids, without `</s>`."""
        ...


def max_length(num_source: int) -> int:
    """Tokens of a translation at most, `</s>` included: `Translator`'s rule."""
    return 2 * num_source + 10


def up_to_end(ids: Sequence[int]) -> Ids:
    """What was written before the first `</s>`."""
    return tuple(ids[: ids.index(EOS)]) if EOS in ids else tuple(ids)


@dataclass(frozen=True)
class Toytrans:
    """toytrans's searches, from ids to ids; with `is_text` as its users call it, from text to text.

    Cutting text into words and joining words then counts as well.
    """

    translator: Translator
    is_text: bool = False

    def given(self, sentences: Sequence[Sentence]) -> Sequence[Any]:
        """Text, or ids and the record of what they stand for."""
        return [sentence.text if self.is_text else sentence.encoded for sentence in sentences]

    def translate(self, given: Sequence[Any], beam_size: int, at_once: int = AT_ONCE) -> Sequence[Any]:
        """Text or ids; more than one sentence at once is batched by the `Translator` itself."""
        search = SearchConfig(beam_size=beam_size, length_penalty=0.0)
        calls = [given] if at_once > 1 else [[each] for each in given]
        if self.is_text:
            return [translation.text for call in calls for translation in self.translator.translate(call, search)]
        return [best.ids for call in calls for best, *_ in self.translator.search(call, search)]

    def ids(self, made: Sequence[Any]) -> list[Ids]:
        """Up to `</s>`; text is cut into words for it."""
        if self.is_text:
            made = [each.ids for each in self.translator.tokenizer.encode_all(made, self.translator.languages[1])]
        return [up_to_end(ids) for ids in made]


class HuggingFace:
    """`M2M100ForConditionalGeneration.generate`, in batches of like length."""

    # A sentence is done with as many finished hypotheses as beams, as in toytrans.
    _BEAM: ClassVar[dict[str, Any]] = {"early_stopping": True, "length_penalty": 0.0}

    def __init__(self, model: Transformer) -> None:
        self._model: Any = to_m2m100(model)

    def given(self, sentences: Sequence[Sentence]) -> Sequence[Any]:
        """Ids."""
        return [sentence.encoded.ids for sentence in sentences]

    @torch.inference_mode()
    def translate(self, given: Sequence[Any], beam_size: int, at_once: int = AT_ONCE) -> Sequence[Any]:
        """Ids of the best translations."""
        found: dict[int, Sequence[int]] = {}
        for group in groups_of_like_length(given, at_once):
            source_BS = pad([given[number] for number in group])
            output_BT = self._model.generate(
                input_ids=source_BS,
                attention_mask=(source_BS != PAD).long(),
                num_beams=beam_size,
                do_sample=False,
                max_new_tokens=max_length(source_BS.shape[1]),
                **(self._BEAM if beam_size > 1 else {}),
            )
            found.update(zip(group, output_BT.tolist(), strict=True))
        return [found[number] for number in range(len(given))]

    def ids(self, made: Sequence[Any]) -> list[Ids]:
        """Without the `<s>` before."""
        return [up_to_end(ids[1:]) for ids in made]


@dataclass
class CTranslate2:
    """CTranslate2 in float32, from tokens to tokens, with the workers and batches that serve it best."""

    model: Transformer
    tokenizer: Tokenizer
    folder: Path
    threads: int
    settings: dict[str, dict[str, int]] = field(default_factory=dict)
    """The best workers, threads a worker and sentences a batch, by beam size and whether one sentence comes alone."""

    def __post_init__(self) -> None:
        self._vocabulary = self.tokenizer.describe(range(len(self.tokenizer)), "en").tokens
        self._id_of = {token: number for number, token in enumerate(self._vocabulary)}
        self._loaded: dict[tuple[int, int], Any] = {}
        write_ctranslate2(self.model, self._vocabulary, self.folder)

    def given(self, sentences: Sequence[Sentence]) -> Sequence[Any]:
        """Tokens, `</s>` at the end."""
        return [[self._vocabulary[token] for token in sentence.encoded.ids] for sentence in sentences]

    def _tune(self, given: Sequence[Any], beam_size: int, alone: bool) -> dict[str, int]:
        """Tries some workers and batches, and keeps the fastest."""
        layouts = [(1, 1), (1, self.threads)] if alone else [(self.threads, 1), (1, self.threads)]
        tried: list[tuple[float, dict[str, int]]] = []
        for workers, threads in dict.fromkeys(layouts):
            for batch in (1,) if alone else (32, 64, 128, 256, 512):
                setting = {"workers": workers, "threads": threads, "batch": batch}
                self._run(given[:20], beam_size, setting, alone)
                started = time.perf_counter()
                self._run(given, beam_size, setting, alone)
                tried.append((time.perf_counter() - started, setting))
        best = min(tried, key=lambda each: each[0])[1]
        self.settings[_case(beam_size, alone)] = best
        say(f"CTranslate2, {_case(beam_size, alone)}: fastest with {best}")
        return best

    def translate(self, given: Sequence[Any], beam_size: int, at_once: int = AT_ONCE) -> Sequence[Any]:
        """Tokens of the best translations."""
        alone = at_once == 1
        setting = self.settings.get(_case(beam_size, alone)) or self._tune(given, beam_size, alone)
        return self._run(given, beam_size, setting, alone)

    def ids(self, made: Sequence[Any]) -> list[Ids]:
        """The tokens' numbers."""
        return [tuple(self._id_of[token] for token in tokens) for tokens in made]

    def _run(self, given: Sequence[Any], beam_size: int, setting: dict[str, int], alone: bool) -> list[list[str]]:
        translator = self._translator(setting["workers"], setting["threads"])
        calls = [[tokens] for tokens in given] if alone else [given]
        return [
            result.hypotheses[0]
            for call in calls
            for result in translator.translate_batch(
                call,
                max_batch_size=setting["batch"],
                beam_size=beam_size,
                length_penalty=0.0,
                max_decoding_length=max_length(max(map(len, call))),
            )
        ]

    def _translator(self, workers: int, threads: int) -> Any:
        import ctranslate2

        if (workers, threads) not in self._loaded:
            self._loaded[workers, threads] = ctranslate2.Translator(
                str(self.folder), compute_type="float32", inter_threads=workers, intra_threads=threads
            )
        return self._loaded[workers, threads]


def _case(beam_size: int, alone: bool) -> str:
    return f"{'greedy' if beam_size == 1 else f'beam {beam_size}'}, {'one at a time' if alone else 'in batches'}"


class Isolated:
    """A system by its name, with the weights of the run; its process ends with `close`."""

    def __init__(self, name: str, plan: Plan) -> None:
        arguments = (name, plan, torch.get_num_threads())
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin, initargs=arguments)

    def turn(self, texts: Sequence[str], beam_size: int, at_once: int) -> tuple[float, list[Ids]]:
        """Seconds for the translations, and what they are; forms of sentences are changed outside the time."""
        return self._pool.submit(_turn, texts, beam_size, at_once).result()

    def settings(self) -> dict[str, dict[str, int]]:
        """What it found to serve it best, if it tried."""
        return self._pool.submit(_settings).result()

    def close(self) -> None:
        """Ends the process."""
        self._pool.shutdown()


_here: dict[str, Any] = {}
"""In such a process: its system and the translator it was made of."""


def _begin(name: str, plan: Plan, threads: int) -> None:
    torch.set_num_threads(threads)
    keep_freed_memory()
    translator = load(plan.run)
    assert isinstance(translator.model, Transformer)
    model = translator.model.eval()
    folder = plan.run.with_name(f"{plan.run.name}-ctranslate2")
    system: System
    if name in (OWN, OWN_TEXT):
        system = Toytrans(translator, is_text=name == OWN_TEXT)
    elif name == GENERATE:
        system = HuggingFace(model)
    else:
        system = CTranslate2(model, translator.tokenizer, folder, threads)
    _here.update(translator=translator, system=system)


def _turn(texts: Sequence[str], beam_size: int, at_once: int) -> tuple[float, list[Ids]]:
    translator: Translator = _here["translator"]
    system: System = _here["system"]
    encoded = translator.tokenizer.encode_all(texts, translator.languages[0])
    given = system.given([Sentence(text, each) for text, each in zip(texts, encoded, strict=True)])
    gc.collect()
    gc.freeze()  # what the libraries brought is not searched for garbage again and again
    started = time.perf_counter()
    made = system.translate(given, beam_size, at_once)
    return time.perf_counter() - started, system.ids(made)


def _settings() -> dict[str, dict[str, int]]:
    system = _here["system"]
    return system.settings if isinstance(system, CTranslate2) else {}


def available_systems() -> list[str]:
    """Those whose libraries are installed."""
    needs = {OWN: "torch", OWN_TEXT: "torch", GENERATE: "transformers", ENGINE: "ctranslate2"}
    return [name for name, library in needs.items() if is_installed(library)]
