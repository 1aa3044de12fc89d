"use strict";
// Warnings where a translation or a map should not be believed.
// Mirrors toytrans/decoding/confidence.py, toytrans/text/neighbours.py and toytrans/attention_maps/warnings.py.

/** Counts of neighbouring tokens in training. A sentence begins with `<s>` and ends with `</s>`. */
class Neighbours {
  /** Pairs of ids, one after the other, and the count of each pair. */
  constructor(pairs, counts) {
    this.seen = new Set();
    [this.asLeft, this.asRight, this.total] = [new Map(), new Map(), 0];
    counts.forEach((count, number) => {
      const [left, right] = [pairs[2 * number], pairs[2 * number + 1]];
      this.seen.add(`${left} ${right}`);
      this.asLeft.set(left, (this.asLeft.get(left) ?? 0) + count);
      this.asRight.set(right, (this.asRight.get(right) ?? 0) + count);
      this.total += count;
    });
  }

  /** The pairs in a sentence that training never had, the most expected first; none with an unknown word. */
  newPairs(ids) {
    const found = [];
    ids.forEach((token, right) => {
      const left = right === 0 ? BOS : ids[right - 1];
      if (left === UNK || token === UNK || this.seen.has(`${left} ${token}`)) return;
      const expected = ((this.asLeft.get(left) ?? 0) * (this.asRight.get(token) ?? 0)) / Math.max(this.total, 1);
      found.push({ left: right - 1, right, expected });
    });
    return found.sort((one, other) => other.expected - one.expected);
  }
}

/** Each word of a translation with its probability, the product over its pieces. */
function wordProbabilities(target, probabilities, filled) {
  const products = new Map();
  target.wordIds.forEach((word, place) => {
    if (word !== null) products.set(word, (products.get(word) ?? 1) * probabilities[place]);
  });
  return Array.from(products, ([word, product]) => ({ word: filled.get(word) ?? target.words[word], product }));
}

/** The warnings of a translation, a line each: what was seen, and what it means. No warning does not mean that it is right. */
function translationWarnings(source, words, limits, newPairs, copied, isFinished) {
  if (!source.words.length) return [];
  return [
    ...(source.words.some(hasWords) ? [] : ["no words to translate"]),
    ...warningsOfCut(source, "sentence", limits),
    ...warningsOfUnknownWords(source, copied),
    ...warningsOfLength(source, limits),
    ...warningsOfNewPairs(source, newPairs, limits),
    ...warningsOfConfidence(words, limits),
    ...(isFinished ? [] : [`cut off after ${words.length} words: the model did not end the sentence`]),
  ];
}

function warningsOfCut(encoded, what, limits) {
  if (!encoded.numLeftOut) return [];
  const [numRead, limit] = [encoded.words.length, `this run takes ${limits.max_tokens} tokens at most`];
  return [
    `only the first ${numRead} of ${numRead + encoded.numLeftOut} words of the ${what} were read: ${limit}; split it`,
  ];
}

function warningsOfUnknownWords(source, copied) {
  const named = (words) => words.map((word) => visible(word, 40)).join(", ");
  const isTaken = (number) => copied.some((copy) => copy.source === number);
  const taken = [...new Set([...source.unknownWords].filter(([number]) => isTaken(number)).map(([, word]) => word))];
  const left = source.unknown.filter((word) => !taken.includes(word));
  const found = [];
  if (taken.length) found.push(`unknown to this model, copied as typed: ${named(taken)}`);
  if (left.length) found.push(`unknown to this model, read as <unk>: ${named(left)}; what becomes of it is a guess`);
  return found;
}

function warningsOfLength(source, limits) {
  const longest = limits.longest_source;
  if (longest === null || source.words.length <= longest) return [];
  const corpus = `the longest sentence of the corpus had ${longest}`;
  return [`${source.words.length} words: ${corpus}, and longer ones come out right less often`];
}

function warningsOfNewPairs(source, newPairs, limits) {
  const [newest] = newPairs;
  if (limits.most_surprise === null || !newest || newest.expected <= limits.most_surprise) return [];
  const word = (place) => `“${visible(source.words[source.wordIds[place]], 40)}”`;
  let seen = newest.left < 0 ? "" : `has ${word(newest.left)} before `;
  if (source.wordIds[newest.right] === null) seen = `ends with ${newest.left < 0 ? "“”" : word(newest.left)}`;
  else seen = newest.left < 0 ? `begins with ${word(newest.right)}` : seen + word(newest.right);
  return [`no sentence of training ${seen}: what the model makes of it is a guess`];
}

