"use strict";
// Inside a head: the numbers of one row, from the query to the weighted sum (Vaswani et al., 2017, equation 1).

/** For one row of one head: query, keys, scores, scores over the root of d_k, softmax, values and their weighted sum. */
function renderInside(app, panel) {
  const map = app.computedMap();
  if (!map) return put(panel, element("p", {}, app.notReady));
  const { kind } = app.state;
  const layer = app.state.layer ?? 1;
  const head = app.state.head ?? 1;
  const { rows, columns } = mapLabels(map, kind);
  const row = Math.min(app.state.token ?? app.tokenOf(app.state.row ?? 0), rows.length - 1);
  const seen = insideHead(app.translator.model, map, kind, layer, head, row);
  const names = seen.numNull ? [NULL_TOKEN, ...columns.slice(0, -1)] : columns;
  const options = rows.map((label, number) => ({ value: String(number), text: label }));
  const isMean = app.state.layer === null || app.state.head === null;
  put(
    panel,
    element(
      "p",
      { class: "row" },
      choice(
        `The ${app.hasPieces ? "piece" : "word"} that ${kind === "encoder" ? "attends" : "is predicted"}`,
        options,
        String(row),
        (value) => app.change({ token: Number(value) }),
      ),
    ),
    isMean
      ? element(
          "p",
          { class: "note" },
          `A mean of heads has no numbers of its own: this is layer ${layer}, head ${head}.`,
        )
      : null,
    element(
      "h2",
      {},
      kind === "encoder"
        ? `1. The query of ${quoted(rows[row])} meets the key of each token`
        : `1. The query that leads to ${quoted(rows[row])} meets the key of each token`,
    ),
    element("p", {}, `Each score is a dot product of ${seen.width} numbers. ${scaling(seen.width)}`),
    scoresTable(seen, names, rows[row]),
    element("h2", {}, "2. The values, each times its weight, are added"),
    element(
      "p",
      {},
      app.isOff(kind, { layer, head })
        ? "This head is switched off: it passes on zeros in place of this weighted sum."
        : "The weighted sum is what this head passes on, to be added to the token's vector.",
    ),
    valuesTable(seen, names),
  );
  return undefined;
}

/** A number with so many digits, never a minus zero. */
function numberText(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

function scaling(width) {
  const root = `√${width} = ${Math.sqrt(width).toFixed(3)}`;
  return `Divided by ${root} and put through softmax, the scores become weights that sum to 1.`;
}

/** The numbers of one row, from a pass of the model that is watched. */
function insideHead(model, map, kind, layer, head, row) {
  let found = null;
  model.watch = (attention) => {
    if (attention.kind === kind && attention.layer === layer) found = attention;
  };
  forcedPass(model, map.sourceIds, map.targetIds);
  model.watch = null;
  const width = model.config.d_model / model.config.num_heads;
  const sliceOf = (matrix, number) => [...matrix.row(number).subarray((head - 1) * width, head * width)];
  const query = sliceOf(found.queries, row);
  const visibleKeys = kind === "decoder" ? row + 1 : found.keys.rows;
  const keys = Array.from({ length: visibleKeys }, (_, s) => sliceOf(found.keys, s));
  const values = Array.from({ length: visibleKeys }, (_, s) => sliceOf(found.values, s));
  const scores = keys.map((key) => dot(query, 0, key, 0, width));
  const scaled = scores.map((each) => each / Math.sqrt(width));
  const weights = [...softmax(Float64Array.from(scaled))];
  const sum = query.map((_, k) => weights.reduce((total, weight, s) => total + weight * values[s][k], 0));
  const numNull = kind === "cross" ? model.config.null_positions : 0;
  return { width, query, keys, values, scores, scaled, weights, sum, numNull };
}

function scoresTable({ query, keys, scores, scaled, weights }, names, name) {
  const numbersOf = (vector) => vector.map((value) => element("td", { class: "number" }, numberText(value, 2)));
  const blank = ["", "", ""].map(() => element("td", {}));
  const asked = element(
    "tr",
    { class: "query" },
    element("th", { scope: "row" }, "query: ", word(name)),
    blank,
    numbersOf(query),
  );
  const rows = keys.map((key, s) => {
    const three = [numberText(scores[s], 3), numberText(scaled[s], 3), weights[s].toFixed(4)];
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, "key of ", word(names[s])),
      three.map((text) => element("td", { class: "number" }, text)),
      numbersOf(key),
    );
  });
  const titles = ["Vector", "query · key", "÷ √d_k", "softmax: weight", ...query.map((_, k) => String(k + 1))];
  return numbersTable("Scores and weights", titles, [asked, ...rows]);
}

function valuesTable({ values, weights, sum }, names) {
  const numbersOf = (vector) => vector.map((value) => element("td", { class: "number" }, numberText(value, 2)));
  const rows = values.map((value, s) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, "value of ", word(names[s])),
      element("td", { class: "number" }, weights[s].toFixed(4)),
      numbersOf(value),
    ),
  );
  const total = element(
    "tr",
    { class: "query" },
    element("th", { scope: "row" }, "weighted sum"),
    element("td", { class: "number" }, "1"),
    numbersOf(sum),
  );
  return numbersTable(
    "Values and their weighted sum",
    ["Vector", "weight", ...sum.map((_, k) => String(k + 1))],
    [...rows, total],
  );
}

function numbersTable(name, titles, rows) {
  const head = element(
    "tr",
    {},
    titles.map((title) => element("th", { scope: "col" }, title)),
  );
  const table = element(
    "table",
    { class: "text-table numbers" },
    element("thead", {}, head),
    element("tbody", {}, rows),
  );
  return element("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": name }, table);
}
