"use strict";
// Subwords, learned by byte-pair encoding (Sennrich et al., 2016). Mirrors toytrans/text/subword_tokenizer.py.

/** One vocabulary of pieces for both languages. No piece spans two words. */
class SubwordTokenizer {
  /** `document.tokenizer` is in the format of the `tokenizers` library. */
  constructor({ tokenizer: { model }, reader }) {
    this.reader = new Reader(reader);
    this.idOf = new Map(Object.entries(model.vocab));
    this.vocabulary = [];
    for (const [piece, id] of this.idOf) this.vocabulary[id] = piece;
    const pairOf = (merge) => (Array.isArray(merge) ? merge.join(" ") : merge);
    this.rankOf = new Map(model.merges.map((merge, rank) => [pairOf(merge), rank]));
    this.cache = new Map();
  }

  /** The text as ids, with `</s>` at the end. */
  encode(text, language) {
    const reading = this.reader.read(text, language);
    const words = splitSpaced(reading.text, language);
    const pieces = words.map((each) => this.piecesOf(each.spaced ? WORD_START + each.text : each.text));
    const ids = [...pieces.flat().map((piece) => this.idOf.get(piece) ?? UNK), EOS];
    const tokens = ids.map((token) => this.token(token));
    const wordIds = [...pieces.flatMap((ofWord, number) => ofWord.map(() => number)), null];
    return new Encoded(
      ids,
      tokens,
      wordIds,
      words.map((each) => each.text),
      reading,
    );
  }

  /** The pieces of one word: its characters, of which the pair that was learned first is merged, again and again. */
  piecesOf(each) {
    if (this.cache.has(each)) return this.cache.get(each);
    const pieces = [];
    for (const character of each) {
      const isKnown = this.idOf.has(character);
      if (isKnown) pieces.push(character);
      else if (pieces.at(-1) !== null) pieces.push(null); // unknown characters in a row are one <unk>
    }
    for (;;) {
      const ranks = pieces.slice(1).map((piece, place) => this.rank(pieces[place], piece));
      const best = Math.min(...ranks);
      if (best === Infinity) break;
      const place = ranks.indexOf(best);
      pieces.splice(place, 2, pieces[place] + pieces[place + 1]);
    }
    const found = pieces.map((piece) => piece ?? SPECIAL_TOKENS[UNK]);
    this.cache.set(each, found);
    return found;
  }

  rank(left, right) {
    if (left === null || right === null) return Infinity;
    return this.rankOf.get(`${left} ${right}`) ?? Infinity;
  }

  /** The text of the ids, up to the first `</s>`. Words in `filled` are replaced. */
  decode(ids, language, filled = new Map()) {
    let tokens = ids.map((token) => this.token(token));
    const { wordIds } = filled.size ? this.describe(ids, language) : {};
    for (const [number, text] of filled) {
      const first = wordIds.indexOf(number);
      const space = tokens[first].startsWith(WORD_START) ? WORD_START : "";
      tokens = tokens.map((token, place) => (wordIds[place] === number ? "" : token));
      tokens[first] = space + text;
    }
    const text = textPositions(ids)
      .map((position) => tokens[position])
      .join("");
    return this.reader.written(splitSpaces(text.replaceAll(WORD_START, " ")).join(" "), language);
  }

  /** The `Encoded` of ids that a model wrote: a piece belongs to the word that has its first letter. */
  describe(ids, language) {
    const tokens = ids.map((token) => this.token(token));
    const positions = textPositions(ids);
    const owners = ownersOf(
      positions.map((position) => tokens[position]),
      language,
    );
    const numbers = new Map();
    const [wordIds, words] = [ids.map(() => null), []];
    owners.forEach((owner, place) => {
      if (owner === null) return;
      if (!numbers.has(owner)) numbers.set(owner, numbers.size);
      const number = numbers.get(owner);
      wordIds[positions[place]] = number;
      words[number] = (words[number] ?? "") + tokens[positions[place]].replaceAll(WORD_START, "");
    });
    return new Encoded([...ids], tokens, wordIds, words);
  }

  token(id) {
    return this.vocabulary[id] ?? SPECIAL_TOKENS[UNK];
  }
}

/** The word each piece begins in. A space belongs to the word after it; at the end, to none. */
function ownersOf(tokens, language) {
  // An unknown piece counts as a letter, so that it does not split its word.
  const surfaces = tokens.map((token) => (token === SPECIAL_TOKENS[UNK] ? "x" : token.replaceAll(WORD_START, " ")));
  const text = surfaces.join("");
  const ownerOfLetter = [];
  wordSpans(text, language).forEach(([, end], number) => {
    while (ownerOfLetter.length < end) ownerOfLetter.push(number);
  });
  let place = 0;
  return surfaces.map((surface) => {
    const owner = ownerOfLetter[place] ?? null;
    place += surface.length;
    return owner;
  });
}
