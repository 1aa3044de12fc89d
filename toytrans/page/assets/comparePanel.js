"use strict";
// Two sentences, or the model with and without some heads, side by side; and what differs between their maps.

/** A form to change the sentence, both translations, both maps, and the difference where both have the same words. */
function renderCompare(app, panel) {
  if (!app.translator) return put(panel, element("p", {}, app.notReady));
  const [first, second, problem] = comparedMaps(app);
  const off = app.state.off ? `, without ${offName(app.state.off)}` : "";
  const sides = [
    comparedSide(app, first, second, "First: the sentence, with the whole model"),
    comparedSide(app, second, first, `Second: ${app.state.other ? "the changed sentence" : "the same sentence"}${off}`),
  ];
  put(
    panel,
    compareForm(app, first),
    problem ? element("p", { class: "warning", role: "alert" }, `${problem}.`) : null,
    app.state.prefix || app.map.isForced
      ? element("p", { class: "note" }, "Both are the model's own translations, whatever it was made to say.")
      : null,
    first.source === second.source && !app.state.off
      ? element("p", { class: "note" }, "Both sentences are still the same: change a word above, and press Enter.")
      : changesOf(app, first, second),
    element("div", { class: "side-by-side" }, sides),
    differenceOf(app, first, second),
  );
  return undefined;
}

/** The map of the sentence from the whole model, and that of the changed sentence with some heads switched off. */
function comparedMaps(app) {
  const { model } = app.translator;
  const text = app.map.source; // one sentence, also where several were typed
  const [changed, problem] = changedSentence(app);
  const how = { beamSize: app.state.beam };
  model.off = new Set();
  const first = app.translator.translateSentence(text, how);
  model.off = app.heads;
  const second = app.translator.translateSentence(changed || text, how);
  return [first.mergedToWords(), second.mergedToWords(), problem];
}

/** The sentence to compare with, empty if it is the same one; and what is wrong with what was typed. */
function changedSentence(app) {
  const { other } = app.state;
  if (!other) return ["", ""];
  const refusal = app.refusal(other);
  if (refusal) return ["", `Not compared: ${refusal}`];
  const [first, ...rest] = app.translator.tokenizer.reader.sentences(other, app.data.languages[0]);
  return [first, rest.length ? "Only the first of these sentences is compared" : ""];
}

function compareForm(app, first) {
  const field = element("input", {
    type: "text",
    id: "other",
    value: app.state.other || first.source,
    spellcheck: "false",
    autocomplete: "off",
  });
  const submit = (event) => {
    event.preventDefault();
    app.change({ other: field.value.trim() === first.source ? "" : field.value.trim() });
  };
  return element(
    "form",
    { class: "typing", onsubmit: submit },
    element(
      "label",
      { for: "other" },
      "Change a word here (heavy to tired), and compare. To compare with heads switched off, go to All heads.",
    ),
    element("div", { class: "typed-row" }, field, element("button", { type: "submit", class: "main" }, "Compare")),
  );
}

/** One translation and its map; words that the other one lacks are marked. */
function comparedSide(app, map, other, how) {
  const [own, others] = [mapLabels(map, "cross"), mapLabels(other, "cross")];
  const marked = (labels, otherLabels) => {
    const common = new Set(commonPlaces(labels, otherLabels).map(([place]) => place));
    const isWord = (label) => label !== END_TOKEN && label !== NULL_TOKEN;
    return labels.flatMap((label, place) =>
      isWord(label) ? [element(common.has(place) ? "span" : "mark", {}, word(label)), " "] : null,
    );
  };
  return element(
    "div",
    {},
    element("p", { class: "note" }, `${how}. Decoding: ${map.decoding}.`),
    element("p", { class: "compared" }, word(visible(`${map.source} → ${map.translation}`, 400))),
    map.readAs ? element("p", { class: "note" }, "read as: ", word(visible(map.readAs, 400))) : null,
    map.warnings.map((warning) => element("p", { class: "warning" }, `Warning: ${isolated(warning)}.`)),
    element("p", {}, marked(own.columns, others.columns)),
    element("p", {}, "→ ", marked(own.rows, others.rows)),
    plainGrid(app, map, how),
  );
}

/** A small heat map without a tab stop for each cell. */
function plainGrid(app, map, name) {
  const places = app.places(map, "cross");
  const { rows, columns } = mapLabels(map, "cross");
  const weights = map.cross.view(app.view);
  const cell = (t, s) =>
    element(
      "td",
      { class: `cell${depth(weights.row(t)[s])}`, style: { "--weight": weights.row(t)[s] } },
      shortWeight(weights.row(t)[s]),
    );
  return gridOf(
    places.rows.map((t) => rows[t]),
    places.columns.map((s) => columns[s]),
    (t, s) => cell(places.rows[t], places.columns[s]),
    name,
  );
}

