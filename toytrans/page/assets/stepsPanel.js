"use strict";
// The translation as it is written, word by word: what the model attended to at each step, and what it could have said.

const MOST_CHANCES = 8;

/** One step of decoding, with the next-token probabilities. Any of them can be said instead, and it goes on from there. */
function renderSteps(app, panel) {
  const map = app.computedMap();
  if (!map) return put(panel, element("p", {}, app.notReady));
  const step = Math.min(app.state.step, map.targetTokens.length - 1);
  const go = (to) => app.change({ step: Math.min(Math.max(to, 0), map.targetTokens.length - 1) });
  put(
    panel,
    writtenSoFar(map, step, go),
    stepButtons(app, map, step, go),
    readingAt(app, map, step),
    chancesAt(app, map, step),
    sayForm(app, map, step),
  );
  return undefined;
}

/** The tokens; those that are not yet written at this step are grey. */
function writtenSoFar(map, step, go) {
  const { rows } = mapLabels(map, "cross");
  const tokens = rows.map((label, t) => {
    const state = t < step ? "before" : t === step ? "now" : "later";
    const about = {
      type: "button",
      id: `token-${t}`,
      class: `token ${state}`,
      "aria-current": t === step ? "step" : null,
    };
    return element("button", { ...about, onclick: () => go(t) }, word(label));
  });
  return element("div", { class: "tokens", role: "group", "aria-label": "Steps" }, tokens);
}

function stepButtons(app, map, step, go) {
  const last = map.targetTokens.length - 1;
  const button = (id, text, isOff, act) =>
    element("button", { type: "button", id, "aria-disabled": String(isOff), onclick: act }, text);
  return element(
    "p",
    { class: "row" },
    button("step-first", "First", step === 0, () => go(0)),
    button("step-back", "Back", step === 0, () => go(step - 1)),
    button("step-next", "Next", step === last, () => go(step + 1)),
    button("step-play", app.timer ? "Stop" : "Play", false, () => playSteps(app, last)),
    element("span", { class: "note" }, `step ${step + 1} of ${last + 1}`),
  );
}

/** The source, shaded by what the model attended to at this step. */
function readingAt(app, map, step) {
  const { columns } = mapLabels(map, "cross");
  const weights = map.cross.view(app.view).row(step);
  const words = columns.map((label, s) =>
    element(
      "span",
      { class: `read${depth(weights[s])}`, style: { "--weight": weights[s] } },
      word(label),
      element("small", {}, weights[s].toFixed(2)),
    ),
  );
  const title = `While choosing this token, the model attended to (cross-attention, ${app.viewName}):`;
  return element("div", {}, element("h2", {}, title), element("div", { class: "reading" }, words));
}

/** The most probable next tokens, as bars; each is a button that says it instead. */
function chancesAt(app, map, step) {
  const best = bestTokens(map.next[step], MOST_CHANCES);
  const said = map.targetIds[step];
  const tokens = best.includes(said) ? best : [...best, said];
  const rows = tokens.map((token) => {
    const [chance, isSaid] = [Math.exp(map.next[step][token]), token === said];
    const label = app.translator.tokenizer.describe([token], app.data.languages[1]).tokens[0];
    const say = () => sayInstead(app, map, step, token);
    return element(
      "tr",
      { class: isSaid ? "said" : null },
      element("th", { scope: "row" }, word(visible(label, LONGEST_LABEL))),
      element("td", { class: "number" }, chance < 0.0005 ? "under 0.001" : chance.toFixed(3)),
      element("td", { class: "bar" }, element("span", { style: { width: `${100 * chance}%` } })),
      element(
        "td",
        {},
        isSaid
          ? "said here"
          : element(
              "button",
              { type: "button", id: `say-${token}`, onclick: say },
              "What if it had said ",
              word(visible(label, LONGEST_LABEL)),
              "?",
            ),
      ),
    );
  });
  const titles = ["Next token", "Probability", "As a bar", "Instead"].map((title) =>
    element("th", { scope: "col" }, title),
  );
  const head = element("thead", {}, element("tr", {}, titles));
  return element(
    "div",
    { class: "scroll" },
    element("table", { class: "text-table chances" }, head, element("tbody", {}, rows)),
  );
}

/** Goes on from a step with another token than the model's own. */
function sayInstead(app, map, step, token) {
  app.change({ prefix: [...map.targetIds.slice(0, step), token].join(" "), step: step + 1 });
}

/** A field for a word that is not among the most probable. */
function sayForm(app, map, step) {
  const field = element("input", { type: "text", id: "say", size: 16, spellcheck: "false", autocomplete: "off" });
  const problem = element("span", { class: "note", role: "status" });
  const say = (event) => {
    event.preventDefault();
    const token = app.translator.tokenNamed(stripped(field.value));
    if (token !== undefined) sayInstead(app, map, step, token);
    else problem.textContent = `This model has no token ${quoted(visible(field.value, 40))}: it cannot say it.`;
  };
  return element(
    "form",
    { class: "row", onsubmit: say },
    element("label", { for: "say" }, "or another token:"),
    field,
    element("button", { type: "submit" }, "Say it"),
    problem,
  );
}

/** Goes from step to step, one a second, to the end or until it is stopped; at the end, from the beginning. */
function playSteps(app, last) {
  const stop = () => {
    clearInterval(app.timer);
    app.timer = null;
    app.change({});
  };
  if (app.timer) return stop();
  app.timer = setInterval(() => {
    const isLast = app.state.step >= app.map.targetTokens.length - 1;
    if (app.panel.name !== "steps" || isLast) stop();
    else app.change({ step: app.state.step + 1 });
  }, 1000);
  return app.change(app.state.step >= last ? { step: 0 } : {});
}
