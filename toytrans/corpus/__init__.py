"""Sentence pairs: the bundled corpus, and real text from files and datasets."""

from toytrans.corpus.loading import load_corpus
from toytrans.corpus.pairs import Corpus, Pair

__all__ = ["Corpus", "Pair", "load_corpus"]
