"""From a trained model to sentences: greedy and beam search, and the translator around them."""

from toytrans.decoding.confidence import Limits
from toytrans.decoding.copying import Copy
from toytrans.decoding.hiding import hide_words
from toytrans.decoding.loading import load, load_numpy
from toytrans.decoding.translation import Translation
from toytrans.decoding.translator import Translator

__all__ = ["Copy", "Limits", "Translation", "Translator", "hide_words", "load", "load_numpy"]
