"""From a trained model to sentences: greedy and beam search, and the translator around them."""

from toytrans.decoding.translator import Translation, Translator

__all__ = ["Translation", "Translator"]
