"""The toy grammar: generates English sentences with their French translation, gold links and phenomena.

The words are in `nouns`, `qualities` and `verbs`. `phrases` and `clauses` build both languages at once, `french`
spells, and `sentences` decides what is drawn, and how often.
"""

from toytrans.corpus.grammar.phrases import PHENOMENA, Sentence
from toytrans.corpus.grammar.sentences import draw, draw_long
from toytrans.corpus.grammar.watched import watched_sentences

__all__ = ["PHENOMENA", "Sentence", "draw", "draw_long", "watched_sentences"]
