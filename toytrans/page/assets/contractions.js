"use strict";
// English contractions, expanded: `do n't` to `do not`, `it 's` to `it is`. Mirrors toytrans/text/contractions.py.

const HOSTS = new Map([
  ["ca", "can"],
  ["wo", "will"],
  ["sha", "shall"],
]); // words that change their form before n't
const CLITICS = new Map([
  ["'m", "am"],
  ["'re", "are"],
  ["'ll", "will"],
  ["'ve", "have"],
]);
const WITHOUT_APOSTROPHE = withoutApostrophe();
const TYPED_AS_ONE = new Set([...WITHOUT_APOSTROPHE.keys(), "cannot", "its", "lets"]);
const TAKES_IS = wordSet("it he she that this there here where who what how when why everything everyone");
const NEVER_OWNED = wordSet(
  "a an the my your his her our their its this that these those not never always very too so still also here there " +
    "in on at under over near behind between from with without of to by for going",
);
const JOINS = wordSet("and but or because so while when now today again");
const MADE_WITH_HAVE = wordSet("been got had");

/** Contractions typed without an apostrophe. `its ill well were id` are left out: they are words of their own. */
function withoutApostrophe() {
  const auxiliaries = "do does did is are was were has have had could would should must need";
  const others =
    "cant:can not,wont:will not,im:I am,ive:I have,youre:you are,youve:you have,youll:you will,theyre:they are," +
    "theyve:they have,theyll:they will,weve:we have,thats:that is,whats:what is,wheres:where is,theres:there is," +
    "heres:here is";
  const found = new Map(auxiliaries.split(" ").map((each) => [`${each}nt`, [each, "not"]]));
  for (const [short, long] of others.split(",").map((each) => each.split(":"))) found.set(short, long.split(" "));
  return found;
}

/** Expands each contraction; also returns whether each word keeps its place. */
function expand(words, known, predicates) {
  let keepsPlaces = true;
  if (known.has("cannot")) [words, keepsPlaces] = oneCannot(words);
  const isUsual = !words.some((each) => each.includes("'") || TYPED_AS_ONE.has(each.toLowerCase()));
  if (isUsual) return [[...words], keepsPlaces];
  const expanded = [];
  words.forEach((each, place) => {
    const after = words.slice(place + 1, place + 3);
    const writtenOut = unjoined(each.toLowerCase(), place, after, known);
    if (writtenOut.length) keepsPlaces = false;
    if (writtenOut.length) expanded.push(...writtenOut);
    else addExpanded(expanded, each, after, predicates);
  });
  if (expanded.length > 2 && words[1].toLowerCase() === "n't" && SUBJECTS.has(expanded[2].toLowerCase())) {
    expanded.splice(1, 2, expanded[2], expanded[1]); // is n't he = is he not
    keepsPlaces = false;
  }
  return [expanded, keepsPlaces];
}

/** Joins `can not` and `ca n't` to `cannot`; also returns whether each word keeps its place. */
function oneCannot(words) {
  const lower = words.map((each) => each.toLowerCase());
  const isPair = (place) => ["can not", "ca n't"].includes(`${lower[place]} ${lower[place + 1]}`);
  const places = words.map((_, place) => place).filter(isPair);
  if (!places.length) return [words, true];
  const kept = words.filter((_, place) => !places.includes(place - 1));
  places.forEach((place, number) => (kept[place - number] = "cannot"));
  return [kept, false];
}

/** The two words that were typed as one, or an empty list. */
function unjoined(typed, place, after, known) {
  if (typed === "cannot" && !known.has(typed)) return ["can", "not"];
  const each = typed.endsWith("'nt") ? `${typed.slice(0, -3)}nt` : typed; // did'nt
  if (each === "its" && after.length && NEVER_OWNED.has(after[0])) return ["it", "is"];
  if (each === "lets" && place === 0) return ["let", "us"];
  return known.has(each) ? [] : (WITHOUT_APOSTROPHE.get(each) ?? []);
}

/** Appends a word, expanded if it is a clitic; the word before it may change too (`ca n't`, `i 'm`). */
function addExpanded(expanded, each, after, predicates) {
  const [clitic, host] = [each.toLowerCase(), (expanded.at(-1) ?? "").toLowerCase()];
  if (!/\p{L}$/u.test(host)) expanded.push(each);
  else if (clitic === "n't" && host !== "ai") {
    expanded[expanded.length - 1] = HOSTS.get(host) ?? host;
    expanded.push("not");
  } else if (CLITICS.has(clitic)) expanded.push(CLITICS.get(clitic));
  else if (clitic === "'d") expanded.push(after[0] === "better" ? "had" : "would");
  else if (clitic === "'s") expanded.push(readS(host, after, predicates));
  else expanded.push(each);
  if (host === "i" && expanded.at(-1) !== each) expanded[expanded.length - 2] = "I";
}

/** What `'s` means after `host`: `is`, `has`, `us`, or a possessive, which stays `'s`. */
function readS(host, after, predicates) {
  if (host === "let") return "us";
  const following = (after[0] ?? "").toLowerCase();
  const isLast = after.length === 1 || (after.length > 1 && (!startsWithLetter(after[1]) || JOINS.has(after[1])));
  const saysHow = isLast && predicates.includes(after[0]);
  if (TAKES_IS.has(host) || NEVER_OWNED.has(following) || saysHow || isVerbInIng(after)) {
    return MADE_WITH_HAVE.has(following) ? "has" : "is";
  }
  return "'s";
}

/** Whether a word like `sleeping` follows, with no noun after it that it could describe. */
function isVerbInIng(after) {
  if (!after.length || !after[0].endsWith("ing")) return false;
  return after.length === 1 || !startsWithLetter(after[1]) || NEVER_OWNED.has(after[1]);
}

function startsWithLetter(each) {
  return /^[\p{L}\p{N}]/u.test(each);
}
