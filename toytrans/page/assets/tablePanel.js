"use strict";
// The same map as text: for each word what it attends to, the largest weight first.

const LEAST_SHOWN = 0.05;

/** A row for each word: its probability, and the words that get at least 0.05 of its attention. */
function renderTable(app, panel) {
  const { map, kind, places, labels } = shownOf(app);
  const weights = map[kind].view(app.view);
  const claimed = app.claimed(map);
  const isWritten = kind !== "encoder"; // the words of the source have no probability
  const rows = places.rows.map((row) => {
    const strongest = places.columns.filter((column) => weights.row(row)[column] >= LEAST_SHOWN);
    strongest.sort((one, other) => weights.row(row)[other] - weights.row(row)[one]);
    const named = strongest.map((column) =>
      attended(labels.columns[column], weights.row(row)[column], claimed.has(String([row, column]))),
    );
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, word(labels.rows[row])),
      isWritten ? element("td", { class: "number" }, map.probabilities[row].toFixed(2)) : null,
      element("td", {}, named.length ? named : "no word with 0.05 or more"),
    );
  });
  const titles = [
    "Word",
    ...(isWritten ? ["Probability"] : []),
    app.state.kind === "cross" && !app.isOfPieces ? "Attends to (* a claimed link)" : "Attends to",
  ];
  const head = element(
    "tr",
    {},
    titles.map((title) => element("th", { scope: "col" }, title)),
  );
  panel.append(
    element(
      "div",
      { class: "scroll" },
      element("table", { class: "text-table" }, element("thead", {}, head), element("tbody", {}, rows)),
    ),
  );
}

function attended(label, weight, isClaimed) {
  return element("span", { class: "attended" }, word(label), ` ${weight.toFixed(2)}${isClaimed ? " *" : ""}`);
}
