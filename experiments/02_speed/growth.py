"""Part `growth`: how the speed of training and of translating changes as one thing does and the rest stays."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, TypeAlias

import numpy as np
from commands import train_model
from isolated import Isolated
from plan import Plan
from rounds import per_second, say
from trainers import PEERS, Switched
from training_rows import build_plain, build_toytrans, model_config
from translating_speed import available_systems
from translators import GENERATE, OWN
from workload import LANGUAGES, Split, Toy, encoded_split, sentences_to_translate

from toytrans import EOS, SPECIAL_TOKENS, ModelConfig, load_corpus, split_words

PEER = PEERS[0]
Curves: TypeAlias = dict[str, dict[str, dict[str, list[float]]]]
"""By system, value of what changes, and measure: a number a round."""


@dataclass(frozen=True)
class Point:
    """A value of what changes, and the training it asks for."""

    value: int
    config: ModelConfig
    split: Split
    batch_tokens: int


def measure(plan: Plan, toy: Toy) -> dict[str, Any]:
    """All curves of training, with `torch.nn.Transformer` on the same batches, and that of translating."""
    config, tokens, size = model_config(plan), plan.batch_tokens, len(toy.tokenizer)
    points = {
        "batch_tokens": [Point(each, config, some(toy, each, plan), each) for each in plan.growth_batch_tokens],
        "d_model": [
            Point(each, replace(config, d_model=each, d_ff=2 * each), some(toy, tokens, plan), tokens)
            for each in plan.growth_widths
        ],
        "length": [Point(each, config, of_length(each, tokens, size), tokens) for each in plan.growth_lengths],
        "corpus": [Point(each, config, toy.train.first(each), tokens) for each in plan.growth_pairs],
    }
    found: dict[str, Any] = {name: _train(name, each, size, plan) for name, each in points.items()}
    found["prepare"] = {str(count): _prepare(count, plan, toy) for count in plan.growth_pairs}
    found["sentences_at_once"] = _translate(plan)
    return found


def some(toy: Toy, batch_tokens: int, plan: Plan) -> Split:
    """So many training pairs that an epoch of them is about as many steps as are timed."""
    mean_length = sum(len(ids) for ids in toy.train.targets) / len(toy.train.targets)
    return toy.train.first(round(plan.growth_steps * batch_tokens / mean_length))


def of_length(length: int, batch_tokens: int, vocabulary_size: int) -> Split:
    """Random sentences of so many tokens a side, `</s>` included: a few batches of them."""
    random = np.random.default_rng(length)
    num_pairs = 4 * max(1, batch_tokens // length)

    def side() -> list[list[int]]:
        words = random.integers(len(SPECIAL_TOKENS), vocabulary_size, (num_pairs, length - 1))
        return [[*row, EOS] for row in words.tolist()]

    return Split(side(), side())


def _train(name: str, points: Iterable[Point], vocabulary_size: int, plan: Plan) -> Curves:
    curves: Curves = {"toytrans": {}, PEER: {}}
    for point in points:
        config, split, tokens = point.config, point.split, point.batch_tokens
        systems = {
            "toytrans": build_toytrans(plan, config, vocabulary_size, split, tokens),
            PEER: build_plain(PEER, config, vocabulary_size, split.bucketed(tokens)),
        }
        for system in curves:
            curves[system][str(point.value)] = {
                "pairs_per_second": [],
                "target_tokens_per_second": [],
                "ms_per_step": [],
            }
        for switched in systems.values():
            switched.steps(plan.warmup_steps + len(split.bucketed(tokens)))  # an epoch: no shape is new then
        for _ in range(plan.rounds):
            for system, switched in systems.items():
                _add_turn(curves[system][str(point.value)], switched, plan)
        speeds = [f"{each}: {median(curves[each][str(point.value)]['ms_per_step']):.1f} ms a step" for each in curves]
        say(f"growth, {name} {point.value}: {', '.join(speeds)}")
    return curves


def _add_turn(measures: dict[str, list[float]], system: Switched, plan: Plan) -> None:
    started = time.perf_counter()
    made = system.steps(plan.growth_steps)
    seconds = time.perf_counter() - started
    measures["pairs_per_second"].append(per_second(sum(step.pairs for step in made), seconds))
    measures["target_tokens_per_second"].append(per_second(sum(step.target_tokens for step in made), seconds))
    measures["ms_per_step"].append(1000 * seconds / len(made))


def _prepare(count: int, plan: Plan, toy: Toy) -> list[float]:
    """Seconds from so many pairs of text to the first batch, a round each."""
    pairs = load_corpus("toy", LANGUAGES).split("train")[:count]
    seconds = []
    for _ in range(plan.rounds):
        started = time.perf_counter()
        encoded_split(toy.tokenizer, pairs).bucketed(plan.batch_tokens).batch(0)
        seconds.append(time.perf_counter() - started)
    return seconds


def _translate(plan: Plan) -> Curves:
    """Sentences a second by the number that is given at once, of like length; greedy, from ids to ids."""
    train_model(plan)
    systems = {name: Isolated(name, plan) for name in available_systems() if name in (OWN, GENERATE)}
    curves: Curves = {name: {} for name in systems}
    for at_once in plan.growth_sentences:
        # Enough sentences for some batches; one at a time, a few take as long as many in batches.
        texts = sorted(sentences_to_translate(plan.num_sentences)[:: 1 if at_once > 1 else 8], key=_num_words)
        for name, system in systems.items():
            curves[name][str(at_once)] = {"sentences_per_second": []}
            system.turn(texts[: 2 * at_once], 1, at_once, at_once)
        for _ in range(plan.rounds):
            for name, system in systems.items():
                seconds, _made = system.turn(texts, 1, at_once, at_once)
                curves[name][str(at_once)]["sentences_per_second"].append(per_second(len(texts), seconds))
        say(f"growth, {at_once} sentences at once: { ({name: curves[name][str(at_once)] for name in curves}) }")
    for system in systems.values():
        system.close()
    return curves


def _num_words(text: str) -> int:
    return len(split_words(text, LANGUAGES[0]))
