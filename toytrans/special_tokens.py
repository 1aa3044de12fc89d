"""The four tokens that are not text, and the mark that begins a word: facts that every room needs."""

PAD, BOS, EOS, UNK = 0, 1, 2, 3
SPECIAL_TOKENS = ("<pad>", "<s>", "</s>", "<unk>")
"""Each at the place its id names: padding, beginning and end of a sentence, a word the vocabulary lacks."""

WORD_START = "▁"
"""Stands at the head of a subword that begins a word, as in SentencePiece (Kudo and Richardson, 2018)."""
