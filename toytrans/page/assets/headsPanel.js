"use strict";
// Small maps of all heads of all layers. One click enlarges a head; the cell pointed at is marked in all of them.

/** A small map for each head, with its error rate; and for each layer's mean, and the mean of all. */
function renderHeads(app, panel) {
  const { map, kind, places, labels } = shownOf(app);
  const { numLayers, numHeads } = app.data;
  const layers = Array.from({ length: numLayers }, (_, number) => number + 1);
  const heads = [null, ...Array.from({ length: numHeads }, (_, number) => number + 1)];
  const views = layers.map((layer) => heads.map((head) => ({ layer, head })));
  const rows = views.map((ofLayer) =>
    element(
      "div",
      { class: "heads-row" },
      ofLayer.map((view) => smallMap(app, map, kind, places, view)),
    ),
  );
  const hint =
    "Point at a cell, or use the arrow keys on a head, to mark the cell in every head. " +
    "Click a head, or press Enter on it, to enlarge it.";
  const meaning = element("p", { class: "meaning", "aria-live": "polite" }, hint);
  const all = element("div", { class: "heads" }, rows);
  put(panel, element("p", { class: "note" }, kind === "cross" ? CARDS_OF_CROSS : CARDS), all, meaning);
  if (kind === "cross") put(panel, scoreboard(app));
  markEverywhere(all, places, (t, s) => {
    const [row, column] = [places.rows[t], places.columns[s]];
    for (const button of all.querySelectorAll("button")) {
      const view = { layer: Number(button.dataset.layer), head: Number(button.dataset.head) || null };
      button.querySelector(".value").textContent = map[kind].view(view).row(row)[column].toFixed(2);
    }
    meaning.replaceChildren(
      `${quoted(labels.rows[row])} attends to ${quoted(labels.columns[column])}: ${weightsOf(all)}`,
    );
  });
}

const CARDS =
  "Each card is one head: rows attend, columns are attended to, the darker the more. Under it: where most of its attention is in this sentence.";
const CARDS_OF_CROSS =
  `${CARDS} Linked words are those that the view of the first picture claims. The error rate was measured on validation: how many links it claims wrongly or misses ` +
  "(alignment error rate; 0 is the best).";

function smallMap(app, map, kind, places, view) {
  const name = view.head === null ? `layer ${view.layer}, mean` : `layer ${view.layer}, head ${view.head}`;
  const isOff = app.isOff(kind, view);
  const isShown = app.state.layer === view.layer && app.state.head === view.head;
  const score = kind === "cross" ? app.scoreOf(view) : undefined;
  const lowest = Math.min(...app.data.viewScores.filter((each) => each.head).map(({ aer }) => aer));
  const isBest = score && view.head && score.aer === lowest;
  const error = score ? `error rate ${score.aer.toFixed(2)}` : "";
  const open = () => app.change({ ...view, panel: "grid" });
  const id = `head-${view.layer}-${view.head ?? 0}`;
  const about = { type: "button", id, "data-layer": view.layer, "data-head": view.head ?? 0, onclick: open };
  const button = element(
    "button",
    { ...about, class: `small-map${isShown ? " shown" : ""}${isOff ? " off" : ""}` },
    element("span", { class: "name" }, name),
    smallPicture(map[kind].view(view), places),
    element("span", { class: "value", "aria-hidden": "true" }, "\u00a0"),
    kind === "cross" ? element("span", { class: "error" }, error || "\u00a0") : null,
    isBest ? element("strong", { class: "error" }, "the best head") : null,
    element("span", { class: "error" }, habitOf(map, kind, view, app)),
  );
  if (!app.translator) return element("div", {}, button);
  const off = tick("switch off", isOff, (isTicked) => app.switchHead(kind, view, isTicked));
  off.firstChild.setAttribute("aria-label", `switch off ${name}`);
  off.firstChild.id = `off-${view.layer}-${view.head ?? 0}`;
  return element("div", {}, button, off);
}

/** The weights as squares: the darker, the larger. */
function smallPicture(weights, places) {
  const squares = places.rows.flatMap((row, t) =>
    places.columns.map((column, s) => {
      const weight = weights.row(row)[column];
      if (weight < 0.02) return null;
      return element("rect", { x: s, y: t, width: 1, height: 1, class: "square", style: { "--weight": weight } });
    }),
  );
  const [width, height] = [places.columns.length, places.rows.length];
  const mark = element("rect", { class: "mark", width: 1, height: 1, x: -2, y: -2 });
  return element("svg", { class: "small", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, squares, mark);
}

/** The weights that stand under the heads, for whoever does not see them. */
function weightsOf(all) {
  const named = [...all.querySelectorAll("button")].map(
    (button) => `${button.querySelector(".name").textContent} ${button.querySelector(".value").textContent}`,
  );
  return `${named.join("; ")}.`;
}

/** Marks the cell that is pointed at in all heads; on a head, the arrow keys go from cell to cell. */
function markEverywhere(all, places, tell) {
  let at = null;
  const mark = (t, s) => {
    if (places.rows[t] === undefined || places.columns[s] === undefined) return;
    at = [t, s];
    for (const each of all.querySelectorAll(".mark")) {
      each.setAttribute("x", s);
      each.setAttribute("y", t);
    }
    tell(t, s);
  };
  all.addEventListener("pointermove", (event) => {
    const picture = event.target.closest?.("svg.small");
    if (!picture) return;
    const box = picture.getBoundingClientRect();
    const s = Math.floor(((event.clientX - box.left) / box.width) * places.columns.length);
    const t = Math.floor(((event.clientY - box.top) / box.height) * places.rows.length);
    mark(t, s);
  });
  all.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!step || !event.target.matches(".small-map")) return;
    event.preventDefault();
    if (at) mark(at[0] + step[0], at[1] + step[1]);
    else mark(0, 0);
  });
}

/** How often the claims of each view were right on validation, the lowest error rate first; null if not measured. */
function scoreboard(app) {
  const scores = [...app.data.viewScores].sort((one, other) => one.aer - other.aer);
  if (!scores.length) return null;
  const { numLayers, numHeads } = app.data;
  const rows = scores.map((score) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, viewName(score, numLayers, numHeads)),
      [score.threshold.toFixed(2), percent(score.precision), percent(score.recall), score.aer.toFixed(3)].map((text) =>
        element("td", { class: "number" }, text),
      ),
    ),
  );
  const titles = ["View", "Threshold", "Precision", "Recall", "Error rate"];
  const head = element(
    "thead",
    {},
    element(
      "tr",
      {},
      titles.map((title) => element("th", { scope: "col" }, title)),
    ),
  );
  const table = element("table", { class: "text-table" }, head, element("tbody", {}, rows));
  const title = element("h2", {}, "Scoreboard: how right the claims of each view were on validation");
  return element("div", {}, title, element("div", { class: "scroll" }, table));
}
