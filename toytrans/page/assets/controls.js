"use strict";
// What is above the map: the sentence, the view, and how far to believe it.

/** The sentence to translate: typed, or one of those that stand in the page. */
function renderSentence(app, place) {
  const { state, map, translator } = app;
  const field = element("input", {
    type: "text",
    id: "typed",
    value: app.draft ?? (state.text || map.source),
    spellcheck: "false",
    autocomplete: "off",
    lang: app.data.languages[0],
  });
  const submit = (event) => {
    event.preventDefault();
    app.draft = null;
    if (field.value.trim()) app.change({ text: field.value, target: "", part: 0, ...FRESH });
  };
  field.addEventListener("input", () => (app.draft = field.value));
  const chosen = state.text ? OWN_SENTENCE.value : String(state.sentence);
  const options = app.maps.map((each, number) => ({ value: String(number), text: visible(each.source, 80) }));
  const choose = (value) => {
    if (value === OWN_SENTENCE.value) return;
    app.draft = null;
    app.change({ sentence: Number(value), text: "", target: "", part: 0, ...FRESH });
  };
  const button = element(
    "button",
    { type: "submit", class: "main", disabled: !translator },
    translator ? "Translate" : "Preparing the model …",
  );
  const form = element(
    "form",
    { class: "typing", onsubmit: submit },
    element("label", { for: "typed" }, "A sentence to translate"),
    element("div", { class: "typed-row" }, field, button),
  );
  put(
    place,
    app.data.model ? form : null, // maps alone translate nothing
    choice(
      app.data.model ? "or one of these" : "Sentence",
      state.text ? [OWN_SENTENCE, ...options] : options,
      chosen,
      choose,
    ),
  );
}

const OWN_SENTENCE = { value: "", text: "(the sentence that was typed)" };

/** The sentence and its translation, large. */
function renderPair(app, place) {
  const { map, parts, state } = app;
  const [source, target] = app.data.languages;
  const options = parts.map((part, number) => ({ value: String(number), text: visible(part.source.trim(), 80) }));
  put(
    place,
    app.problem ? element("p", { class: "warning", role: "alert" }, `Not translated: ${app.problem}.`) : null,
    element("p", { class: "source", lang: source }, word(visible(map.source, 400))),
    map.readAs ? element("p", { class: "note" }, "read as: ", word(visible(map.readAs, 400))) : null,
    element("p", { class: "translation", lang: target }, word(visible(map.translation, 400))),
    element("p", { class: "note" }, `Decoding: ${map.decoding}${map.isForced ? " (given, not the model's own)" : ""}.`),
    map.warnings.map((warning) => element("p", { class: "warning" }, `Warning: ${isolated(warning)}.`)),
    state.off ? element("p", { class: "warning" }, switchedOff(app)) : null,
    state.prefix ? saidSo(app) : null,
    parts.length > 1
      ? choice("Sentence of the text", options, String(parts.indexOf(map)), (part) =>
          app.change({ part: Number(part), ...FRESH }),
        )
      : null,
  );
}

const FRESH = { row: null, column: null, token: null, step: 0, prefix: "" }; // what does not outlive a change of the sentence

/** Which attention is shown, and of which layer and head. */
function renderViewControls(app, place) {
  const { state, data } = app;
  const kinds = KINDS.map((kind) => ({ value: kind, text: KIND_NAMES[kind] }));
  const layers = [{ value: "", text: "mean of all" }, ...numbered("layer", data.numLayers)];
  const heads = [{ value: "", text: "mean of its heads" }, ...numbered("head", data.numHeads)];
  const asNumber = (value) => (value === "" ? null : Number(value));
  put(
    place,
    choice("Attention", kinds, state.kind, (kind) => app.change({ kind, row: null, column: null, token: null })),
    choice("Layer", layers, String(state.layer ?? ""), (layer) =>
      app.change({ layer: asNumber(layer), ...(layer === "" ? { head: null } : {}) }),
    ),
    state.layer === null
      ? null
      : choice("Head", heads, String(state.head ?? ""), (head) => app.change({ head: asNumber(head) })),
    app.hasPieces
      ? choice(
          "Units",
          [
            { value: "words", text: "words" },
            { value: "pieces", text: "pieces of words" },
          ],
          state.unit,
          (unit) => app.change({ unit, row: null, column: null, token: null }),
        )
      : null,
    app.translator
      ? choice("Search", beamsWith(state.beam), String(state.beam), (beam) => app.change({ beam: Number(beam) }))
      : null,
    tick(app.map.hasNull ? "show </s> and <null>, which are no words" : "show </s>, the end mark", state.end, (end) =>
      app.change({ end }),
    ),
  );
}

const BEAMS = [1, 2, 3, 5, 8].map((size) => ({ value: String(size), text: size === 1 ? "greedy" : `beam of ${size}` }));

/** The sizes of beam to choose from, with the one that is chosen. */
function beamsWith(size) {
  if (BEAMS.some(({ value }) => Number(value) === size)) return BEAMS;
  return [...BEAMS, { value: String(size), text: `beam of ${size}` }];
}

function numbered(name, number) {
  return Array.from({ length: number }, (_, place) => ({ value: String(place + 1), text: `${name} ${place + 1}` }));
}

