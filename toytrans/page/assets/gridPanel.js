"use strict";
// The heat map as a real grid: a cell for each weight, with its number, its name, and one tab stop for all of them.

const MOST_NUMBERS = 18; // with more columns there is no room for numbers in the cells

/** One view of attention as a grid. Rows attend, columns are attended to; a claimed link is outlined. */
function renderGrid(app, panel) {
  const { map, kind, places, labels } = shownOf(app);
  const claimed = app.claimed(map);
  const weights = map[kind].view(app.view);
  const nameOf = app.cellNamer(map, kind, app.view);
  const hasNumbers = places.columns.length <= MOST_NUMBERS;
  const head = element(
    "tr",
    {},
    element("td", {}),
    places.columns.map((s) => element("th", { scope: "col" }, word(labels.columns[s]))),
  );
  const body = places.rows.map((t) => {
    const cells = places.columns.map((s) => {
      const weight = weights.row(t)[s];
      const isClaimed = claimed.has(String([t, s]));
      const name = nameOf(t, s) + (isClaimed ? ", claimed" : "");
      const cell = { role: "gridcell", tabindex: -1, "data-row": t, "data-column": s, "aria-label": name };
      const look = { class: `cell${isClaimed ? " claimed" : ""}${depth(weight)}`, style: { "--weight": weight } };
      return element(
        "td",
        { ...cell, ...look },
        hasNumbers && weight >= 0.005 ? weight.toFixed(2).replace(/^0/, "") : null,
      );
    });
    return element("tr", {}, element("th", { scope: "row" }, word(labels.rows[t])), cells);
  });
  const title = `${KIND_NAMES[kind]}, ${app.viewName}`;
  const grid = element(
    "table",
    { class: `grid${hasNumbers ? "" : " narrow"}`, role: "grid", "aria-label": title },
    element("thead", {}, head),
    element("tbody", {}, body),
  );
  const sums =
    app.state.end || kind === "decoder"
      ? "a row sums to 1"
      : "a row sums to 1 with what is no word, such as the end mark, which is left out";
  const hint = `Each row is one word, and shows what it attended to; ${sums}. Point at a cell, or use the arrow keys.`;
  const meaning = element("p", { class: "meaning", "aria-live": "polite" }, hint);
  panel.append(element("div", { class: "scroll" }, grid), meaning);
  chooseCells(app, grid, (row, column) => meaning.replaceChildren(app.cellMeaning(map, kind, app.view, row, column)));
}

const KIND_NAMES = {
  cross: "Cross-attention",
  encoder: "Encoder self-attention",
  decoder: "Decoder self-attention",
};

/** Pointing at a cell chooses it, and so do the arrow keys; the choice stands in the address if it `isKept`. */
function chooseCells(app, grid, tell, isKept = true) {
  const cells = [...grid.querySelectorAll("[role=gridcell]")];
  const at = (row, column) =>
    cells.find((each) => Number(each.dataset.row) === row && Number(each.dataset.column) === column);
  const kept = isKept ? at(app.state.row, app.state.column) : undefined;
  const stop = kept ?? cells[0];
  if (!stop) return;
  stop.tabIndex = 0;
  let before = null;
  const choose = (cell) => {
    before?.classList.remove("chosen");
    cell.classList.add("chosen");
    before = cell;
    const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
    if (isKept) app.choose(row, column);
    tell(row, column);
  };
  if (kept) choose(kept);
  const chosen = (event) => {
    const cell = event.target.closest?.("[role=gridcell]");
    if (cell) choose(cell);
  };
  for (const event of ["pointerover", "focusin"]) grid.addEventListener(event, chosen);
  grid.addEventListener("keydown", (event) => {
    const cell = event.target;
    const line = [...cell.parentElement.querySelectorAll("[role=gridcell]")];
    const column = [...grid.querySelectorAll(`[data-column="${cell.dataset.column}"]`)];
    const next = {
      ArrowRight: line[line.indexOf(cell) + 1],
      ArrowLeft: line[line.indexOf(cell) - 1],
      ArrowDown: column[column.indexOf(cell) + 1],
      ArrowUp: column[column.indexOf(cell) - 1],
      Home: line[0],
      End: line.at(-1),
    }[event.key];
    moveFocus(event, cell, next);
  });
}
