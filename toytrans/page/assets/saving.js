"use strict";
// Saves what is shown as a picture, SVG or PNG, with its caption; and the address of this view, to send it.

const [CELL, MARGIN, LINE] = [44, 20, 18];
const NARROWEST = 760; // pixels of a picture
const LETTER = 7; // pixels of a letter of a caption, about
const [PICTURE_BLUE, PICTURE_ORANGE, PICTURE_INK] = ["#0b4f9e", "#b34700", "#1b1f24"];

const READ_LINES = "Right: what attends; left: what is attended to.";
const READ_GRID = "Row: what attends; column: what is attended to.";

/** Buttons to save the map that is shown, and to copy its address. */
function renderSaving(app, place) {
  const note = element("span", { class: "note", role: "status" });
  const button = (id, text, act) => element("button", { type: "button", id, onclick: act }, text);
  const isFile = location.protocol === "file:";
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      note.textContent = isFile
        ? "Copied. It opens this view on this computer. For somebody else: send this file too; they open it, and put the " +
          "end of the address, from # on, behind its address."
        : "Copied. Whoever opens it sees this view.";
    } catch {
      note.textContent = "Copy the address of this page from the browser's address bar: it names this view.";
    }
  };
  const saveSvg = () => saveFile(`${pictureName(app)}.svg`, new Blob([pictureText(app)], { type: "image/svg+xml" }));
  put(
    place,
    button("save-svg", "Save as SVG", saveSvg),
    button("save-png", "Save as PNG", () => savePng(app)),
    isFrame() ? null : button("copy-address", "Copy the address of this view", copy),
    note,
  );
}

/** In a notebook the page is a frame, which has no address of its own. */
function isFrame() {
  return location.protocol === "about:";
}

function pictureName(app) {
  const { layer, head } = app.view;
  const view = layer === null ? "mean" : `layer${layer}${head === null ? "" : `-head${head}`}`;
  const panel = app.panel.name === "grid" ? "" : `${app.panel.name}-`;
  return `${panel}${app.state.kind}-${view}`;
}

