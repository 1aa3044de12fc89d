"use strict";
// Whether a sentence without a final mark begins like a question. Mirrors toytrans/text/questions.py.

const SUBJECTS = wordSet("i you he she it we they");
const AUXILIARIES = wordSet(
  "do does did is are am was were can cannot could will would must shall should have has may might",
);
const ASKING = wordSet("who what where when why how which whose whom");
const FRENCH_ASKING = wordSet(
  "est-ce où qui que qu' combien pourquoi quand comment quel quelle quels quelles lequel laquelle",
);
const INVERTED = /^[\p{L}\p{N}_]+-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|ce)$/u; // dort-il  as-tu

/** Whether these words, in their usual spelling and without a final mark, begin like a question. */
function asks(words, language) {
  const [first, second] = [...words.slice(0, 2).map((each) => each.toLowerCase()), "", ""];
  if (language === "en") return asksInEnglish(first, second, words);
  return language === "fr" && (FRENCH_ASKING.has(first) || INVERTED.test(first));
}

function asksInEnglish(first, second, words) {
  if (first === "do" || first === "have") {
    // do not touch it, have a seat
    const third = (words[2] ?? "").toLowerCase();
    return second !== "a" && second !== "an" && (second !== "not" || SUBJECTS.has(third));
  }
  if (first === "when") return AUXILIARIES.has(second); // when he came, she left
  if (first === "what" && (second === "a" || second === "an")) return false; // what a day
  return AUXILIARIES.has(first) || ASKING.has(first);
}
