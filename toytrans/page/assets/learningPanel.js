"use strict";
// Attention as it was learned: a slider over the snapshots of training, beside the loss curve.
// Mirrors toytrans/attention_maps/snapshots.py.

/** The map of one watched sentence at one moment of training, and the loss curve with that moment marked. */
function renderLearning(app, panel) {
  const { learning } = app.data;
  if (!learning)
    return put(
      panel,
      element("p", {}, "This run kept no snapshots of its training: toytrans train --snapshots 16 does."),
    );
  if (!app.snapshots) return put(panel, element("p", {}, "The snapshots are being unpacked …"));
  const last = learning.steps.length - 1;
  const moment = Math.min(app.state.moment ?? last, last);
  const number = watchedNumber(app);
  const { rows, columns, reference } = learning.sentences[number];
  const options = learning.sentences.map(({ source }, place) => ({ value: String(place), text: visible(source, 80) }));
  const shown = (labels) =>
    labels.map((_, place) => place).filter((place) => app.state.end || labels[place] !== END_TOKEN);
  const [rowPlaces, columnPlaces] = [shown(rows), shown(columns)];
  const cellOf = (weights) => (t, s) => {
    const weight = weights.row(rowPlaces[t])[columnPlaces[s]];
    return element("td", { class: `cell${depth(weight)}`, style: { "--weight": weight } }, shortWeight(weight));
  };
  const shownNow = element("div");
  const showMoment = (at) => {
    const cell = cellOf(app.snapshots[at][number].view(app.view));
    const [names, others] = [rowPlaces.map((t) => rows[t]), columnPlaces.map((s) => columns[s])];
    shownNow.replaceChildren(gridOf(names, others, cell, "Attention at this moment"), lossCurve(learning, at));
  };
  showMoment(moment);
  put(
    panel,
    choice("Watched sentence", options, String(number), (value) => app.change({ watched: Number(value) })),
    momentSlider(app, learning, moment, showMoment),
    shownNow,
    element(
      "p",
      { class: "note" },
      `Cross-attention, ${app.viewName}, while the model is forced to say “${visible(reference, 200)}”. ` +
        "Self-attention was not kept. Most moments are early, where most is learned.",
    ),
  );
  return undefined;
}

/** The watched sentence that is chosen; else the one that the page shows, or the first. */
function watchedNumber(app) {
  const { sentences } = app.data.learning;
  const same = sentences.findIndex(({ source }) => source === app.map.source);
  return Math.min(app.state.watched ?? Math.max(same, 0), sentences.length - 1);
}

/** While it is drawn along, only the map and the bar in the curve change: a slider drawn anew would be let go. */
function momentSlider(app, { steps }, moment, showMoment) {
  const textOf = (at) => (steps[at] === 0 ? "before the first step" : `after ${steps[at]} steps`);
  const status = element("span", { role: "status" }, textOf(moment));
  const slide = ({ target }) => {
    const at = Number(target.value);
    app.setQuietly({ moment: at });
    target.setAttribute("aria-valuetext", textOf(at));
    status.textContent = textOf(at);
    showMoment(at);
  };
  const about = { type: "range", id: "moment", min: 0, max: steps.length - 1, value: moment };
  return element(
    "p",
    { class: "row" },
    element("label", { for: "moment" }, "Moment of training"),
    element("input", { ...about, "aria-valuetext": textOf(moment), oninput: slide }),
    status,
  );
}

/** The training loss over the steps as a line, validation as dots, the moment as a bar. */
function lossCurve({ losses, validations, steps }, moment) {
  const [width, height] = [600, 120];
  const lastStep = Math.max(steps.at(-1), 1, ...losses.map(([step]) => step));
  const most = Math.max(1e-9, ...losses.map(([, loss]) => loss), ...validations.map(([, loss]) => loss));
  const at = ([step, loss]) => [(step / lastStep) * width, height - (loss / most) * height];
  const x = (steps[moment] / lastStep) * width;
  const line = element("polyline", { class: "loss-line", points: losses.map((each) => at(each).join(",")).join(" ") });
  const dots = validations.map(at).map(([cx, cy]) => element("circle", { class: "loss-dot", cx, cy, r: 4 }));
  const bar = element("line", { class: "moment", x1: x, x2: x, y1: 0, y2: height });
  const label = (left, top, anchor, text) =>
    element("text", { x: left, y: top, "text-anchor": anchor, class: "axis" }, text);
  const end = (losses.at(-1)?.[1] ?? 0).toFixed(2);
  const name = `Loss from ${most.toFixed(2)} at its highest to ${end} at the end, over ${lastStep} steps`;
  const picture = element(
    "svg",
    { class: "loss", viewBox: `-34 -6 ${width + 44} ${height + 28}`, role: "img", "aria-label": name },
    line,
    dots,
    bar,
    label(-4, 8, "end", most.toFixed(1)),
    label(-4, height, "end", "0"),
    label(0, height + 16, "start", "step 0"),
    label(width, height + 16, "end", `step ${lastStep}`),
  );
  const note =
    "How wrong the model still was (loss, in nats a target token; the lower, the better): on training sentences (line) " +
    "and on others, of validation (dots). The dashed bar is the moment above.";
  return element("figure", {}, picture, element("figcaption", { class: "note" }, note));
}

/** For each snapshot, for each sentence, its attention, in hundredths: one weight at all steps, then the next one. */
async function unpackSnapshots({ steps, sentences, weights }, numLayers, numHeads) {
  const bytes = await inflate(weights);
  return steps.map((_, moment) => {
    let place = moment;
    const next = () => bytes[(place += steps.length) - steps.length] / 100;
    return sentences.map(({ rows, columns }) => attentionOf([numLayers, numHeads, rows.length, columns.length], next));
  });
}