/** What is shown, as an SVG of its own, light, with a caption. */
function pictureText(app) {
  const { name } = app.panel;
  const { drawn, caption } = PICTURES[name] ? PICTURES[name](app) : tablesPicture(app);
  const width = Math.max(drawn.width, NARROWEST);
  const wrapped = caption.flatMap((text) => wrappedAt(text, (width - 2 * MARGIN) / LETTER));
  const height = drawn.height + LINE * wrapped.length + 2 * MARGIN;
  const lines = wrapped.map((text, number) =>
    pictureLabel(text, MARGIN, drawn.height + MARGIN + LINE * number, "start", 13),
  );
  const paper = element("rect", { width, height, fill: "#ffffff" });
  const svg = element(
    "svg",
    { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` },
    paper,
    drawn.parts,
    lines,
  );
  return new XMLSerializer().serializeToString(svg);
}

/** A text cut into lines of at most so many letters. */
function wrappedAt(text, most) {
  const lines = [""];
  for (const each of text.split(" ")) {
    if (lines.at(-1).length + each.length >= most) lines.push(each);
    else lines.push(`${lines.pop()} ${each}`.trim());
  }
  return lines;
}

const PICTURES = {
  lines: (app) => mapPicture(app, linesPicture, READ_LINES, "Orange, drawn through: a claimed link; dashed: none."),
  grid: (app) => mapPicture(app, gridPicture, READ_GRID, "Orange outline: a claimed link."),
  heads: headsPicture,
};

function mapPicture(app, draw, howToRead, ofClaims) {
  const { map, kind, places, labels } = shownOf(app);
  const reading = kind === "cross" && !app.isOfPieces ? `${howToRead} ${ofClaims}` : howToRead;
  return { drawn: draw(app, map, kind, places, labels), caption: captionOf(app, map, reading) };
}

function captionOf(app, map, howToRead, lines = null) {
  const ofMap = [
    visible(`${map.source} → ${map.translation}`, 200),
    `${KIND_NAMES[app.state.kind]}, ${app.viewName}. Decoding: ${map.decoding}. ${howToRead}`,
  ];
  return [...(lines ?? ofMap), `From ${app.data.run}, ${app.data.checkpoint}. Attention alone is not an explanation.`];
}

/** All heads, as they stand on the page: a row for each layer. */
function headsPicture(app) {
  const { map, kind, places } = shownOf(app);
  const scale = Math.min(12, 160 / Math.max(places.rows.length, places.columns.length));
  const [wide, high] = [places.columns.length * scale + 24, places.rows.length * scale + 48];
  const views = app.layers.map((layer) =>
    [null, ...Array.from({ length: app.data.numHeads }, (_, k) => k + 1)].map((head) => ({ layer, head })),
  );
  const parts = views.flatMap((ofLayer, down) =>
    ofLayer.flatMap((view, right) => {
      const [left, top] = [MARGIN + right * Math.max(wide, 120), MARGIN + down * high];
      const weights = map[kind].view(view);
      const squares = places.rows.flatMap((row, t) =>
        places.columns.map((column, s) =>
          weights.row(row)[column] < FAINTEST
            ? null
            : element("rect", {
                x: left + s * scale,
                y: top + 20 + t * scale,
                width: scale,
                height: scale,
                fill: PICTURE_BLUE,
                "fill-opacity": weights.row(row)[column].toFixed(3),
              }),
        ),
      );
      const frame = { x: left, y: top + 20, width: wide - 24, height: high - 48, fill: "none", stroke: "#d0d7de" };
      const name = view.head === null ? `layer ${view.layer}, mean` : `layer ${view.layer}, head ${view.head}`;
      return [pictureLabel(name, left, top + 8, "start", 12), element("rect", frame), ...squares];
    }),
  );
  const width = MARGIN + (app.data.numHeads + 1) * Math.max(wide, 120);
  const caption = captionOf(app, map, READ_GRID);
  caption[1] = `${KIND_NAMES[kind]}, all heads of all layers. Decoding: ${map.decoding}. ${READ_GRID}`;
  return { drawn: { parts, width, height: MARGIN + views.length * high }, caption };
}

/** The tables of the panel, one below the other, as they are shown. */
function tablesPicture(app) {
  const tables = [...document.querySelectorAll("#panel table")];
  let [top, width] = [0, 0];
  const parts = tables.flatMap((table) => {
    const drawn = table.matches(".grid") ? tablePicture(table, top) : textPicture(table, top);
    [top, width] = [drawn.height, Math.max(width, drawn.width)];
    return drawn.parts;
  });
  return { drawn: { parts, width, height: top }, caption: captionOf(app, app.map, "", captionOfTables(app)) };
}

/** What the tables of a panel show, in lines. */
function captionOfTables(app) {
  const told = (selector) => document.querySelector(`#panel ${selector}`)?.textContent ?? "";
  const { view, state, map } = app;
  const inside = `layer ${view.layer ?? 1}, head ${view.head ?? 1}`;
  return {
    hidden: () => [visible(`${map.source} → ${map.translation}`, 200), HIDING],
    learning: () => [
      visible(app.data.learning?.sentences[watchedNumber(app)].source ?? "", 200),
      `Cross-attention, ${app.viewName}, ${told("[role=status]")}, forced to say the reference.`,
    ],
    compare: () => [
      ...Array.from(document.querySelectorAll("#panel .compared"), (each, number) =>
        visible(`${["First", "Second"][number]}: ${each.textContent}`, 200),
      ),
      `Cross-attention, ${app.viewName}. The first map, the second, and the second minus the first.`,
      ...(state.off ? [`Switched off in the second: ${offName(state.off)}.`] : []),
    ],
    inside: () => [
      visible(`${map.source} → ${map.translation}`, 200),
      `${KIND_NAMES[state.kind]}, ${inside}. ${told("h2")}.`,
    ],
    steps: () => [
      visible(`${map.source} → ${map.translation}`, 200),
      `Step ${state.step + 1}: the most probable next tokens. Decoding: ${map.decoding}.`,
    ],
  }[app.panel.name]?.();
}

/** A table of text, without what can be pressed. */
function textPicture(table, offset) {
  const rows = Array.from(table.rows, (row) =>
    Array.from(row.cells, (cell) => (cell.querySelector("button") ? "" : cell.textContent)),
  );
  const numColumns = Math.max(0, ...rows.map((row) => row.length));
  const lengths = Array.from({ length: numColumns }, (_, s) => longest(rows.map((row) => row[s] ?? "")) + 2);
  const lefts = lengths.map((_, s) => MARGIN + LETTER * lengths.slice(0, s).reduce((sum, each) => sum + each, 0));
  const parts = rows.flatMap((row, t) =>
    row.map((text, s) => pictureLabel(text, lefts[s], offset + MARGIN + LINE * (t + 0.5), "start", 13)),
  );
  const width = 2 * MARGIN + LETTER * lengths.reduce((sum, each) => sum + each, 0);
  return { parts, width, height: offset + MARGIN + LINE * rows.length };
}

function tablePicture(table, offset) {
  const columns = [...table.querySelectorAll("thead th")].map((each) => each.textContent);
  const rows = [...table.querySelectorAll("tbody tr")];
  const names = rows.map((each) => each.querySelector("th").textContent);
  const [left, top] = [MARGIN + 9 * longest(names), offset + MARGIN + 9 * longest(columns)];
  const cells = rows.flatMap((row, t) =>
    [...row.querySelectorAll("td")].flatMap((cell, s) => {
      const isOrange = cell.classList.contains("loss") || cell.classList.contains("more");
      const weight = Number(cell.style.getPropertyValue("--weight"));
      const edge = cell.classList.contains("claimed")
        ? { stroke: PICTURE_INK, "stroke-width": 3 }
        : { stroke: "#d0d7de" };
      const box = { x: left + s * CELL + 2, y: top + t * CELL + 2, width: CELL - 4, height: CELL - 4 };
      const fill = { fill: isOrange ? PICTURE_ORANGE : PICTURE_BLUE, "fill-opacity": weight.toFixed(3) };
      const label = pictureLabel(cell.textContent, left + (s + 0.5) * CELL, top + (t + 0.5) * CELL, "middle", 12);
      if (weight > 0.6) label.setAttribute("fill", "#ffffff");
      return [element("rect", { ...box, ...fill, ...edge }), label];
    }),
  );
  const labels = names.map((name, t) => pictureLabel(name, left - 6, top + (t + 0.5) * CELL, "end"));
  const heads = columns.map((name, s) => turnedLabel(name, left + (s + 0.5) * CELL, top - 6));
  const size = { width: left + columns.length * CELL + MARGIN, height: top + rows.length * CELL };
  return { parts: [...cells, ...labels, ...heads], ...size };
}

function turnedLabel(text, x, y) {
  const label = pictureLabel(text, x, y, "start");
  label.setAttribute("transform", `rotate(-90 ${x} ${y})`);
  return label;
}

function pictureLabel(text, x, y, anchor, size = 16) {
  const look = { "font-size": size, "font-family": "system-ui, sans-serif", fill: PICTURE_INK };
  return element("text", { x, y, "text-anchor": anchor, "dominant-baseline": "middle", ...look }, text);
}

function gridPicture(app, map, kind, places, labels) {
  const weights = map[kind].view(app.view);
  const claimed = app.claimed(map);
  const [left, top] = [
    MARGIN + 9 * longest(places.rows.map((t) => labels.rows[t])),
    MARGIN + 9 * longest(places.columns.map((s) => labels.columns[s])),
  ];
  const cells = places.rows.flatMap((row, t) =>
    places.columns.map((column, s) => {
      const weight = weights.row(row)[column];
      const isClaimed = claimed.has(String([row, column]));
      const edge = isClaimed ? { stroke: PICTURE_ORANGE, "stroke-width": 3 } : { stroke: "#d0d7de" };
      const box = { x: left + s * CELL + 2, y: top + t * CELL + 2, width: CELL - 4, height: CELL - 4 };
      return element("rect", { ...box, fill: PICTURE_BLUE, "fill-opacity": weight.toFixed(3), ...edge });
    }),
  );
  const rows = places.rows.map((row, t) => pictureLabel(labels.rows[row], left - 6, top + (t + 0.5) * CELL, "end"));
  const columns = places.columns.map((column, s) =>
    turnedLabel(labels.columns[column], left + (s + 0.5) * CELL, top - 6),
  );
  return {
    parts: [...cells, ...rows, ...columns],
    width: left + places.columns.length * CELL + MARGIN,
    height: top + places.rows.length * CELL,
  };
}

function linesPicture(app, map, kind, places, labels) {
  const weights = map[kind].view(app.view);
  const claimed = app.claimed(map);
  const left = MARGIN + 9 * longest(places.columns.map((s) => labels.columns[s]));
  const [right, middle] = [left + 320, left + 160];
  const yOf = (place) => MARGIN + (place + 0.5) * LINE_HEIGHT;
  const paths = places.rows.flatMap((row, t) =>
    places.columns.map((column, s) => {
      const weight = weights.row(row)[column];
      if (weight < FAINTEST) return null;
      const d = `M ${left} ${yOf(s)} C ${middle} ${yOf(s)}, ${middle} ${yOf(t)}, ${right} ${yOf(t)}`;
      const isClaimed = claimed.has(String([row, column]));
      return element("path", {
        d,
        fill: "none",
        stroke: isClaimed ? PICTURE_ORANGE : PICTURE_BLUE,
        "stroke-dasharray": isClaimed || kind !== "cross" || app.isOfPieces ? null : "7 4",
        "stroke-width": Math.max(weight * THICKEST, 0.5),
        opacity: 0.15 + 0.85 * weight,
      });
    }),
  );
  const words = [
    ...places.columns.map((column, s) => pictureLabel(labels.columns[column], left - 6, yOf(s), "end")),
    ...places.rows.map((row, t) => pictureLabel(labels.rows[row], right + 6, yOf(t), "start")),
  ];
  const height = MARGIN + LINE_HEIGHT * Math.max(places.rows.length, places.columns.length);
  return {
    parts: [...paths, ...words],
    width: right + 9 * longest(places.rows.map((t) => labels.rows[t])) + MARGIN,
    height,
  };
}

function longest(texts) {
  return Math.max(3, ...texts.map((text) => text.length));
}

function saveFile(name, content) {
  const address = URL.createObjectURL(content);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Draws the SVG at twice its size, and saves that. */
async function savePng(app) {
  const address = URL.createObjectURL(new Blob([pictureText(app)], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = element("canvas", { width: 2 * image.naturalWidth, height: 2 * image.naturalHeight });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  canvas.toBlob((content) => saveFile(`${pictureName(app)}.png`, content));
}
