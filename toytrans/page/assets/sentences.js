"use strict";
// Where one sentence ends and the next begins. Mirrors toytrans/text/sentences.py.

const SENTENCE_END = new RegExp(
  `[.?!…]+(?:[${SPACE}]»|["'”’»)\\]])*(?=[${SPACE}])|[。！？]+[」』”]*`, // closing quotes belong to the sentence
  "gu",
);
const SENTENCE_INITIALS = /^[("“«']*(?:[\p{L}\p{Nl}\p{No}]\.)+$/u; // J.  U.S.  e.g.
const TIMES = /^(?:[ap]\.m|etc)\.$/; // may end a sentence: then a capital follows
const TITLES = wordSet("mr. mrs. ms. dr. st. prof. sr. jr. vs. mt. mm. mme. mlle.");
const WINDOW = 40; // characters read on each side of a mark

/** The words of a space-separated string. */
function wordSet(words) {
  return new Set(words.split(" "));
}

/** The sentences of a text, as typed. Marks alone belong to the sentence before them. */
function splitSentences(text) {
  const found = Array.from(text.matchAll(SENTENCE_END)).filter((match) => endsSentence(text, match));
  const cuts = found.map((match) => match.index + match[0].length);
  if (!cuts.length) return [text];
  const sentences = [];
  [0, ...cuts].forEach((begin, number) => {
    const part = text.slice(begin, cuts[number] ?? text.length);
    if (sentences.length && !(hasWords(part) && hasWords(sentences.at(-1)))) sentences.push(sentences.pop() + part);
    else sentences.push(part);
  });
  return sentences.length > 1 ? sentences.map(stripped) : [text];
}

/** Whether the text has a letter or a digit. */
function hasWords(text) {
  return /[\p{L}\p{N}]/u.test(text);
}

/** The text without white space at its ends. */
function stripped(text) {
  return text.replace(new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu"), "");
}

/** Whether the marks end a sentence, rather than an abbreviation or a quotation inside one. */
function endsSentence(text, match) {
  const end = match.index + match[0].length;
  const after = Array.from(stripped(firstOf(text.slice(end, end + 2 * WINDOW))))[0] ?? "";
  const isDigit = new RegExp(DIGIT, "u").test(after);
  const isLower = /\p{Lowercase}/u.test(after);
  if (isLower && "\"'”’»)".includes(match[0].at(-1))) return false; // "Come!" she said
  if (match[0] !== ".") return true;
  const before = splitSpaces(lastOf(text.slice(Math.max(end - 2 * WINDOW, 0), end)))
    .at(-1)
    .toLowerCase();
  if (TIMES.test(before)) return !isLower && !isDigit;
  if (before === "no.") return !isDigit;
  const isInitial = SENTENCE_INITIALS.test(before) && before !== "i.";
  const isNumbered = /^\p{Nd}+\.$/u.test(before) && stripped(text.slice(0, end)) === before;
  return !(isInitial || isNumbered || TITLES.has(before));
}

/** The first characters of a text, as many as the window has. A character may be two units of a string. */
function firstOf(text) {
  return Array.from(text).slice(0, WINDOW).join("");
}

/** The last ones. */
function lastOf(text) {
  return Array.from(text).slice(-WINDOW).join("");
}
