"use strict";
// The record of a translation and its attention.
// Mirrors toytrans/attention_maps: record.py, words.py, views.py, links.py.
//
// A view is `{ layer, head }`, counted from 1; without a head it is the layer's mean, without a layer the mean of all.

const KINDS = ["cross", "encoder", "decoder"];
const MAJORITY = 0.5; // the threshold of a view that nobody measured

/** Every layer's and head's attention of one kind: `at(layer, head)` is a matrix, both counted from 0. */
class Attention {
  constructor(layers) {
    this.layers = layers; // of each layer, of each head, a matrix (rows, columns)
  }

  at(layer, head) {
    return this.layers[layer][head];
  }

  /** One head, a layer's mean of heads, or the mean of all. */
  view({ layer = null, head = null }) {
    if (layer === null) return mean(this.layers.flat());
    return head === null ? mean(this.layers[layer - 1]) : this.at(layer - 1, head - 1);
  }

  map(change) {
    return new Attention(this.layers.map((heads) => heads.map(change)));
  }
}

/** The mean of matrices of one shape. */
function mean(matrices) {
  const sum = matrices.reduce((before, each) => add(before, each), new Matrix(matrices[0].rows, matrices[0].columns));
  return new Matrix(
    sum.rows,
    sum.columns,
    sum.values.map((value) => value / matrices.length),
  );
}

/** A sentence, its translation, and what every layer and head attended to. Row t is of predicting `targetTokens[t]`. */
class AttentionMap {
  constructor(fields) {
    Object.assign(this, fields);
  }

  get hasNull() {
    return this.cross.at(0, 0).columns > this.sourceTokens.length;
  }

  /** The word of each column of cross-attention; null for `</s>` and `<null>`. */
  get crossWordIds() {
    return this.hasNull ? [...this.sourceWordIds, null] : this.sourceWordIds;
  }

  /** The names of the rows (what attends) and of the columns (what is attended to) of one kind of attention. */
  labels(kind) {
    const read = [START_TOKEN, ...this.targetTokens.slice(0, -1)]; // what the decoder reads, one step behind
    if (kind === "encoder") return { rows: this.sourceTokens, columns: this.sourceTokens };
    if (kind === "decoder") return { rows: this.targetTokens, columns: read };
    return { rows: this.targetTokens, columns: this.hasNull ? [...this.sourceTokens, NULL_TOKEN] : this.sourceTokens };
  }

  /** The word numbers of the rows and columns of one kind; null for what is no word. */
  wordIds(kind) {
    if (kind === "encoder") return { rows: this.sourceWordIds, columns: this.sourceWordIds };
    if (kind === "decoder") return { rows: this.targetWordIds, columns: [null, ...this.targetWordIds.slice(0, -1)] };
    return { rows: this.targetWordIds, columns: this.crossWordIds };
  }

  /** The same attention over words: the columns of a word's pieces are added, their rows averaged. */
  mergedToWords() {
    const source = wordStarts(this.sourceWordIds);
    const last = this.targetTokens.length - 1; // never read by the decoder, so it keeps a row of its own
    const target = [...new Set([...wordStarts(this.targetWordIds), last])].sort((one, other) => one - other);
    const read = [0, ...target.slice(0, -1).map((start) => start + 1)];
    return new AttentionMap({
      ...this,
      isMerged: this.isMerged || source.length < this.sourceTokens.length || target.length < this.targetTokens.length,
      cross: this.cross.map((matrix) => merge(matrix, target, wordStarts(this.crossWordIds))),
      encoder: this.encoder.map((matrix) => merge(matrix, source, source)),
      decoder: this.decoder.map((matrix) => merge(matrix, target, read)),
      sourceTokens: spell(this.sourceTokens, source),
      targetTokens: spell(this.targetTokens, target),
      sourceWordIds: source.map((start) => this.sourceWordIds[start]),
      targetWordIds: target.map((start) => this.targetWordIds[start]),
      probabilities: groups(this.probabilities, target).map((each) => each.reduce((one, other) => one * other, 1)),
    });
  }

  /** The links that a view of cross-attention claims: `[row, column]` where the weight is at least the threshold. */
  claims(view, threshold) {
    const weights = this.cross.view(view);
    const { rows, columns } = this.wordIds("cross");
    const isClaimed = ([t, s]) => rows[t] !== null && columns[s] !== null && weights.row(t)[s] >= threshold;
    return rows.flatMap((_, t) => columns.map((__, s) => [t, s])).filter(isClaimed);
  }
}

/** The positions where a word begins; a token of no word stands alone. */
function wordStarts(wordIds) {
  return wordIds.flatMap((word, place) => (place === 0 || word === null || word !== wordIds[place - 1] ? [place] : []));
}

/** A list cut into pieces, one from each start to the next. */
function groups(list, starts) {
  return starts.map((start, number) => list.slice(start, starts[number + 1]));
}

/** Attention over tokens as attention over words: columns are added, rows averaged, so that each row still sums to 1. */
function merge(matrix, rowStarts, columnStarts) {
  const merged = new Matrix(rowStarts.length, columnStarts.length);
  const rowEnds = [...rowStarts.slice(1), matrix.rows];
  const columnEnds = [...columnStarts.slice(1), matrix.columns];
  rowStarts.forEach((rowStart, t) => {
    columnStarts.forEach((columnStart, s) => {
      let sum = 0;
      for (let row = rowStart; row < rowEnds[t]; row++) {
        for (let column = columnStart; column < columnEnds[s]; column++) sum += matrix.row(row)[column];
      }
      merged.row(t)[s] = sum / (rowEnds[t] - rowStart);
    });
  });
  return merged;
}

/** The words that pieces make, without the mark of a word's beginning. */
function spell(tokens, starts) {
  return groups(tokens, starts).map((pieces) => pieces.join("").replaceAll(WORD_START, "") || WORD_START);
}

/** The attention of all layers and heads; `next` gives one weight after the other. */
function attentionOf([numLayers, numHeads, rows, columns], next) {
  const times = (number, make) => Array.from({ length: number }, make);
  const matrix = () => new Matrix(rows, columns, Float64Array.from({ length: rows * columns }, next));
  return new Attention(times(numLayers, () => times(numHeads, matrix)));
}