function shortWeight(weight) {
  return weight >= 0.005 ? weight.toFixed(2).replace(/^0/, "") : null;
}

/** A table of cells with names for rows and columns, which scrolls where it is too wide. */
function gridOf(rows, columns, cell, name) {
  const head = element(
    "tr",
    {},
    element("td", {}),
    columns.map((label) => element("th", { scope: "col" }, word(label))),
  );
  const body = rows.map((label, t) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, word(label)),
      columns.map((_, s) => cell(t, s)),
    ),
  );
  const table = element("table", { class: "grid" }, element("thead", {}, head), element("tbody", {}, body));
  return element("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": name }, table);
}

/** The second map minus the first, for words that both have, and for those that took one another's place. */
function differenceOf(app, first, second) {
  const isWord = (ids) => (place) => ids[place] !== null;
  const [labels, others] = [mapLabels(first, "cross"), mapLabels(second, "cross")];
  const sources = (map, names) => names.columns.slice(0, map.sourceTokens.length);
  const rows = placesSideBySide(labels.rows, others.rows).filter(([t]) => isWord(first.targetWordIds)(t));
  const columns = placesSideBySide(sources(first, labels), sources(second, others)).filter(([s]) =>
    isWord(first.sourceWordIds)(s),
  );
  if (!rows.length || !columns.length) return element("p", {}, "The two have no word in common to compare.");
  const [one, two] = [first.cross.view(app.view), second.cross.view(app.view)];
  const named = (side) => (pair) => {
    const [before, after] = [labels[side][pair[0]], others[side][pair[1]]];
    return before === after ? before : `${before} → ${after}`;
  };
  const cell = (t, s) => {
    const difference = two.row(rows[t][1])[columns[s][1]] - one.row(rows[t][0])[columns[s][0]];
    const kind = difference < 0 ? "less" : "more";
    const text =
      Math.abs(difference) < 0.005 ? null : (difference < 0 ? "−" : "+") + Math.abs(difference).toFixed(2).slice(1);
    return element(
      "td",
      { class: `cell ${kind}${depth(Math.abs(difference))}`, style: { "--weight": Math.min(Math.abs(difference), 1) } },
      text,
    );
  };
  return element(
    "div",
    {},
    element("h2", {}, `The second map minus the first (cross-attention, ${app.viewName})`),
    gridOf(rows.map(named("rows")), columns.map(named("columns")), cell, "Difference"),
    element(
      "p",
      { class: "note" },
      "+ and orange: more attention in the second; − and blue: less. Words that one of the two lacks have no row.",
    ),
  );
}

/** A line for each word that became another one: what each was attending to, and how probable it was. */
function changesOf(app, first, second) {
  const [labels, others] = [mapLabels(first, "cross").rows, mapLabels(second, "cross").rows];
  const changed = placesSideBySide(labels, others).filter(([t, u]) => labels[t] !== others[u]);
  const told = (map, t) => {
    const { rows: names, columns } = mapLabels(map, "cross");
    const weights = [...map.cross.view(app.view).row(t)];
    const most = weights.indexOf(Math.max(...weights));
    const probability = map.probabilities[t].toFixed(2);
    return `${quoted(names[t])} (most attention on ${quoted(columns[most])}, ${weights[most].toFixed(2)}; probability ${probability})`;
  };
  if (first.translation === second.translation) return element("p", {}, "The translation is the same.");
  if (!changed.length) return element("p", {}, "Words came or went; none took the place of another.");
  return element(
    "ul",
    {},
    changed.map(([t, u]) => element("li", {}, `${told(first, t)} became ${told(second, u)}`)),
  );
}

/** Pairs of places: of equal words, and between these of different words that stand in the same place. */
function placesSideBySide(one, other) {
  const common = [[-1, -1], ...commonPlaces(one, other), [one.length, other.length]];
  return common.slice(1).flatMap(([i, j], number) => {
    const [before, beside] = common[number];
    const between = Math.min(i - before, j - beside) - 1;
    const changed = Array.from({ length: between }, (_, k) => [before + 1 + k, beside + 1 + k]);
    return i < one.length ? [...changed, [i, j]] : changed;
  });
}

/** The longest list of equal words that both have in the same order: pairs of places. */
function commonPlaces(one, other) {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array(other.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      lengths[i][j] = one[i] === other[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < one.length && j < other.length) {
    if (one[i] === other[j]) pairs.push([i++, j++]);
    else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
}
