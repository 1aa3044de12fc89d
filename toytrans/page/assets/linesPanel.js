"use strict";
// Words on both sides, and lines between them as thick as the weights. Bertviz made this picture known (Vig, 2019).

const LINE_HEIGHT = 36; // pixels a word
const [LINES_WIDTH, THICKEST, FAINTEST] = [100, 9, 0.02];

/** The sentence at the left, its translation at the right, and every weight of at least 0.02 as a line. */
function renderLines(app, panel) {
  const { map, kind, places, labels } = shownOf(app);
  const claimed = app.claimed(map);
  const weights = map[kind].view(app.view);
  const lines = places.rows.flatMap((row, t) =>
    places.columns.map((column, s) => ({ row, column, t, s, weight: weights.row(row)[column] })),
  );
  const height = LINE_HEIGHT * Math.max(places.rows.length, places.columns.length);
  const claims = kind === "cross" && !app.isOfPieces;
  const drawn = lines.filter(({ weight }) => weight >= FAINTEST).map((line) => lineOf(line, claimed, claims));
  const box = { viewBox: `0 0 ${LINES_WIDTH} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  const picture = element("svg", { class: "lines", height, ...box }, drawn);
  const left = sideOf("columns", SIDES[kind].columns, places.columns, labels.columns);
  const right = sideOf("rows", SIDES[kind].rows, places.rows, labels.rows);
  const figure = element("div", { class: "line-figure" }, left, picture, right);
  panel.append(figure, element("p", { class: "meaning", "aria-live": "polite" }, LINES_HINT));
  if (claims) panel.append(linesLegend());
  joinUp(app, figure, { map, kind, weights });
}

const LINES_HINT =
  "Point at a word, or go to it with Tab and the arrow keys, to see what it attends to. A click keeps it.";

/** What the two kinds of line mean. */
function linesLegend() {
  const sample = (state) =>
    element(
      "svg",
      { class: "sample", viewBox: "0 0 40 10", "aria-hidden": "true" },
      element("path", { class: `line${state}`, d: "M 0 5 H 40", style: { "stroke-width": "4px", "--strength": 1 } }),
    );
  return element(
    "p",
    { class: "note legend" },
    sample(" claimed"),
    "a link that this view claims ",
    sample(" unclaimed"),
    "attention too weak for a claim; the thicker, the more attention",
  );
}

const SIDES = {
  cross: { columns: "Source", rows: "Translation" },
  encoder: { columns: "is attended to", rows: "attends" },
  decoder: { columns: "read so far", rows: "is written" },
};

/** What all panels of a map begin with. */
function shownOf(app) {
  const { shown: map } = app;
  const { kind } = app.state;
  return { map, kind, places: app.places(map), labels: mapLabels(map, kind) };
}

function lineOf({ row, column, t, s, weight }, claimed, claims) {
  const [from, to] = [(s + 0.5) * LINE_HEIGHT, (t + 0.5) * LINE_HEIGHT];
  const path = `M 0 ${from} C ${LINES_WIDTH / 2} ${from}, ${LINES_WIDTH / 2} ${to}, ${LINES_WIDTH} ${to}`;
  const state = !claims ? "" : claimed.has(String([row, column])) ? " claimed" : " unclaimed";
  const name = `line${state}`;
  const style = { "stroke-width": `${Math.max(weight * THICKEST, 0.5)}px`, "--strength": 0.15 + 0.85 * weight };
  return element("path", { class: name, d: path, "data-row": row, "data-column": column, style });
}

/** One column of words; one of them is a tab stop, and the arrow keys go from word to word. */
function sideOf(side, title, places, labels) {
  const words = places.map((place, number) =>
    element(
      "li",
      {},
      element("button", { type: "button", "data-place": place, tabindex: number ? -1 : 0 }, word(labels[place])),
    ),
  );
  const list = element("ul", { class: `side ${side}`, "data-side": side, "aria-label": title }, words);
  return element("div", { class: "side-box" }, element("h2", {}, title), list);
}

/** Pointing at a word shows its lines, and says what they mean. */
function joinUp(app, figure, { map, kind, weights }) {
  const meaning = figure.nextElementSibling;
  const show = (side, place) => {
    const ofWord = (line) => Number(line.dataset[side === "rows" ? "row" : "column"]) === place;
    figure.classList.add("has-chosen");
    for (const line of figure.querySelectorAll(".line")) line.classList.toggle("chosen", ofWord(line));
    for (const button of figure.querySelectorAll("button")) {
      const isIt = button.closest("ul").dataset.side === side && Number(button.dataset.place) === place;
      button.classList.toggle("chosen", isIt);
    }
    const values = side === "rows" ? [...weights.row(place)] : rowsOf(weights).map((row) => row[place]);
    const most = values.indexOf(Math.max(...values));
    const [row, column] = side === "rows" ? [place, most] : [most, place];
    meaning.replaceChildren(app.cellMeaning(map, kind, app.view, row, column), side === "rows" ? needOf(app, row) : "");
  };
  const pinned = () => {
    const { row, column } = app.state;
    if (row !== null && weights.rows > row) show("rows", row);
    else if (column !== null && weights.columns > column) show("columns", column);
  };
  const showButton = ({ target, type }) => {
    const button = target.closest?.("button[data-place]");
    if (!button) return;
    const [side, place] = [button.closest("ul").dataset.side, Number(button.dataset.place)];
    if (type !== "pointerover") app.choose(side === "rows" ? place : null, side === "rows" ? null : place);
    show(side, place);
  };
  pinned();
  for (const event of ["pointerover", "focusin", "click"]) figure.addEventListener(event, showButton);
  figure.addEventListener("pointerleave", pinned);
  figure.addEventListener("keydown", (event) => {
    const buttons = [...(event.target.closest?.("ul")?.querySelectorAll("button") ?? [])];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) moveFocus(event, event.target, buttons[buttons.indexOf(event.target) + step]);
  });
}

function rowsOf(matrix) {
  return Array.from({ length: matrix.rows }, (_, row) => matrix.row(row));
}
