"use strict";
// What hiding each source word costs each target word.
// Mirrors toytrans/decoding/hiding.py (Li, Monroe and Jurafsky, 2016).

const LEAST_LOSS = 0.05; // nats: a word that loses less keeps 95 % of its probability
const MOST_HIDDEN_AT_ONCE = 40; // words; more take seconds, in which the page stands still
const MOST_HIDDEN_UNASKED = 20; // words: up to this many, what a word needs is said wherever one points at it
const HIDING =
  "What a word needs: each source word is hidden in turn, while the model is forced to say the same translation. " +
  "A cell shows how much less probable its row's word becomes (in nats of log-probability: 0.7 halves the " +
  "probability, 2.3 leaves a tenth). Blue, below zero: it becomes more probable. " +
  "Outlined: the word whose hiding costs most.";

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
  const losses = app.hiddenLosses();
  const scale = Math.max(1, ...losses.flat().map(Math.abs));
  const weights = words.cross.view(app.view);
  const disagree = targets.filter((t, number) => {
    const ofWord = losses[number];
    const most = Math.max(...ofWord);
    return most > LEAST_LOSS && ofWord.indexOf(most) !== strongestOf(weights.row(t), sources);
  });
  const names = disagree.map((t) => quoted(rows[t])).join(", ");
  const meaning = element("p", { class: "meaning", "aria-live": "polite" }, GRID_HINT_HIDDEN);
  const cells = { losses, scale, rows: targets, columns: sources, names: { rows, columns } };
  const grid = lossGrid(cells);
  put(
    panel,
    element("p", {}, HIDING),
    element("div", { class: "scroll" }, grid),
    meaning,
    element(
      "p",
      {},
      names
        ? `Attention (${app.viewName}) is strongest on the word that is needed most, except for ${names}. `
        : `Attention (${app.viewName}) is strongest on the word that is needed most, for every word. `,
      "Attention is not cause: it shows where the model read information, this grid what a word needs.",
    ),
    element("p", { class: "note" }, "This grid is the same for every view, and has words only, no end mark."),
  );
  const tell = (row, column) => {
    const loss = losses[targets.indexOf(row)][sources.indexOf(column)];
    meaning.replaceChildren(`Without ${quoted(columns[column])}, ${quoted(rows[row])} is ${lessLikely(loss)}.`);
  };
  chooseCells(app, grid, tell, !app.isOfPieces); // the address may name a piece
  return undefined;
}

const GRID_HINT_HIDDEN = "Point at a cell, or use the arrow keys.";

/** `27 times less likely`, `hardly less likely`, or `1.2 times more likely`. */
function lessLikely(loss) {
  if (Math.abs(loss) < LEAST_LOSS) return "about as likely";
  const times = Math.exp(Math.abs(loss));
  const shown = times >= 10 ? Math.round(times).toLocaleString("en") : times.toFixed(1);
  return `${shown} times ${loss < 0 ? "more" : "less"} likely`;
}

/** In words, which source word a word of the translation needs most; empty where that is not known. */
function needOf(app, row) {
  const { state, translator, shown } = app;
  const sources = placesOfWords(shown.sourceWordIds);
  if (!translator || state.kind !== "cross" || state.unit !== "words" || sources.length > MOST_HIDDEN_UNASKED)
    return "";
  const number = placesOfWords(shown.targetWordIds).indexOf(row);
  if (number < 0) return "";
  if (!app.computedMap()) return "";
  const ofWord = app.hiddenLosses()[number];
  const most = Math.max(...ofWord);
  const { rows, columns } = mapLabels(shown, "cross");
  if (most < LEAST_LOSS) return ` Hiding any one word hardly changes ${quoted(rows[row])}.`;
  const needed = columns[sources[ofWord.indexOf(most)]];
  return ` It needs ${quoted(needed)} most: with that word hidden, it is ${lessLikely(most)} (Hidden words).`;
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

function lossGrid({ losses, scale, rows, columns, names }) {
  const head = element(
    "tr",
    {},
    element("td", {}),
    columns.map((s) => element("th", { scope: "col" }, word(names.columns[s]))),
  );
  const body = losses.map((ofWord, number) => {
    const [most, t] = [Math.max(...ofWord), rows[number]];
    const cells = ofWord.map((loss, place) => {
      const isCause = loss === most && most > LEAST_LOSS;
      const s = columns[place];
      const name = `${names.rows[t]} without ${names.columns[s]}, ${loss.toFixed(1)} nats${isCause ? ", the most" : ""}`;
      const cell = { role: "gridcell", tabindex: -1, "data-row": t, "data-column": s, "aria-label": name };
      const look = {
        class: `cell ${loss < 0 ? "less" : "loss"}${isCause ? " claimed" : ""}${depth(Math.abs(loss) / scale)}`,
        style: { "--weight": Math.abs(loss) / scale },
      };
      const text = Math.abs(loss) < LEAST_LOSS ? null : loss.toFixed(1).replace("-", "−");
      return element("td", { ...cell, ...look }, text);
    });
    return element("tr", {}, element("th", { scope: "row" }, word(names.rows[t])), cells);
  });
  const about = { class: "grid", role: "grid", "aria-label": "What hiding a word costs" };
  return element("table", about, element("thead", {}, head), element("tbody", {}, body));
}
