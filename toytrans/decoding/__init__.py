"""From a trained model to sentences: greedy and beam search, and the translator around them."""

from toytrans.decoding.hiding import hide_words
from toytrans.decoding.translator import Translation, Translator

__all__ = ["Translation", "Translator", "hide_words"]
