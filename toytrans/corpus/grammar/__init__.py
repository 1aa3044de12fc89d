"""The toy grammar: English sentences made together with their French, their gold links, and what they show.

Read `nouns`, `qualities` and `verbs` for the words, `phrases` and `clauses` for how both languages are built at once,
`french` for spelling, and `sentences` for what is drawn, and how often.
"""

from toytrans.corpus.grammar.phrases import PHENOMENA, Sentence
from toytrans.corpus.grammar.sentences import draw, draw_long
from toytrans.corpus.grammar.watched import watched_sentences

__all__ = ["PHENOMENA", "Sentence", "draw", "draw_long", "watched_sentences"]
