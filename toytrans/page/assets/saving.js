"use strict";
// Saves what is shown as a picture, SVG or PNG, with its caption; and the address of this view, to send it.

const [CELL, MARGIN, CAPTION] = [44, 20, 60];
const [PICTURE_BLUE, PICTURE_ORANGE, PICTURE_INK] = ["#0b4f9e", "#b34700", "#1b1f24"];

const READ_LINES = "Right: what attends; left: what is attended to.";
const READ_GRID = "Row: what attends; column: what is attended to.";

/** Buttons to save the map that is shown, and to copy its address. */
function renderSaving(app, place) {
  const note = element("span", { class: "note", role: "status" });
  const button = (id, text, act) => element("button", { type: "button", id, onclick: act }, text);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      note.textContent = "Copied. Send it with the file: what stands after # names this view.";
    } catch {
      note.textContent = "Copy the address of this page from the browser's address bar: it names this view.";
    }
  };
  put(
    place,
    button("save-svg", "Save as SVG", () =>
      saveFile(`${pictureName(app)}.svg`, new Blob([pictureText(app)], { type: "image/svg+xml" })),
    ),
    button("save-png", "Save as PNG", () => savePng(app)),
    button("copy-address", "Copy the address of this view", copy),
    note,
  );
}

function pictureName(app) {
  const { layer, head } = app.view;
  const view = layer === null ? "mean" : `layer${layer}${head === null ? "" : `-head${head}`}`;
  return `${app.state.kind}-${view}`;
}

/** The heat map or the lines as an SVG of its own, light, with a caption. */
function pictureText(app) {
  const { map, kind, places, labels } = shownOf(app);
  const isLines = app.panel.name === "lines";
  const drawn = isLines ? linesPicture(app, map, kind, places, labels) : gridPicture(app, map, kind, places, labels);
  const caption = [
    visible(`${map.source} → ${map.translation}`, 90),
    `${KIND_NAMES[kind]}, ${app.viewName}. Decoding: ${map.decoding}. ${isLines ? READ_LINES : READ_GRID}`,
    `Orange: a claimed link. From ${app.data.run}, ${app.data.checkpoint}. Attention alone is not an explanation.`,
  ];
  const [width, height] = [Math.max(drawn.width, 760), drawn.height + CAPTION + MARGIN];
  const lines = caption.map((text, number) =>
    pictureLabel(text, MARGIN, drawn.height + MARGIN + 18 * number, "start", 13),
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

function pictureLabel(text, x, y, anchor, size = 16) {
  const look = { "font-size": size, "font-family": "system-ui, sans-serif", fill: PICTURE_INK };
  return element("text", { x, y, "text-anchor": anchor, "dominant-baseline": "middle", ...look }, text);
}

function gridPicture(app, map, kind, places, labels) {
  const weights = map[kind].view(app.view);
  const claimed = new Set(kind === "cross" ? map.claims(app.view, app.threshold(app.view)).map(String) : []);
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
  const columns = places.columns.map((column, s) => {
    const [x, y] = [left + (s + 0.5) * CELL, top - 6];
    const label = pictureLabel(labels.columns[column], x, y, "start");
    label.setAttribute("transform", `rotate(-90 ${x} ${y})`);
    return label;
  });
  return {
    parts: [...cells, ...rows, ...columns],
    width: left + places.columns.length * CELL + MARGIN,
    height: top + places.rows.length * CELL,
  };
}

function linesPicture(app, map, kind, places, labels) {
  const weights = map[kind].view(app.view);
  const claimed = new Set(kind === "cross" ? map.claims(app.view, app.threshold(app.view)).map(String) : []);
  const left = MARGIN + 9 * longest(places.columns.map((s) => labels.columns[s]));
  const [right, middle] = [left + 320, left + 160];
  const yOf = (place) => MARGIN + (place + 0.5) * LINE_HEIGHT;
  const paths = places.rows.flatMap((row, t) =>
    places.columns.map((column, s) => {
      const weight = weights.row(row)[column];
      if (weight < FAINTEST) return null;
      const d = `M ${left} ${yOf(s)} C ${middle} ${yOf(s)}, ${middle} ${yOf(t)}, ${right} ${yOf(t)}`;
      const stroke = claimed.has(String([row, column])) ? PICTURE_ORANGE : PICTURE_BLUE;
      return element("path", {
        d,
        fill: "none",
        stroke,
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
