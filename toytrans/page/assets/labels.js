"use strict";
// Text for people to read: tokens made visible, words named as they were typed.
// Mirrors toytrans/attention_maps/labels.py.

const LONGEST_LABEL = 20;
// Joiners and tags mean something beside letters that change shape, and in pictures.
const SHAPING =
  /(?<=(?!\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{ASCII})[\p{L}\p{M}\p{S}])[\u200c\u200d]|(?<=[\u{1f3f4}\u{e0020}-\u{e007e}])[\u{e0020}-\u{e007f}]/gu;

/** The text with nothing hidden: line breaks, zero-width and direction marks are spelled out (`\n`, `\u200b`).
 *
 * Text longer than `limit` ends in `…`; text that would show as nothing is quoted.
 */
function visible(text, limit = Infinity) {
  const shaping = new Set(Array.from(text.matchAll(SHAPING), (match) => match.index));
  let [spelled, at, marks] = ["", 0, 0];
  for (const character of text) {
    marks = /\p{M}/u.test(character) ? marks + 1 : 0; // no language stacks five marks on a letter
    const isDrawn = character === " " || (!/[\p{C}\p{Z}]/u.test(character) && marks < 5);
    spelled += isDrawn || shaping.has(at) ? character : escaped(character);
    at += character.length;
  }
  const letters = Array.from(new Intl.Segmenter().segment(spelled), ({ segment }) => segment);
  if (letters.length > limit) spelled = `${letters.slice(0, limit - 1).join("")}…`;
  return spelled.trim() ? spelled : `'${spelled}'`;
}

function escaped(character) {
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  if (named) return named;
  const code = character.codePointAt(0);
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** The names of rows and columns for people; words read as `<unk>` are named as typed, and marked. */
function mapLabels(map, kind) {
  const sources = Object.entries(map.copied).filter(([, source]) => source in map.typed);
  const copied = Object.fromEntries(sources.map(([target, source]) => [target, map.typed[source]]));
  const isGiven = Object.keys(map.typedTarget).length > 0;
  const named = new AttentionMap({
    ...map,
    sourceTokens: markedTokens(map.sourceTokens, map.sourceWordIds, map.typed, "unknown"),
    targetTokens: isGiven
      ? markedTokens(map.targetTokens, map.targetWordIds, map.typedTarget, "unknown")
      : markedTokens(map.targetTokens, map.targetWordIds, copied, "copied"),
  });
  return named.labels(kind);
}

function markedTokens(tokens, wordIds, words, mark) {
  return tokens.map((token, place) => {
    const word = wordIds[place];
    const isWhole = wordIds.filter((each) => each === word).length === 1;
    const isNamed = word !== null && word in words && isWhole;
    return isNamed ? `${visible(words[word], LONGEST_LABEL)} (${mark})` : visible(token, LONGEST_LABEL);
  });
}

/** `96 %`; with more digits near 1, so that only 1 itself reads `100 %`. */
function percent(fraction) {
  if (fraction < 0.985 || fraction === 1) return `${Math.round(100 * fraction)} %`;
  return fraction >= 0.9995 ? "more than 99.9 %" : `${(100 * fraction).toFixed(1)} %`;
}

/** `layer 1 of 2, head 3 of 4`, `layer 2 of 2, mean of 4 heads`, or `mean of all 8 heads of 2 layers`. */
function viewName({ layer, head }, numLayers, numHeads) {
  if (layer === null) return `mean of all ${numLayers * numHeads} heads of ${numLayers} layers`;
  return `layer ${layer} of ${numLayers}, ${head === null ? `mean of ${numHeads} heads` : `head ${head} of ${numHeads}`}`;
}
