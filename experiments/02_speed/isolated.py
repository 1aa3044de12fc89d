"""A system that translates in a process of its own.

Libraries that bring threads of their own slow one another down where they share a process: once CTranslate2 had
translated in it, `generate` had a third less done (2,900 sentences a second became 1,950), though CTranslate2 had
nothing more to do.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import torch
from plan import Plan
from translators import GENERATE, OWN, OWN_TEXT, CTranslate2, HuggingFace, Ids, Sentence, System, Toytrans, ToytransText

from toytrans import Transformer, Translator, keep_freed_memory, load


class Isolated:
    """A system by its name; its process ends with `close`."""

    def __init__(self, name: str, plan: Plan) -> None:
        arguments = (name, plan, torch.get_num_threads())
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin, initargs=arguments)

    def turn(
        self, texts: Sequence[str], beam_size: int, at_once: int, a_call: int | None = None
    ) -> tuple[float, list[Ids]]:
        """Seconds for the translations, and what they are; forms of sentences are changed outside of the time.

        `a_call`: the system is given so many texts in a call, if not all of them.
        """
        return self._pool.submit(_turn, texts, beam_size, at_once, a_call or len(texts)).result()

    def settings(self) -> dict[str, dict[str, int]]:
        """What it found to serve it best, if it looked."""
        return self._pool.submit(_settings).result()

    def close(self) -> None:
        """Ends the process."""
        self._pool.shutdown()


def build_system(name: str, translator: Translator, plan: Plan) -> System:
    """A system with the weights of the run."""
    model = translator.model
    assert isinstance(model, Transformer)
    model.eval()
    if name == OWN:
        return Toytrans(translator)
    if name == OWN_TEXT:
        return ToytransText(translator)
    if name == GENERATE:
        return HuggingFace(model)
    folder = plan.run.with_name(f"{plan.run.name}-ctranslate2")
    return CTranslate2(model, translator.tokenizer, folder, torch.get_num_threads())


_here: dict[str, Any] = {}
"""In such a process: its system and the translator it was made of."""


def _begin(name: str, plan: Plan, threads: int) -> None:
    torch.set_num_threads(threads)
    keep_freed_memory()
    translator = load(plan.run)
    _here.update(translator=translator, system=build_system(name, translator, plan))


def _turn(texts: Sequence[str], beam_size: int, at_once: int, a_call: int) -> tuple[float, list[Ids]]:
    translator: Translator = _here["translator"]
    system: System = _here["system"]
    encoded = translator.tokenizer.encode_all(texts, translator.languages[0])
    given = system.given([Sentence(text, each) for text, each in zip(texts, encoded, strict=True)])
    gc.collect()
    gc.freeze()  # what the libraries brought is not searched for garbage again and again
    started = time.perf_counter()
    made: list[Any] = []
    for start in range(0, len(given), a_call):
        made += system.translate(given[start : start + a_call], beam_size, at_once)
    return time.perf_counter() - started, system.ids(made)


def _settings() -> dict[str, dict[str, int]]:
    system = _here["system"]
    return system.settings if isinstance(system, CTranslate2) else {}
