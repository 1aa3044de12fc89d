"use strict";
// One spelling for strings that look alike. Mirrors toytrans/text/spelling.py.

const GLUE_MARK = "￭"; // on a word that has no space before it
const INSTEAD = { "’": "'", "‘": "'", [WORD_START]: "_", [GLUE_MARK]: "■" };
const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`; // as Python has it
// What Python calls a digit: raised, lowered and framed ones too, and those of some scripts without a zero.
const DIGIT = String.raw`[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒\u{1f100}-\u{1f10a}\u1369-\u1371\u19da\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}]`;
const ACCENT_FOR_APOSTROPHE = /(?<=\p{L})[´`](?=\p{L})/gu; // isn´t, i`m
const IGNORABLE = String.raw`[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]`;
const KEPT_OR_IGNORABLE = keptOrIgnorable();

/** Which ignorables carry meaning, with their neighbours (the group), and all others. */
function keptOrIgnorable() {
  const scripts =
    "Arabic Syriac Nko Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Tibetan Myanmar Khmer";
  const shaping = `[${scripts
    .split(" ")
    .map((script) => `\\p{Script=${script}}`)
    .join("")}]`;
  const picture = String.raw`\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*`;
  const kept = [
    String.raw`(?!${IGNORABLE})${shaping}(?:(?!${IGNORABLE})\p{M})*[\u200c\u200d\u180b-\u180f]`,
    String.raw`${picture}(?:\u200d${picture})+`,
    String.raw`\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f}`,
    String.raw`[\p{Emoji}\p{S}\p{Script=Han}\p{Script=Myanmar}][\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`,
  ];
  return new RegExp(`(${kept.join("|")})|${IGNORABLE}`, "gu");
}

/** The text in one spelling, the only one a model reads. Normalizing again changes nothing. */
function normalize(text) {
  let normal = text.replace(/[\x00-\x1f\x7f-\x9f]/g, " ");
  if (/[^\x00-\x7f]/.test(normal)) {
    normal = normal.toWellFormed().normalize("NFC");
    for (const [character, instead] of Object.entries(INSTEAD)) normal = normal.replaceAll(character, instead);
    if (new RegExp(IGNORABLE, "u").test(normal)) {
      normal = normal.replace(KEPT_OR_IGNORABLE, (_, kept) => kept ?? "").normalize("NFC");
    }
  }
  return splitSpaces(normal.replace(ACCENT_FOR_APOSTROPHE, "'")).join(" ");
}

/** The parts of a text between white space. */
function splitSpaces(text) {
  return text.split(new RegExp(`[${SPACE}]+`, "u")).filter((part) => part !== "");
}

/** A key that is equal for words that differ in capitals alone. */
function folded(text) {
  return Array.from(text, (letter) => (letter === "ı" ? letter : foldedLetter(letter))).join("");
}

/** A letter in capitals, and then small: `ß` and `ẞ` are both `ss`. */
function foldedLetter(letter) {
  return letter.toLowerCase().toUpperCase().toLowerCase();
}
