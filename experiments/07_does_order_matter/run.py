"""Does order matter to attention?

Takes the positions out of a model and swaps two words; then trains small models that learn where words stand in five
ways (`--quick` trains none). Figure and numbers go beside this file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import mean

import torch
from matplotlib import rc_context
from matplotlib.figure import Figure
from torch import Tensor, nn

import toytrans

HERE = Path(__file__).parent
SEEDS, STEPS, MOST_SHIFT = (1, 2, 3), 400, 64
WAYS = ("sinusoidal", "shifted", "learned", "rotary", "none")
PAIRS = toytrans.load_corpus("toy").splits
TOKENIZER = toytrans.build_tokenizer(toytrans.TextConfig(), (pair.sides for pair in PAIRS["train"]), ("en", "fr"))


def build(way: str, seed: int) -> toytrans.Transformer:
    """The default model, with one of the `WAYS` to know where words stand."""
    torch.manual_seed(seed)
    model = toytrans.Transformer(toytrans.ModelConfig(), len(TOKENIZER))
    table_PD = model.positions_PD
    if way == "shifted":  # SHAPE (Kiyono et al., 2021): each step of training counts from another number
        model.register_forward_pre_hook(lambda *_: setattr(model, "positions_PD", _shifted(table_PD, model.training)))
    elif way == "learned":
        del model.positions_PD
        model.positions_PD = nn.Parameter(torch.randn_like(table_PD))
    elif way != "sinusoidal":
        model.positions_PD = torch.zeros_like(table_PD)
    if way == "rotary":  # the whole sequence must be read at once: the hook counts from its first token
        for name, module in model.named_modules():
            if name.endswith(("self_attention.q_proj", "self_attention.k_proj")):
                module.register_forward_hook(lambda _, __, output_BTD: _rotated(output_BTD, model.config.num_heads))
    return model


def _shifted(table_PD: Tensor, is_training: bool) -> Tensor:
    start = int(torch.randint(MOST_SHIFT, ())) if is_training else 0
    return table_PD[start : start + len(table_PD) - MOST_SHIFT]


def _rotated(x_BTD: Tensor, num_heads: int) -> Tensor:
    """Turns pairs of numbers by an angle that grows with the position (RoPE, Su et al., 2021, section 3.2.2)."""
    real_BTHK, imaginary_BTHK = x_BTD.view(*x_BTD.shape[:2], num_heads, -1).chunk(2, dim=-1)
    num_pairs = real_BTHK.shape[-1]
    angles_TK = torch.outer(torch.arange(x_BTD.shape[1]), 10000.0 ** (-torch.arange(num_pairs) / num_pairs))
    cos_T1K, sin_T1K = angles_TK.cos().unsqueeze(1), angles_TK.sin().unsqueeze(1)
    turned = (real_BTHK * cos_T1K - imaginary_BTHK * sin_T1K, real_BTHK * sin_T1K + imaginary_BTHK * cos_T1K)
    return torch.cat(turned, dim=-1).flatten(2)


@torch.no_grad()
def change(way: str) -> float:
    """How far the encoder's vector of `dog` moves when `dog` and `cat` trade places; an untrained model."""
    dog, *_ = TOKENIZER.encode("dog", "en").ids
    model = build(way, seed=1).eval()
    given = [TOKENIZER.encode(text, "en").ids for text in ("The dog saw the cat.", "The cat saw the dog.")]
    before, after = (model.encode(torch.tensor([ids])).memory_BSD[0, ids.index(dog)] for ids in given)
    return float((before - after).norm() / before.norm())


def batches(split: str, num_tokens: int, seed: int = 1) -> toytrans.BucketedBatches:
    """A split of the bundled corpus as batches of like length."""
    english, french = ([pair.sides[side] for pair in PAIRS[split]] for side in (0, 1))
    encoded = (TOKENIZER.encode_all(english, "en"), TOKENIZER.encode_all(french, "fr"))
    sources, targets = ([each.ids for each in side] for side in encoded)
    return toytrans.BucketedBatches(sources, targets, num_tokens, seed)


@torch.no_grad()
def exact_match(model: toytrans.Transformer, split: str) -> float:
    """The fraction translated exactly: greedy search writes the reference if each next token of it is the likeliest."""
    given, right = batches(split, 4000), 0
    for batch in map(given.batch, range(len(given))):
        _, decoded = model.eval()(batch.source_BS, batch.target_input_BT)
        best_BT = model.next_token_logits(decoded.states_BTD).argmax(dim=-1)
        right += int(((best_BT == batch.target_output_BT) | (batch.target_output_BT == toytrans.PAD)).all(dim=-1).sum())
    return right / len(PAIRS[split])


def find(quick: bool = False) -> dict[str, float]:
    """What a swap changes; in a full run also how many sentences are translated exactly, over three seeds."""
    found = {f"change of a vector, {way}": change(way) for way in WAYS}
    for way, seed in [] if quick else [(way, seed) for way in WAYS for seed in SEEDS]:
        model, config = build(way, seed), toytrans.TrainingConfig(seed=seed, max_steps=STEPS)
        given, optimizer = batches("train", config.batch_tokens, seed), toytrans.make_optimizer(model, config)
        for _ in toytrans.train_steps(model, optimizer, given, config, 0, lambda done: done / STEPS):
            pass
        found |= {f"{way}, seed {seed}, {split}": exact_match(model, split) for split in ("test", "test_long")}
    return found


def draw(found: dict[str, float], stem: Path) -> None:
    """Bars of exact match, a dot for each seed."""
    axes = (figure := Figure(figsize=(8, 4), layout="constrained")).subplots()
    for side, (split, name) in enumerate(
        [("test", "as long as in training"), ("test_long", "longer than in training")]
    ):
        places = [number + 0.4 * side for number in range(len(WAYS))]
        values = [[found[f"{way}, seed {seed}, {split}"] for seed in SEEDS] for way in WAYS]
        axes.bar(places, [mean(each) for each in values], width=0.38, label=name, alpha=0.7)
        for place, each in zip(places, values, strict=True):
            axes.plot([place] * len(each), each, "k.", markersize=4)
    axes.set_xticks([number + 0.2 for number in range(len(WAYS))], labels=WAYS)
    axes.set(xlabel="how positions are told", ylabel="translated exactly (greedy)", ylim=(0, 1))
    axes.legend(frameon=False)
    with rc_context({"svg.hashsalt": "toytrans"}):  # the same figure gives the same bytes
        figure.savefig(stem.with_suffix(".png"), dpi=150)
        figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})


def main() -> None:
    """Prints what is found; a full run also draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="train nothing, draw nothing")
    quick = parser.parse_args().quick
    print(json.dumps(found := find(quick), indent=1))
    if not quick:
        draw(found, HERE / "figure")


if __name__ == "__main__":
    main()
