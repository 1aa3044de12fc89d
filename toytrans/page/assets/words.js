"use strict";
// Splits sentences into words, and joins words into sentences. Mirrors toytrans/text/words.py.

const LETTERS = String.raw`\p{L}\p{M}\p{N}_\u180e\u200c\u200d`; // letters and digits, the marks on them, joiners
const W = `[${LETTERS}]`;
const ADDRESS = String.raw`(?:https?://|www\.)\S*[${LETTERS}/]|[${LETTERS}.+\-]{1,64}@[${LETTERS}\-]+(?:\.[${LETTERS}\-]+)+`;
const INITIALS = String.raw`(?:\p{L}\p{M}*\.){2,}`; // U.S.  a.m.
const NUMBER = String.raw`\p{N}+(?:[.,:/]\p{N}+)+${W}*`; // 3.5  1,000  8:30  3.5kg
const MARK = String.raw`\.{2,}|[?!]+|-{2,}`; // any other sign stands alone: see wordSpans

// Marks without a space on one side. Wide marks contain their own space: 你好，世界。 Unicode's East Asian Width W and F.
const WIDE = String.raw`[\u{2329}-\u{232a}\u{3001}-\u{3003}\u{3008}-\u{3011}\u{3014}-\u{301f}\u{3030}\u{303d}\u{30a0}\u{30fb}\u{fe10}-\u{fe19}\u{fe30}-\u{fe52}\u{fe54}-\u{fe61}\u{fe63}\u{fe68}\u{fe6a}-\u{fe6b}\u{ff01}-\u{ff03}\u{ff05}-\u{ff0a}\u{ff0c}-\u{ff0f}\u{ff1a}-\u{ff1b}\u{ff1f}-\u{ff20}\u{ff3b}-\u{ff3d}\u{ff3f}\u{ff5b}\u{ff5d}\u{ff5f}-\u{ff60}\u{16fe2}]`;
const CLOSING = String.raw`[\p{Terminal_Punctuation}\p{Pe}\p{Pf}…%/]`;
const OPENING = String.raw`[\p{Ps}\p{Pi}¿¡/#@]`;
const ENGLISH_CLITIC = `'(?:s|re|ve|ll|d|m)(?!${W})`;

