"use strict";
// A sentence as token ids, with the word of each token. Mirrors toytrans/text/encoded.py and tokenizer.py.

/** `ids`, `tokens` and `wordIds` are equally long. `wordIds` index `words` and are null for a token outside the text. */
class Encoded {
  constructor(ids, tokens, wordIds, words, reading = null) {
    Object.assign(this, { ids, tokens, wordIds, words });
    this.readAs = reading ? reading.readAs : null;
    this.keepsPlaces = reading ? reading.keepsPlaces : true;
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
