"""Part `translating`: the same sentences by the same weights, every system in turn."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commands import seconds_of_commands, train_model
from equal_outputs import compare
from isolated import Isolated
from machine import is_installed
from plan import Plan
from rounds import median_ratio, per_second, say
from translators import AT_ONCE, ENGINE, GENERATE, OWN, OWN_TEXT, Ids, max_length
from workload import Toy, sentences_to_translate

from toytrans import Transformer, Translator, load

Rates = dict[str, dict[str, list[float]]]
"""Sentences a second by system and task, a number a round."""


@dataclass(frozen=True)
class Task:
    """A way to translate."""

    name: str
    beam_size: int
    at_once: int


TASKS = (Task("greedy", 1, AT_ONCE), Task("beam 5", 5, AT_ONCE), Task("one at a time", 1, 1))


def measure(plan: Plan, toy: Toy) -> dict[str, Any]:  # noqa: ARG001 - the run has a tokenizer of its own
    """All rounds, each task once its outputs were found equal; then what attention costs, and the commands."""
    train_model(plan)
    translator = load(plan.run)
    texts = sentences_to_translate(plan.num_sentences)
    systems = {name: Isolated(name, plan) for name in available_systems()}
    rates: Rates = {name: {} for name in systems}
    checks = {}
    for task in TASKS:
        given = texts if task.at_once > 1 else texts[:: max(1, len(texts) // plan.num_single)]
        checks[task.name] = _check(task, systems, given, translator)
        for name, rounds in _time(task, systems, given, plan.rounds).items():
            rates[name][task.name] = rounds
    settings = systems[ENGINE].settings() if ENGINE in systems else {}
    for system in systems.values():
        system.close()
    return {
        "rows": rates,
        "headline": headline(rates),
        "checks": checks,
        "ctranslate2": settings,
        "attention": attention_cost(translator, texts[:: 1 if plan.is_quick else 4], plan.rounds),
        "commands": seconds_of_commands(plan),
    }


def available_systems() -> list[str]:
    """Those whose libraries are installed."""
    needs = {OWN: "torch", OWN_TEXT: "torch", GENERATE: "transformers", ENGINE: "ctranslate2"}
    return [name for name, library in needs.items() if is_installed(library)]


def _check(task: Task, systems: Mapping[str, Isolated], texts: Sequence[str], translator: Translator) -> dict[str, Any]:
    """How each system's translations compare with toytrans's; a `ValueError` where greedy ones differ with no tie.

    Searches for several hypotheses may differ in their rules for the end, so there the share is only stated.
    """
    sources = [each.ids for each in translator.tokenizer.encode_all(texts, translator.languages[0])]
    limits = [max_length(len(ids)) for ids in sources]
    outputs: dict[str, list[Ids]] = {}
    for name, system in systems.items():  # the first pass, which also warms all up
        _, made = system.turn(texts, task.beam_size, task.at_once)
        # A batch has one limit in the peers, the longest sentence's: what is written past a sentence's own is cut.
        outputs[name] = [ids[:limit] for ids, limit in zip(made, limits, strict=True)]
    assert isinstance(translator.model, Transformer)
    found: dict[str, Any] = {
        "sentences": len(sources),
        "target_tokens": sum(len(ids) + 1 for ids in outputs[OWN]),
        "cut_off": sum(len(ids) == limit for ids, limit in zip(outputs[OWN], limits, strict=True)),
    }
    for name in systems:
        if name == OWN:
            continue
        found[name] = compare(translator.model, sources, outputs[OWN], outputs[name])
        different = len(sources) - found[name]["identical"]
        say(f"{task.name}: {name}: {found[name]['identical']} of {len(sources)} translations as toytrans's")
        if task.beam_size == 1 and different > found[name]["near_ties"]:
            raise ValueError(f"{name} translates {different} of {len(sources)} sentences otherwise than toytrans")
    return found


def _time(task: Task, systems: Mapping[str, Isolated], texts: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Sentences a second, each system in turn."""
    rates: dict[str, list[float]] = {name: [] for name in systems}
    for number in range(rounds):
        for name, system in systems.items():
            seconds, _ = system.turn(texts, task.beam_size, task.at_once)
            rates[name].append(per_second(len(texts), seconds))
            say(f"{task.name}, round {number + 1} of {rounds}: {name}: {rates[name][-1]:.0f} sentences/s")
    return rates


def headline(rates: Rates) -> dict[str, Any]:
    """How many times each peer's speed toytrans has, from ids to ids and from text to text."""
    return {
        own: {
            peer: {task: median_ratio(rates[own][task], of_peer) for task, of_peer in rates[peer].items()}
            for peer in rates
            if peer not in (OWN, OWN_TEXT)
        }
        for own in (OWN, OWN_TEXT)
    }


def attention_cost(translator: Translator, texts: Sequence[str], rounds: int) -> dict[str, Any]:
    """Seconds of translating the texts greedily, with every layer's and head's attention and without, in turns."""
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    translator.translate(texts)  # the first pass warms up
    for _ in range(rounds):
        for case in seconds:
            started = time.perf_counter()
            translator.translate(texts, with_attention=case == "with")
            seconds[case].append(time.perf_counter() - started)
    times = median_ratio(seconds["with"], seconds["without"])
    say(f"attention returned: translating takes {times:.2f} times as long")
    return {"seconds": seconds, "times": times}
