"use strict";
// What hiding each source word costs each target word.
// Mirrors toytrans/decoding/hiding.py (Li, Monroe and Jurafsky, 2016).

const LEAST_LOSS = 0.05; // nats: a word that loses less keeps 95 % of its probability
const MOST_HIDDEN_AT_ONCE = 40; // words; more take seconds, in which the page stands still
const HIDING =
  "How much log-probability (in nats) the word at the left loses when the source word above is hidden, and the model " +
  "is forced to say the same translation. Losing 0.7 nats halves the probability. Outlined: the word whose hiding " +
  "costs most.";

/** The losses as a grid, beside what the view attends to. */
function renderHidden(app, panel) {
  const map = app.computedMap();
  if (!map) return put(panel, element("p", {}, app.notReady));
  const number = placesOfWords(map.mergedToWords().sourceWordIds).length;
  if (number <= MOST_HIDDEN_AT_ONCE) return showHidden(app, panel, map);
  const measure = () => {
    panel.replaceChildren();
    showHidden(app, panel, map);
  };
  const button = element("button", { type: "button", class: "main", onclick: measure }, `Hide each of ${number} words`);
  return put(panel, element("p", {}, `${HIDING} For a sentence as long as this, that takes some seconds.`), button);
}

function showHidden(app, panel, map) {
  const words = map.mergedToWords();
  const { rows, columns } = mapLabels(words, "cross");
  const [targets, sources] = [placesOfWords(words.targetWordIds), placesOfWords(words.sourceWordIds)];
  const losses = hiddenWordLosses(app.translator.model, map);
  const scale = Math.max(1, ...losses.flat());
  const weights = words.cross.view(app.view);
  const disagree = targets.filter((t, number) => {
    const ofWord = losses[number];
    const most = Math.max(...ofWord);
    return most > LEAST_LOSS && ofWord.indexOf(most) !== strongestOf(weights.row(t), sources);
  });
  const names = disagree.map((t) => `“${rows[t]}”`).join(", ");
  put(
    panel,
    element("p", {}, HIDING),
    lossGrid(
      losses,
      targets.map((t) => rows[t]),
      sources.map((s) => columns[s]),
      scale,
    ),
    element(
      "p",
      { "aria-live": "polite" },
      `The strongest weight (${app.viewName}) is on the word whose hiding costs most${names ? `, but not for ${names}` : ""}.`,
    ),
    element(
      "p",
      { class: "note" },
      "Attention is not cause: it shows where the model read information, this grid what a word needs.",
    ),
  );
  return undefined;
}

function placesOfWords(wordIds) {
  return wordIds.map((_, place) => place).filter((place) => wordIds[place] !== null);
}

function strongestOf(row, places) {
  const values = places.map((place) => row[place]);
  return values.indexOf(Math.max(...values));
}

/** For each target word, what hiding each source word costs it, in nats; pieces of words are added. */
function hiddenWordLosses(model, map) {
  const sums = (hidden) => {
    const { logProbabilities } = forcedPass(model, map.sourceIds, map.targetIds, hidden);
    const ofWords = new Map();
    map.targetWordIds.forEach((number, t) => {
      if (number !== null) ofWords.set(number, (ofWords.get(number) ?? 0) + logProbabilities[t]);
    });
    return [...ofWords.values()];
  };
  const seen = sums([]);
  const words = [...new Set(map.sourceWordIds)].filter((number) => number !== null);
  const without = words.map((number) => sums(map.sourceWordIds.map((each) => each === number)));
  return seen.map((value, t) => without.map((each) => value - each[t]));
}

function lossGrid(losses, rows, columns, scale) {
  const head = element(
    "tr",
    {},
    element("td", {}),
    columns.map((label) => element("th", { scope: "col" }, word(label))),
  );
  const body = losses.map((ofWord, t) => {
    const most = Math.max(...ofWord);
    const cells = ofWord.map((loss, s) => {
      const isCause = loss === most && most > LEAST_LOSS;
      const look = {
        class: `cell loss${isCause ? " claimed" : ""}${depth(loss / scale)}`,
        style: { "--weight": Math.max(loss, 0) / scale },
      };
      return element("td", look, Math.abs(loss) < LEAST_LOSS ? null : loss.toFixed(1));
    });
    return element("tr", {}, element("th", { scope: "row" }, word(rows[t])), cells);
  });
  const table = element("table", { class: "grid" }, element("thead", {}, head), element("tbody", {}, body));
  return element(
    "div",
    { class: "scroll", role: "region", tabindex: 0, "aria-label": "What hiding a word costs" },
    table,
  );
}
