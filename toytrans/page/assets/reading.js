"use strict";
// How a text is read before it reaches the model: verbatim, or as it is meant. Mirrors toytrans/text/reading.py.

/** A text as the model reads it. */
class Reading {
  constructor(language, sentences, { isAsTyped = true, keepsPlaces = true, verbatim = null } = {}) {
    Object.assign(this, { language, sentences, isAsTyped, keepsPlaces, verbatim });
  }

  get words() {
    return this.sentences.flat();
  }

  /** The words, with a mark on each whose spacing is not natural. */
  get marked() {
    if (this.verbatim === null) return this.words;
    return markSpacing(splitSpaced(this.verbatim, this.language), this.language);
  }

  /** What is read, in natural spelling. Splitting it gives the same words again. */
  get text() {
    return this.verbatim ?? this.sentences.map((words) => joinedSentence(words, this.language)).join(" ");
  }

  /** What is read, as people write it; null if it is read as typed. */
  get readAs() {
    return this.isAsTyped ? null : writtenText(this.text);
  }
}

/** How the training text of one language is written: its spellings, its final marks, what follows *be*. */
class Usage {
  constructor({ words, ends, predicates }) {
    Object.assign(this, { ends, predicates, known: new Set(words), usual: new Map() });
    for (const each of [...words].reverse()) this.usual.set(folded(each), each);
  }

  /** The words of a sentence with their usual capitals; its first word is at `start`. */
  spelled(words, start, isShouted) {
    return words.map((each, place) => this.spelledWord(each, place <= start, isShouted));
  }

  spelledWord(each, isFirst, isShouted) {
    if (!isFirst && !isShouted && this.known.has(each)) return each;
    const usual = this.usual.get(folded(each));
    if (usual !== undefined) return usual;
    const rest = Array.from(each).slice(1).join("");
    return isShouted || (isFirst && rest === rest.toLowerCase()) ? each.toLowerCase() : each;
  }
}

/** Reads text for a model, and writes the model's output as people do. Without usages it reads verbatim. */
class Reader {
  constructor(document) {
    const usages = Object.entries(document?.usages ?? {});
    this.usages = new Map(usages.map(([language, usage]) => [language, new Usage(usage)]));
  }

  /** What the model reads of a text. */
  read(text, language) {
    const usage = this.usages.get(language);
    if (!usage) return new Reading(language, [splitWords(text, language)], { verbatim: normalize(text) });
    let [isAsTyped, keepsPlaces] = [true, true];
    const sentences = splitSentences(text).map((sentence) => {
      const typed = splitWords(sentence, language);
      const [read, isKept] = readSentence(typed, usage, language);
      isAsTyped = isAsTyped && differInCapitalAlone(read, typed);
      keepsPlaces = keepsPlaces && isKept;
      return read;
    });
    return new Reading(language, sentences, { isAsTyped, keepsPlaces });
  }

  /** The model's output as people write it: with a capital at the start of each sentence. */
  written(text, language) {
    return this.usages.has(language) ? writtenText(text) : text;
  }

  /** The sentences of a text, to be translated one by one. A verbatim reader does not split the text. */
  sentences(text, language) {
    return this.usages.has(language) ? splitSentences(text) : [text];
  }
}

/** The words of a sentence as meant, and whether they keep their places. */
function readSentence(typed, usage, language) {
  const [words, isWhole] = unframed(typed, usage.known);
  if (!hasWords(words.join(""))) return [[...typed], true];
  const [body, typedEnd, tail] = endOf(words);
  const [shouted, start] = [isShouted(body), firstWord(body)];
  let [read, areInPlace] = [usage.spelled(body, start, shouted), true];
  if (language === "en") {
    [read, areInPlace] = expand(read, usage.known, usage.predicates);
    read = usage.spelled(read, start, false);
  }
  let end = typedEnd;
  if (!end && usage.ends[0] !== "") end = asks(read, language) ? "?" : ".";
  end = nearestMark(end, usage.ends);
  read = [...read, ...(end ? [end] : []), ...tail];
  return [read, isWhole && areInPlace && read.length >= words.length];
}

/** The words as a text that splits into the same words. */
function joinedSentence(words, language) {
  const text = joinWords(words, language);
  return isSame(splitWords(text, language), words) ? text : words.join(" ");
}

/** The place of the first word that is not a mark; 0 if there is none. */
function firstWord(words) {
  return Math.max(words.findIndex(hasWords), 0);
}

/** Whether all letters are capitals, and there are at least two. */
function isShouted(words) {
  const text = words.join("");
  return text.toUpperCase() === text && (text.match(/\p{Uppercase}/gu) ?? []).length > 1;
}

/** The text with a capital at the start of each sentence. */
function writtenText(text) {
  let [written, end] = ["", 0];
  for (const sentence of splitSentences(text)) {
    const begin = text.indexOf(sentence, end);
    written += text.slice(end, begin) + capitalized(sentence);
    end = begin + sentence.length;
  }
  return written + text.slice(end);
}

/** The sentence with its first letter as a capital, unless `<unk>` comes first. */
function capitalized(sentence) {
  return sentence.replace(/[\p{L}\p{N}<]/u, (letter) => {
    if (/[ა-ჿ]/u.test(letter)) return letter; // Georgian: whole words have capitals there, no first letters
    const [first = "", ...rest] = letter.toUpperCase();
    return TITLE_CASE.get(letter) ?? first + rest.join("").toLowerCase();
  });
}

// Signs that stand for two letters, of which only the first becomes large.
const TITLE_CASE = new Map(
  Array.from("ǅǈǋǲᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ").flatMap((each) => {
    return [each, each.toLowerCase(), each.toUpperCase()].map((form) => [form, each]);
  }),
);

/** Whether the words are the same except for the capital at the start. */
function differInCapitalAlone(read, typed) {
  if (isSame(read, typed)) return true;
  const start = firstWord(typed);
  const others = (words) => words.filter((_, place) => place !== start);
  if (read.length !== typed.length || !isSame(others(read), others(typed))) return false;
  const [[first, ...rest], [typedFirst, ...typedRest]] = [read[start], typed[start]];
  return first.toLowerCase() === typedFirst.toLowerCase() && isSame(rest, typedRest);
}

/** Whether two lists hold the same. */
function isSame(one, other) {
  return one.length === other.length && one.every((each, place) => each === other[place]);
}
