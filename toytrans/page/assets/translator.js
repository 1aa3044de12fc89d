"use strict";
// Text in, translation out, with its attention and its warnings.
// Mirrors toytrans/decoding/translator.py and copying.py.

/** A model with its tokenizer and with what validation measured. */
class Translator {
  constructor({ model, tokenizer, languages, viewScores, guidedView, guidance, limits, neighbours }) {
    Object.assign(this, { model, tokenizer, languages, viewScores, guidedView, guidance, limits, neighbours });
  }

  /** The view to show by default: the taught head, else the one that claimed links best on validation. */
  get view() {
    const best = this.guidedView ?? this.viewScores[0] ?? {};
    return { layer: best.layer ?? null, head: best.head ?? null };
  }

  /** The maps of the best translations of a text, one for each of its sentences. */
  translate(text, { beamSize = 1, lengthPenalty = 1, prefix = [] } = {}) {
    const sentences = this.tokenizer.reader.sentences(text, this.languages[0]);
    return sentences.map((sentence) => this.translateSentence(sentence, { beamSize, lengthPenalty, prefix }));
  }

  /** The map of one sentence's translation, which begins with the tokens of `prefix`. */
  translateSentence(text, { beamSize = 1, lengthPenalty = 1, prefix = [] } = {}) {
    const source = this.read(text, 0);
    const search = beamSize === 1 ? "greedy" : `beam ${beamSize}`;
    const decoding = prefix.length ? `greedy, after ${prefix.length} given tokens` : search;
    const found = this.search(source.ids, prefix.length ? 1 : beamSize, lengthPenalty, prefix);
    return this.describe(text, source, found, { decoding, isForced: false, numGiven: prefix.length });
  }

  /** A source (side 0) or a target (side 1) as ids; cut if it is longer than the run takes. */
  read(text, side) {
    return this.tokenizer.encode(text, this.languages[side]).cut(this.limits.max_tokens);
  }

  search(ids, beamSize, lengthPenalty, prefix) {
    if (ids.length === 1) return { ids: [EOS] }; // no words: the model is not asked
    if (beamSize === 1) return searchGreedy(this.model, ids, prefix);
    return searchBeam(this.model, ids, beamSize, lengthPenalty)[0];
  }

  /** The attention while the model is forced to say a given translation. */
  attend(text, translation) {
    const source = this.read(text, 0);
    const target = this.read(translation, 1);
    return this.describe(text, source, { ids: target.ids }, { decoding: "forced", isForced: true, target });
  }

  /** The record of a translation. A search keeps no attention: the forced pass over what it found has the same. */
  describe(text, source, hypothesis, { decoding, isForced, target = null, numGiven = 0 }) {
    const pass = forcedPass(this.model, source.ids, hypothesis.ids);
    const encoded = target ?? this.tokenizer.describe(hypothesis.ids, this.languages[1]);
    const map = new AttentionMap({
      source: text,
      readAs: source.readAs,
      decoding,
      isForced,
      isMerged: false,
      sourceIds: source.ids,
      targetIds: hypothesis.ids,
      sourceTokens: source.tokens,
      targetTokens: encoded.tokens,
      sourceWordIds: source.wordIds,
      targetWordIds: encoded.wordIds,
      probabilities: pass.logProbabilities.map(Math.exp),
      next: pass.next,
      typed: Object.fromEntries(source.unknownWords),
      typedTarget: Object.fromEntries(target ? target.unknownWords : []),
      cross: new Attention(pass.cross.map((heads) => heads.map((weights) => this.nullLast(weights, source)))),
      encoder: new Attention(pass.encoder),
      decoder: new Attention(pass.decoder),
    });
    const copied = decoding === "forced" ? [] : copies(map, this.view, source, encoded);
    map.copied = Object.fromEntries(copied.map((copy) => [copy.target, copy.source]));
    const filled = new Map(copied.map((copy) => [copy.target, copy.word]));
    map.translation = this.tokenizer.decode(hypothesis.ids, this.languages[1], filled);
    // What somebody made the model say tells nothing of how sure it is.
    const own = map.probabilities.map((probability, place) => (place < numGiven ? 1 : probability));
    const words = wordProbabilities(encoded, own, filled);
    const isFinished = decoding === "forced" || hypothesis.ids.at(-1) === EOS;
    map.warnings = translationWarnings(source, words, this.limits, this.newPairs(source), copied, isFinished);
    if (target) map.warnings.push(...warningsOfCut(target, "translation", this.limits));
    return map;
  }

  /** The null position, first in the model, comes last for people. */
  nullLast(weights, source) {
    if (weights.columns === source.ids.length) return weights;
    const moved = new Matrix(weights.rows, weights.columns);
    for (let t = 0; t < weights.rows; t++) moved.row(t).set([...weights.row(t).subarray(1), weights.row(t)[0]]);
    return moved;
  }

  /** The id of the token that is shown so, with or without the mark of a word's beginning; undefined if there is none. */
  tokenNamed(name) {
    this.tokenOfName ??= this.namesOfTokens();
    return this.tokenOfName.get(WORD_START + name) ?? this.tokenOfName.get(name);
  }

  namesOfTokens() {
    const ids = Array.from({ length: this.tokenizer.vocabulary.length }, (_, id) => id);
    const names = ids.map((id) => [this.tokenizer.describe([id], this.languages[1]).tokens[0], id]);
    return new Map(names.reverse()); // of tokens that look alike, the most frequent
  }

  newPairs(source) {
    return this.neighbours ? this.neighbours.newPairs(source.ids) : [];
  }
}

/** For each slot of a translation, the unknown source word with the largest weight.
 *
 * Two slots take two different words if there are as many, the largest weight first.
 */
function copies(map, view, source, target) {
  const slots = [...target.unknownWords.keys()];
  const columns = [...source.unknownWords.keys()];
  if (!slots.length || !columns.length) return [];
  const words = map.mergedToWords();
  const weights = words.cross.view(view);
  const weightOf = (slot, column) => weights.row(words.targetWordIds.indexOf(slot))[words.crossWordIds.indexOf(column)];
  const found = [];
  let free = columns;
  while (found.length < slots.length) {
    if (!free.length) free = columns;
    const left = slots.filter((slot) => !found.some((copy) => copy.target === slot));
    const pairs = left.flatMap((slot) => free.map((column) => [slot, column]));
    const [slot, column] = pairs.reduce((best, each) => (weightOf(...each) > weightOf(...best) ? each : best));
    found.push({ target: slot, source: column, word: source.words[column], weight: weightOf(slot, column) });
    free = free.filter((each) => each !== column);
  }
  return found.sort((one, other) => one.target - other.target);
}