/** How often the claims of this view are right, and the reasons not to believe this map. */
function renderBelief(app, place) {
  const { state, view } = app;
  if (WITHOUT_BELIEF.has(app.panel.name)) return;
  const lines = [
    element("p", {}, `${KIND_NAMES[state.kind]}, ${app.viewName}. ${beliefOf(app, view, state.kind)}`),
    element(
      "p",
      {},
      `Its attention in this sentence: ${habitOf(app.map.mergedToWords(), state.kind, view, app)}` +
        `${state.kind === "cross" ? " (those that the view of the first picture claims)" : ""}.`,
    ),
  ];
  if (app.data.guidance && state.kind === "cross") lines.push(element("p", {}, `Taught: ${app.data.guidance}.`));
  if (state.unit === "pieces") lines.push(element("p", {}, `${WORD_START} begins a word.`));
  const warnings = mapWarnings(app.map, view, state.kind);
  lines.push(...warnings.map((warning) => element("p", { class: "warning" }, `Warning: ${isolated(warning)}`)));
  lines.push(
    element(
      "p",
      { class: "note" },
      "Attention shows where the model read information. That alone is not an explanation.",
    ),
  );
  put(place, lines);
}

const WITHOUT_BELIEF = new Set(["hidden", "inside", "learning"]); // these say themselves what they show

/** Where a view puts most of its attention in this sentence, in words, and how much that is. */
function habitOf(map, kind, view, app) {
  const weights = map[kind].view(view);
  const ids = map.wordIds(kind);
  const rows = ids.rows.map((_, t) => t).filter((t) => ids.rows[t] !== null);
  const marks = ids.columns.map((_, s) => s).filter((s) => ids.columns[s] === null && !(kind === "decoder" && s === 0));
  const sumOf = (t, columns) => columns.reduce((sum, s) => sum + (weights.row(t)[s] ?? 0), 0);
  const share = (columnsOf) => rows.reduce((sum, t) => sum + sumOf(t, columnsOf(t)), 0) / Math.max(rows.length, 1);
  const isMark = (s) => marks.includes(s);
  const best = { layer: app.defaults.layer, head: app.defaults.head };
  const linked = kind === "cross" ? map.claims(best, app.threshold(best)) : [];
  const places = {
    cross: [["linked words", (t) => linked.filter(([row]) => row === t).map(([, s]) => s)]],
    encoder: [
      ["the word itself", (t) => [t]],
      ["the word before", (t) => [t - 1]],
      ["the word after", (t) => [t + 1]],
    ],
    // Row t predicts word t, so column t, the last one read, is the word before it.
    decoder: [
      ["the word written last", (t) => (t > 0 ? [t] : [])],
      ["the one before that", (t) => (t > 1 ? [t - 1] : [])],
      ["the start mark", () => [0]],
    ],
  }[kind];
  const ofWords = places.map(([name, columnsOf]) => [share((t) => columnsOf(t).filter((s) => !isMark(s))), name]);
  const shares = [...ofWords, [share(() => marks), map.hasNull ? "the end mark or no word" : "the end mark"]];
  const [most, name] = shares.reduce((one, other) => (other[0] > one[0] ? other : one));
  return `${most < FEWEST_SHARE ? "no habit: at most " : ""}${Math.round(100 * most)} % on ${name}`;
}

const FEWEST_SHARE = 0.3; // a smaller one is no habit

function beliefOf(app, view, kind) {
  if (kind !== "cross") return "Self-attention claims no links, so there is no error rate.";
  const score = app.scoreOf(view);
  if (!score) return "How many of its claims are right was not measured.";
  return (
    `On validation, ${percent(score.precision)} of the links it claimed were right (precision), and it claimed ` +
    `${percent(score.recall)} of the sure gold links (recall); alignment error rate ${score.aer.toFixed(3)}. ` +
    `It claims a link where the weight is at least ${score.threshold.toFixed(2)} (its threshold).` +
    (app.isOfPieces ? " All of that is of whole words; this map is of pieces." : "")
  );
}

/** Says that the translation begins with what somebody chose; and the way back. */
function saidSo(app) {
  const ids = app.state.prefix.split(" ").map(Number);
  const text = app.translator ? app.translator.tokenizer.decode(ids, app.data.languages[1]) : "…";
  const back = () => app.change({ prefix: "", step: 0 });
  const button = element("button", { type: "button", id: "own", onclick: back }, "Back to the model's own translation");
  return element(
    "p",
    { class: "row warning" },
    `Made to begin with ${quoted(visible(text, 200))}; the rest is the model's.`,
    button,
  );
}

/** Which heads are off, and what that changed. */
function switchedOff(app) {
  const said = app.parts.map(({ translation }) => translation).join(" ");
  const same = "The translation is the same as with all heads.";
  const effect = app.whole === said ? same : `With all heads the model says: ${quoted(visible(app.whole ?? "", 400))}`;
  return `Switched off: ${offName(app.state.off)}. ${app.whole ? `${effect} ` : ""}Measured numbers are of the whole model.`;
}

function offName(off) {
  const named = off.split(" ").map((each) => each.split("/"));
  return named.map(([kind, layer, head]) => `${KIND_NAMES[kind].toLowerCase()} layer ${layer} head ${head}`).join(", ");
}
