"""What several tests share: one set of random examples for everyone, and a small model that knows a few sentences."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest
import torch
from hypothesis import settings
from torch.nn.functional import cross_entropy

from toytrans.config import ModelConfig, TrainingConfig
from toytrans.decoding import Translator
from toytrans.model.transformer import Transformer
from toytrans.run import Run
from toytrans.text import EOS, Tokenizer, make_batch
from toytrans.text.word_tokenizer import WordTokenizer

torch.set_num_threads(1)  # sums this small only lose time to more
# The same examples every time: a test that fails here fails for everyone. The first call into torch is slow.
settings.register_profile("toytrans", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("toytrans")

WORDS = ["le", "la", "un", "une", "chat", "chien", "souris", "table", "balle", "dort"]
WORDS += ["mange", "court", "voit", "petit", "grand", "noir", "et", "ou", "ici", "."]


ChangeRun: TypeAlias = Callable[[Run, TrainingConfig], Run]


@pytest.fixture
def as_if_trained() -> ChangeRun:
    """Changes how a run says that it was trained, in its settings and in its checkpoints."""

    def change(run: Run, training: TrainingConfig) -> Run:
        changed = run.with_config(replace(run.config, training=training))
        best, last = run.load_checkpoint("best"), run.load_checkpoint("last")
        for each in (best, last):
            changed.save_checkpoint(each, best_step=best.step)
        return changed

    return change


@pytest.fixture(autouse=True)
def _same_random_numbers_every_time() -> None:
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """Twenty words and the four special tokens."""
    return WordTokenizer(WORDS)


@pytest.fixture(scope="session")
def sources(tokenizer: Tokenizer) -> list[list[int]]:
    """Sixty sentences of nothing to nine words, as ids with `</s>`; the first has no word."""
    dice = random.Random(1)
    lengths = [0, *(1 + number % 9 for number in range(59))]
    return [[*(dice.randrange(4, len(tokenizer)) for _ in range(length)), EOS] for length in lengths]


@pytest.fixture(scope="session")
def model(tokenizer: Tokenizer, sources: list[list[int]]) -> Transformer:
    """A model that has begun to learn to say each sentence backwards: it ends its sentences, and is not too sure."""
    torch.manual_seed(1)
    model = Transformer(ModelConfig(d_model=16, num_layers=2, num_heads=2, d_ff=32, dropout=0.05), len(tokenizer))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    batch = make_batch(sources, [[*reversed(ids[:-1]), EOS] for ids in sources], range(len(sources)))
    for _ in range(90):
        _, decoded = model(batch.source_BS, batch.target_input_BT)
        logits_BTV = model.next_token_logits(decoded.states_BTD)
        loss = cross_entropy(logits_BTV.flatten(0, 1), batch.target_output_BT.flatten(), ignore_index=0)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    return model.eval()


@pytest.fixture(scope="session")
def translator(model: Transformer, tokenizer: Tokenizer) -> Translator:
    """The small model, from text to text."""
    return Translator(model, tokenizer, ("en", "fr"), run_name="small", checkpoint_name="step 120")
