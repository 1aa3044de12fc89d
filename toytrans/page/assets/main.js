"use strict";
// Puts the page together: first the map that stands in it, then the model, which is unpacked meanwhile.

const PANELS = [
  { name: "lines", title: "Lines", render: renderLines },
  { name: "grid", title: "Heat map", render: renderGrid },
  { name: "heads", title: "All heads", render: renderHeads },
  { name: "steps", title: "Step by step", render: renderSteps, needsModel: true },
  { name: "inside", title: "Inside a head", render: renderInside, needsModel: true },
  { name: "hidden", title: "Hidden words", render: renderHidden, needsModel: true },
  { name: "compare", title: "Compare", render: renderCompare, needsModel: true },
  { name: "learning", title: "Learning", render: renderLearning },
  { name: "table", title: "As text", render: renderTable },
];

/** Draws the whole page again. What had the focus has it again; if that is gone, what takes its place. */
function renderPage(app) {
  const focused = document.activeElement;
  const isOfPage = Object.keys(PARTS).some((name) => document.getElementById(name).contains(focused));
  for (const [name, render] of Object.entries(PARTS)) {
    const place = document.getElementById(name);
    place.replaceChildren();
    render(app, place);
  }
  if (isOfPage) focusAgain(focused.id);
  markWhatIsCut();
}

/** The element of this id; else what is chosen in the panel, its first control, or the panel itself. */
function focusAgain(id) {
  const panel = document.getElementById("panel");
  const candidates = [
    document.getElementById(id || "panel"),
    ...FIRST_IN_PANEL.map((each) => panel.querySelector(each)),
  ];
  for (const candidate of [...candidates, panel]) {
    candidate?.focus();
    if (document.activeElement === candidate) return;
  }
}

const FIRST_IN_PANEL = ["[aria-current=step]", "[role=gridcell][tabindex='0']", "button, input, select"];

/** Says of a wide table that the rest of it is out of sight. */
function markWhatIsCut() {
  for (const box of document.querySelectorAll(".scroll")) {
    box.classList.toggle("cut", box.scrollWidth > box.clientWidth + 1);
  }
}

const PARTS = {
  sentence: renderSentence,
  pair: renderPair,
  view: renderViewControls,
  tabs: renderTabs,
  panel: renderPanel,
  belief: renderBelief,
  saving: renderSaving,
};

/** The panels that this page can fill: one of maps alone has neither a model nor a training. */
function panelsOf(app) {
  const isWhole = app.data.model !== null;
  return PANELS.filter(
    ({ name, needsModel }) => isWhole || (!needsModel && (name !== "learning" || app.data.learning)),
  );
}

/** The names of the panels, as tabs: one tab stop, arrow keys within. */
function renderTabs(app, place) {
  const choose = (name) => app.change({ panel: name, ...(name === "steps" ? stepOfChosen(app) : {}) });
  const tabs = panelsOf(app).map(({ name, title }) => {
    const isChosen = app.panel.name === name;
    const about = {
      role: "tab",
      type: "button",
      id: `tab-${name}`,
      "aria-selected": String(isChosen),
      "aria-controls": "panel",
    };
    return element("button", { ...about, tabindex: isChosen ? 0 : -1, onclick: () => choose(name) }, title);
  });
  place.append(...tabs);
}

/** Step by step begins at the word that was chosen elsewhere. */
function stepOfChosen(app) {
  const { row, step, kind } = app.state;
  return row === null || step > 0 || kind === "encoder" ? {} : { step: app.tokenOf(row) };
}

/** From tab to tab by the arrow keys: the tab that gets the focus is chosen. */
function goFromTabToTab(app, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const panels = panelsOf(app);
  const next = panels[(panels.indexOf(app.panel) + step + panels.length) % panels.length];
  app.change({ panel: next.name });
  document.getElementById(`tab-${next.name}`).focus();
}

function renderPanel(app, place) {
  place.setAttribute("aria-labelledby", `tab-${app.panel.name}`);
  app.panel.render(app, place);
}

async function main() {
  const data = readPageData();
  document.title = `${data.run}: what the model attends to`;
  document.getElementById("run").textContent = `${data.run}, ${data.checkpoint}`;
  const app = new App(data, await Promise.all(data.maps.map(unpackMap)));
  document.getElementById("tabs").addEventListener("keydown", (event) => goFromTabToTab(app, event));
  app.listeners.push(() => renderPage(app));
  addEventListener("resize", markWhatIsCut);
  renderPage(app);
  document.documentElement.dataset.firstMap = performance.now().toFixed(0);
  if (data.learning) app.snapshots = await unpackSnapshots(data.learning, data.numLayers, data.numHeads);
  const translator = await unpackTranslator(data);
  if (translator || data.learning) app.start(translator);
  document.documentElement.dataset.ready = performance.now().toFixed(0);
}

main();