function warningsOfConfidence(words, limits) {
  const least = words.reduce((one, other) => (other.product < one.product ? other : one), { product: 1 });
  if (least.product >= limits.least_confidence) return [];
  const probability = (Math.floor(100 * least.product) / 100).toFixed(2);
  const usual = limits.least_confidence.toFixed(2);
  return [
    `the model is unsure: it gave “${visible(least.word, 40)}” a probability of ${probability}; ` +
      `where it is right, it seldom gives a word less than ${usual}`,
  ];
}

const UNIFORM = 0.9; // fraction of the highest possible entropy
const ONE_COLUMN = 0.9; // fraction of the rows that may have their strongest weight in one column
const SINK = 0.5; // fraction of the weight that may be on marks
const [FEWEST_COLUMNS, FEWEST_WORDS, FEWEST_ROWS] = [3, 2, 3];

/** Reasons not to believe a map, a line each. */
function mapWarnings(map, view, kind) {
  const table = wordRows(map, view, kind);
  if (!table.rows.length) return [];
  const [uniform, sink] = [warningOfUniform(table, view), warningOfSink(table, view)];
  // In a uniform map no column is the strongest by more than chance; in a sink it is the sink, which says more.
  const oneColumn = uniform || sink ? null : warningOfOneColumn(table, view);
  return [uniform, oneColumn, sink].filter((warning) => warning !== null);
}

/** The rows of a view that are of words and have a choice of columns. */
function wordRows(map, view, kind) {
  const words = map.mergedToWords();
  const weights = words[kind].view(view);
  const { rows, columns } = words.labels(kind);
  const ids = words.wordIds(kind);
  const isWord = ids.columns.map((word) => word !== null);
  const isMark = isWord.map((each) => !each);
  const last = isWord.lastIndexOf(true);
  if (last >= 0) isMark[last] = !hasWords(columns[last]);
  const numVisible = (t) => (kind === "decoder" ? t + 1 : columns.length);
  const isJudged = (t) => numVisible(t) >= FEWEST_COLUMNS && ids.rows[t] !== null && hasWords(rows[t]);
  const judged = rows.map((_, t) => t).filter(isJudged);
  return {
    rows: judged.map((t) => [...weights.row(t)]),
    numVisible: judged.map(numVisible),
    names: columns,
    isMark,
    isWord,
  };
}

function warningOfUniform({ rows, numVisible }, view) {
  const entropy = (row) => -row.reduce((sum, weight) => sum + weight * Math.log(Math.max(weight, 1e-12)), 0);
  const fraction = average(rows.map((row, number) => entropy(row) / Math.log(numVisible[number])));
  if (fraction < UNIFORM) return null;
  const likely =
    view.head === null
      ? "a mean of heads that attend to different words, or an untrained model: inspect single heads"
      : "the head is not trained or not used: train longer, or inspect another head";
  const seen = `Rows are nearly uniform (${percent(Math.min(fraction, 1))} of the possible entropy)`;
  return `${seen}. Likely cause: ${likely}.`;
}

function warningOfOneColumn({ rows, names, isWord }, view) {
  if (names.filter((name, column) => isWord[column] && hasWords(name)).length < FEWEST_WORDS) return null;
  const strongest = rows.map((row) => row.indexOf(Math.max(...row)));
  const counts = names.map((_, column) => strongest.filter((each) => each === column).length);
  const column = counts.indexOf(Math.max(...counts));
  const fraction = counts[column] / strongest.length;
  if (strongest.length < FEWEST_ROWS || fraction < ONE_COLUMN) return null;
  const name = visible(names[column], LONGEST_LABEL);
  return (
    `${percent(fraction)} of the words have their strongest weight in one column, ${name}. ` +
    `Likely cause: this view attends to a fixed position, not to words: ${tryAnother(view)}.`
  );
}

function warningOfSink({ rows, names, isMark }, view) {
  const weights = names.map((_, column) => (isMark[column] ? average(rows.map((row) => row[column])) : 0));
  if (weights.reduce((sum, weight) => sum + weight, 0) <= SINK) return null;
  const columns = names.map((_, column) => column).filter((column) => weights[column] >= 0.01);
  columns.sort((one, other) => weights[other] - weights[one]);
  const named = columns.map((column) => `${visible(names[column], LONGEST_LABEL)} (${percent(weights[column])})`);
  return (
    `Most of the words' attention is on ${named.join(" and ")}: an attention sink. ` +
    `Likely cause: this view needs none of the words: ${tryAnother(view)}.`
  );
}

function tryAnother(view) {
  return view.head === null ? "inspect single heads" : "inspect another head";
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