/** How one language is split into words, and which words have no space on their left or right. */
const RULES = {
  en: rulesOf(
    [
      ADDRESS,
      INITIALS,
      `${W}+?(?=n't(?!${W}))|n't(?!${W})`, // do n't
      ENGLISH_CLITIC, // boy 's
      `(?:${NUMBER}|${W}+)(?:(?:[\\-&]|(?!${ENGLISH_CLITIC})')${W}+)*`, // cat  well-known  o'clock  AT&T
      MARK,
    ],
    [`${CLOSING}+`, "n't", ENGLISH_CLITIC, WIDE],
    [OPENING, String.raw`\p{Sc}`, WIDE], // $5
    "i",
  ),
  fr: rulesOf(
    [
      ADDRESS,
      INITIALS,
      `(?:${NUMBER}|aujourd'hui(?!${W})|${W}+)(?:[\\-&]${W}+)*(?:'(?=[«“]|"?${W}))?`, // chat  a-t-il  s' est
      MARK,
    ],
    [`(?:(?![?!;:%»›])${CLOSING})+`, WIDE], // French puts a space before ? ! ; : % and inside « »
    [`(?![«‹])${OPENING}`, `.*${W}'`, WIDE],
    "i",
  ),
};
const PLAIN_RULES = rulesOf(
  [ADDRESS, INITIALS, `(?:${NUMBER}|${W}+)(?:['&·״\\-]${W}+)*`, MARK],
  [`${CLOSING}+`, WIDE],
  [OPENING, WIDE],
  "",
);
const ONE_SIDED = /^["'#@\p{Pi}\p{Pf}\p{Sc}]$/u; // 'no'  „nein“  C#
const ENDS_IN_DIGIT = new RegExp(`${DIGIT}$`, "u");
const GRAPHEMES = new Intl.Segmenter();

function rulesOf(word, leansLeft, leansRight, flags) {
  const whole = (patterns, withFlags) => new RegExp(`^(?:${patterns.join("|")})$`, `u${withFlags}`);
  return {
    word: new RegExp(word.join("|"), `yu${flags}`),
    leansLeft: whole(leansLeft, flags),
    leansRight: whole(leansRight, ""),
  };
}

/** The start and end of each word, without normalizing the text. Only white space lies outside the spans. */
function wordSpans(text, language) {
  const { word: pattern } = RULES[language] ?? PLAIN_RULES;
  const isSpace = new RegExp(`[${SPACE}]`, "u");
  const spans = [];
  let place = 0;
  while (place < text.length) {
    pattern.lastIndex = place;
    const match = pattern.exec(text);
    if (match && match[0]) {
      spans.push([place, place + match[0].length]);
      place += match[0].length;
    } else {
      const [{ segment: sign }] = GRAPHEMES.segment(text.slice(place, place + 100)); // ,  €  👩‍🚀
      if (!isSpace.test(sign[0])) spans.push([place, place + sign.length]);
      place += sign.length;
    }
  }
  return spans;
}

/** The words of the normalized text, each with whether white space comes before it. */
function splitSpaced(text, language) {
  return splitSpaces(normalize(text)).flatMap((chunk) =>
    wordSpans(chunk, language).map(([begin, end]) => ({ text: chunk.slice(begin, end), spaced: begin === 0 })),
  );
}

/** The words of the normalized text. Languages other than English and French use general rules. */
function splitWords(text, language) {
  return splitSpaced(text, language).map((each) => each.text);
}

/** The words, with a mark before each whose spacing is not natural: `▁` for a space, `￭` for none. */
function markSpacing(words, language) {
  const natural = spacesOf(
    words.map((each) => each.text),
    words.map((each) => each.spaced),
    language,
  );
  return words.map(({ text, spaced }, number) => {
    if (spaced === natural[number].isNatural) return text;
    return `${spaced ? WORD_START : GLUE_MARK}${text}`;
  });
}

/** The word without the mark of `markSpacing`. */
function unmarked(marked) {
  return marked.startsWith(WORD_START) || marked.startsWith(GLUE_MARK) ? marked.slice(1) : marked;
}

/** The sentence in natural spelling; a mark of `markSpacing` on a word decides instead. */
function joinWords(words, language) {
  const plain = words.map(unmarked);
  const told = words.map((each) => ({ [WORD_START]: true, [GLUE_MARK]: false })[each[0]]);
  const spaces = spacesOf(plain, told, language);
  const text = plain.map((each, number) => (spaces[number].spaced ? ` ${each}` : each)).join("");
  return text.startsWith(" ") ? text.slice(1) : text;
}

/** For each word, whether a space before it is natural, and whether there is one: as `told`, by default natural. */
function spacesOf(words, told, language) {
  let [last, isGlued] = ["", false];
  const openQuotes = new Set();
  return words.map((each, number) => {
    let { leansLeft, leansRight } = leaningsOf(each, language);
    if (each === '"' || each === "'") {
      // The second straight quote closes; ' after an s is a plural possessive.
      leansLeft = openQuotes.has(each) || (each === "'" && last.endsWith("s"));
      leansRight = !leansLeft;
    } else if (ENDS_IN_DIGIT.test(last) && /^\p{Sc}$/u.test(each)) leansRight = false; // 5 € each, but €5
    const isNatural = number === 0 || !(isGlued || leansLeft);
    const spaced = told[number] ?? isNatural;
    if (ONE_SIDED.test(each) && spaced !== isNatural) leansRight = spaced; // it has its other role
    if (each === '"' || each === "'") openQuotes[leansRight ? "add" : "delete"](each);
    [last, isGlued] = [each, leansRight];
    return { isNatural, spaced };
  });
}

/** Whether a word attaches to its left neighbour, and to its right one. */
function leaningsOf(each, language) {
  const rules = RULES[language] ?? PLAIN_RULES;
  return { leansLeft: rules.leansLeft.test(each), leansRight: rules.leansRight.test(each) };
}
