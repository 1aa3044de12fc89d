"use strict";
// The marks around a sentence: the one that ends it, and those the training text never uses.
// Mirrors toytrans/text/marks.py.

const END_MARK = /^(?:[.?!…。！？؟।:;,‚،]+|-+|[–—]+)$/u;
const CLOSING_MARKS = new Set("\"'”’»)]");
// Quotes, brackets, dashes, emoji and the modifiers of emoji.
const FRAME = /^(?:["'*¿¡\u200d]|[\p{Pi}\p{Pf}\p{Ps}\p{Pe}\p{Pd}\p{So}\p{Sk}\p{Mn}\p{Cf}])*$/u;
const [ASKING_MARKS, CALLING_MARKS] = ["?？؟", "!！"];

/** Strips quotes, dashes and emoji that are not `known` from both ends; also returns whether none was stripped. */
function unframed(words, known) {
  const isFrame = (each) => !known.has(each) && FRAME.test(each);
  let [begin, end] = [0, words.length];
  while (begin < end && isFrame(words[begin])) begin += 1;
  while (end > begin && isFrame(words[end - 1])) end -= 1;
  return [words.slice(begin, end), begin === 0 && end === words.length];
}

/** A sentence as its words, the mark that ends it (maybe empty), and the closing quotes and brackets after it. */
function endOf(words) {
  let tail = words.length;
  while (tail && CLOSING_MARKS.has(words[tail - 1])) tail -= 1;
  let end = tail;
  while (end && END_MARK.test(words[end - 1])) end -= 1;
  const typed = words.slice(end, tail).join("");
  if (!typed) return [[...words], "", []];
  return [words.slice(0, end), oneMarkOf(typed), words.slice(tail)];
}

/** Several marks count as one: `?` if it is among them, else `!`, else the last. */
function oneMarkOf(typed) {
  for (const kind of [ASKING_MARKS, CALLING_MARKS]) {
    const found = Array.from(typed).find((mark) => kind.includes(mark));
    if (found) return found;
  }
  return /^[.…]+$/.test(typed) ? "." : Array.from(typed).at(-1);
}

/** The final mark of the training text closest to `mark`: itself, else one of its kind, else a frequent one. */
function nearestMark(mark, ends) {
  if (ends.includes(mark) || !mark) return mark;
  const marks = ends.filter((end) => end);
  const kinds = [ASKING_MARKS, CALLING_MARKS].filter((kind) => kind.includes(mark));
  const like = kinds.flatMap((kind) => marks.filter((end) => kind.includes(end)));
  const plain = marks.filter((end) => !ASKING_MARKS.includes(end) && !CALLING_MARKS.includes(end));
  return [...like, ...plain, ...marks][0] ?? "";
}
