"""Sentence pairs: the bundled corpus, and real text from files and datasets."""

from toytrans.corpus.loading import load_corpus
from toytrans.corpus.pairs import Corpus, Pair
from toytrans.corpus.typed import TypedSentence, typed_sentences

__all__ = ["Corpus", "Pair", "TypedSentence", "load_corpus", "typed_sentences"]
