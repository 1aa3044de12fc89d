"use strict";
// A sentence as token ids, with the word of each token. Mirrors toytrans/text/encoded.py and tokenizer.py.

/** `ids`, `tokens` and `wordIds` are equally long. `wordIds` index `words` and are null for a token outside the text. */
class Encoded {
  constructor(ids, tokens, wordIds, words, reading = null) {
    Object.assign(this, { ids, tokens, wordIds, words });
    this.readAs = reading ? reading.readAs : null;
    this.keepsPlaces = reading ? reading.keepsPlaces : true;
    this.numLeftOut = 0; // words after the last of `words` that were too many for the model
  }

  /** The first words, as many as have `maxTokens` tokens with `</s>`; no word is cut in two, unless it is alone. */
  cut(maxTokens) {
    if (!maxTokens || this.ids.length <= maxTokens) return this;
    const most = Math.max(maxTokens - 1, 1);
    let end = most;
    while (end && this.wordIds[end] !== null && this.wordIds[end] === this.wordIds[end - 1]) end -= 1;
    const first = (list) => [...list.slice(0, end || most), list.at(-1)];
    const numWords = 1 + Math.max(-1, ...first(this.wordIds).filter((word) => word !== null));
    const words = this.words.slice(0, numWords);
    const cut = new Encoded(first(this.ids), first(this.tokens), first(this.wordIds), words);
    return Object.assign(cut, {
      readAs: this.readAs,
      keepsPlaces: this.keepsPlaces,
      numLeftOut: this.words.length - numWords,
    });
  }

  /** The words that hold a token the vocabulary lacks, by their numbers. */
  get unknownWords() {
    const lacking = this.wordIds.filter((number, place) => number !== null && this.ids[place] === UNK);
    return new Map(lacking.map((number) => [number, this.words[number]]));
  }

  /** The unknown words, each once, in order. */
  get unknown() {
    return [...new Set(this.unknownWords.values())];
  }
}

/** The positions of text in the ids: those before the first EOS, without padding and BOS. */
function textPositions(ids) {
  const end = ids.includes(EOS) ? ids.indexOf(EOS) : ids.length;
  return ids.map((_, place) => place).filter((place) => place < end && ids[place] !== PAD && ids[place] !== BOS);
}

/** The tokenizer that `tokenizer.json` describes. */
function loadTokenizer(document) {
  return document.kind === "words" ? new WordTokenizer(document) : new SubwordTokenizer(document);
}
