"use strict";
// The tokens that are not text, and the mark that begins a word. Mirrors toytrans/special_tokens.py.

const [PAD, BOS, EOS, UNK] = [0, 1, 2, 3];
const SPECIAL_TOKENS = ["<pad>", "<s>", "</s>", "<unk>"]; // each at the place that its id names
const [START_TOKEN, END_TOKEN, NULL_TOKEN] = [SPECIAL_TOKENS[BOS], SPECIAL_TOKENS[EOS], "<null>"];
const WORD_START = "▁"; // at the head of a subword that begins a word
