"""How many multiplications and additions a training step needs at least, from the shape of the model alone."""

from __future__ import annotations

from collections.abc import Iterable

from toytrans import PAD, Batch, ModelConfig


def gflop_of_steps(batches: Iterable[Batch], config: ModelConfig, vocabulary_size: int) -> float:
    """10^9 multiplications and additions of matrix products, forward and backward, over tokens that are not padding.

    Backward takes two products for each of forward: one for the gradient of either factor. Norms, softmax, dropout and
    the optimizer are left out; a system that computes padding, or the scores of it, gets nothing for that.
    """
    return 3 * 2 * sum(_products_of(batch, config, vocabulary_size) for batch in batches) / 1e9


def _products_of(batch: Batch, config: ModelConfig, vocabulary_size: int) -> int:
    """Multiplications of a forward pass."""
    sources = (batch.source_BS != PAD).sum(dim=1).tolist()
    targets = (batch.target_output_BT != PAD).sum(dim=1).tolist()
    projection, feed_forward = config.d_model**2, 2 * config.d_model * config.d_ff
    total = 0
    for num_source, num_target in zip(sources, targets, strict=True):
        # Queries, keys, values and output of self-attention; then the scores of all pairs of positions, and their use.
        encoder = num_source * (4 * projection + feed_forward) + 2 * config.d_model * num_source**2
        decoder = num_target * (4 * projection + feed_forward) + 2 * config.d_model * num_target**2
        cross = (2 * num_target + 2 * num_source) * projection + 2 * config.d_model * num_source * num_target
        total += config.num_layers * (encoder + decoder + cross) + num_target * config.d_model * vocabulary_size
    return total
