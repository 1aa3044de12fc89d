"use strict";
// One token a word. Mirrors toytrans/text/word_tokenizer.py.

const PLURAL_ENDING = "-s"; // follows an unknown English word that looks like a plural
const LOOKS_PLURAL = /^[\p{L}\p{N}_]*(?![\p{Nd}sui])[\p{L}\p{N}_]s$/u; // not glass, bus, this

/** Every word has its own id. */
class WordTokenizer {
  constructor({ vocabulary, reader }) {
    this.vocabulary = vocabulary;
    this.reader = new Reader(reader);
    const words = vocabulary.slice(SPECIAL_TOKENS.length); // typed text never becomes a special token
    this.idOf = new Map(words.map((each, place) => [each, place + SPECIAL_TOKENS.length]));
    // For a word whose spacing was never seen: the most frequent entry with the same text.
    this.idHoweverSpaced = new Map([...words].reverse().map((each) => [unmarked(each), this.idOf.get(each)]));
  }

  /** The text as ids, with `</s>` at the end. */
  encode(text, language) {
    const reading = this.reader.read(text, language);
    const { words, marked } = reading;
    const known = words.map((each, place) => this.idOf.get(marked[place]) ?? this.idHoweverSpaced.get(each) ?? UNK);
    const [ids, wordIds] = [[], []];
    known.forEach((token, number) => {
      const pieces = token === UNK ? this.piecesOfUnknown(words[number], language) : [token];
      ids.push(...pieces);
      wordIds.push(...pieces.map(() => number));
    });
    ids.push(EOS);
    return new Encoded(
      ids,
      ids.map((token) => this.shown(token)),
      [...wordIds, null],
      words,
      reading,
    );
  }

  /** The text of the ids, up to the first `</s>`. Words in `filled` are replaced. */
  decode(ids, language, filled = new Map()) {
    const words = this.wordsOf(ids).map((each, number) => filled.get(number) ?? each.text);
    return this.reader.written(joinWords(words, language), language);
  }

  /** The `Encoded` of ids that a model wrote. */
  describe(ids) {
    const wordIds = ids.map(() => null);
    const words = this.wordsOf(ids);
    words.forEach(({ positions }, number) => positions.forEach((position) => (wordIds[position] = number)));
    return new Encoded(
      [...ids],
      ids.map((token) => this.shown(token)),
      wordIds,
      words.map(({ text }) => unmarked(text)),
    );
  }

  /** Each word, spacing marked, and the positions of its tokens: `-s` belongs to the unknown word before it. */
  wordsOf(ids) {
    const words = [];
    let before = null;
    for (const position of textPositions(ids)) {
      const token = this.vocabulary[this.known(ids[position])];
      if (token === PLURAL_ENDING && before === UNK) {
        words.at(-1).text += token;
        words.at(-1).positions.push(position);
      } else words.push({ text: token, positions: [position] });
      before = ids[position];
    }
    return words;
  }

  piecesOfUnknown(each, language) {
    const ending = this.idOf.get(PLURAL_ENDING);
    const isLower = /\p{Lowercase}/u.test(each) && !/[\p{Uppercase}\p{Lt}]/u.test(each); // Thomas is a name, not a plural
    return language === "en" && ending && isLower && LOOKS_PLURAL.test(each) ? [UNK, ending] : [UNK];
  }

  shown(token) {
    const known = this.known(token);
    return known < SPECIAL_TOKENS.length ? SPECIAL_TOKENS[known] : unmarked(this.vocabulary[known]);
  }

  known(token) {
    return token >= 0 && token < this.vocabulary.length ? token : UNK;
  }
}
