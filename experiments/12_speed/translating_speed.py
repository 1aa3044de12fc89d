"""Part `translating`: the same sentences by the same weights, every system in turn.

Axes: T target positions, V vocabulary.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from machine import median_ratio, say
from plan import Plan
from torch import Tensor
from translators import AT_ONCE, ENGINE, OWN, OWN_TEXT, Ids, Isolated, available_systems, max_length
from workload import Toy, scores, sentences_to_translate

from toytrans import BOS, EOS, PAD, UNK, Transformer, Translator, load

Rates = dict[str, dict[str, list[float]]]
"""Sentences a second by system and task, a number for each round."""
TIE = 1e-3
"""Nats: of two tokens whose log-probabilities are as near as this, rounding may choose either."""
TEXT = "The cat sat on the mat."


@dataclass(frozen=True)
class Task:
    """A way to translate."""

    name: str
    beam_size: int
    at_once: int


TASKS = (Task("greedy", 1, AT_ONCE), Task("beam 5", 5, AT_ONCE), Task("one at a time", 1, 1))


def measure(plan: Plan, toy: Toy) -> dict[str, Any]:  # noqa: ARG001 - the run has a tokenizer of its own
    """All rounds, each task once its outputs were found equal; then what attention costs, and the commands."""
    _train_model(plan)
    translator = load(plan.run)
    texts = sentences_to_translate(plan.num_sentences)
    systems = {name: Isolated(name, plan) for name in available_systems()}
    rates: Rates = {name: {} for name in systems}
    checks = {}
    for task in TASKS:
        given = texts if task.at_once > 1 else texts[:: max(1, len(texts) // plan.num_single)]
        checks[task.name] = _check(task, systems, given, translator)
        for number in range(plan.rounds):
            for name, system in systems.items():
                seconds, _ = system.turn(given, task.beam_size, task.at_once)
                rates[name].setdefault(task.name, []).append(len(given) / seconds)
                say(f"{task.name}, round {number + 1}: {name}: {rates[name][task.name][-1]:.0f} sentences/s")
    settings = systems[ENGINE].settings() if ENGINE in systems else {}
    for system in systems.values():
        system.close()
    return {
        "rows": rates,
        "headline": headline(rates),
        "checks": checks,
        "ctranslate2": settings,
        "attention": _attention_cost(translator, texts[:: 1 if plan.is_quick else 4], plan.rounds),
        "commands": _seconds_of_commands(plan),
    }


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


# Whether all translate alike


def _check(task: Task, systems: Mapping[str, Isolated], texts: Sequence[str], translator: Translator) -> dict[str, Any]:
    """How each system's translations compare with toytrans's; a `ValueError` where greedy ones differ without a tie.

    Beam searches may differ in their rules for the end, and text may be cut into other words than those it was joined
    of, so there the fraction of equal ones is only stated.
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
    for name in [name for name in systems if name != OWN]:
        found[name] = compare(translator.model, sources, outputs[OWN], outputs[name])
        different = len(sources) - found[name]["identical"]
        say(f"{task.name}: {name}: {found[name]['identical']} of {len(sources)} translations as toytrans's")
        if name != OWN_TEXT and task.beam_size == 1 and different > found[name]["near_ties"]:
            raise ValueError(f"{name} translates {different} of {len(sources)} sentences otherwise than toytrans")
    return found


def compare(model: Transformer, sources: Sequence[Sequence[int]], ours: Sequence[Ids], theirs: Sequence[Ids]) -> Any:
    """How many sentences are the same token by token, and which system's translation of the others scores better.

    A score is the log-probability of the whole sentence by `model`; scores nearer than `TIE` count for neither.
    `near_ties` are the sentences whose first different tokens have probabilities nearer than that.
    """
    found: dict[str, Any] = {"identical": 0, "near_ties": 0, "ours_better": 0, "theirs_better": 0}
    for source, own, their in zip(sources, ours, theirs, strict=True):
        if own == their:
            found["identical"] += 1
            continue
        found["near_ties"] += _gap(model, source, own, their) < TIE
        difference = _score(model, source, own) - _score(model, source, their)
        found["ours_better"] += difference > TIE
        found["theirs_better"] += difference < -TIE
    return {**found, "sentences": len(ours), "share_identical": found["identical"] / len(ours)}


def _gap(model: Transformer, source: Sequence[int], own: Ids, their: Ids) -> float:
    """How far apart the log-probabilities are of the first two tokens that differ."""
    first, second = (*own, EOS), (*their, EOS)
    place = next(place for place, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    log_probabilities_V = _log_probabilities(model, source, first)[place]
    return abs(float(log_probabilities_V[first[place]] - log_probabilities_V[second[place]]))


def _score(model: Transformer, source: Sequence[int], ids: Ids) -> float:
    said = (*ids, EOS)
    log_probabilities_TV = _log_probabilities(model, source, said)
    return float(log_probabilities_TV[range(len(said)), list(said)].sum())


@torch.inference_mode()
def _log_probabilities(model: Transformer, source: Sequence[int], said: Sequence[int]) -> Tensor:
    """Of every token of the vocabulary, at every position of what is said."""
    logits_TV = scores(model, torch.tensor([source]), torch.tensor([[BOS, *said[:-1]]]))[0]
    logits_TV[:, [PAD, BOS, UNK]] = float("-inf")
    return logits_TV.log_softmax(dim=-1)


# toytrans alone


def _attention_cost(translator: Translator, texts: Sequence[str], rounds: int) -> dict[str, Any]:
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


def _train_model(plan: Plan) -> None:
    """Trains the run unless it is there; what was begun goes on."""
    if (plan.run / "README.md").is_file():  # written once training is done
        return
    is_begun = (plan.run / "config.json").is_file()
    where = ["--resume", str(plan.run)] if is_begun else ["--run", str(plan.run), *plan.flags]
    say(f"== training {plan.run.name}")
    _command(["train", *where])


def _seconds_of_commands(plan: Plan) -> dict[str, list[float]]:
    """From the start of the process to its end, a number for each start."""
    commands = {"toytrans --help": ["--help"], f'toytrans translate RUN "{TEXT}"': ["translate", str(plan.run), TEXT]}
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(plan.command_runs):
        for name, arguments in commands.items():
            started = time.perf_counter()
            _command(arguments)
            found[name].append(time.perf_counter() - started)
    say(f"commands: {found}")
    return found


def _command(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "toytrans", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program, our own arguments
