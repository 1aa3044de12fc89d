"use strict";
// What the page shows: the sentence, the map, the view, the panel.
// All of it stands in the address, so that it can be sent.

const DEFAULTS = { sentence: 0, text: "", target: "", beam: 1, kind: "cross", layer: null, head: null, panel: "lines" };
Object.assign(DEFAULTS, {
  unit: "words",
  end: false,
  row: null,
  column: null,
  off: "",
  step: 0,
  prefix: "",
  other: "",
  moment: null,
  watched: null,
  part: 0,
  token: null, // whose numbers "Inside a head" shows; a word may have several
});
const MOST_BEAMS = 16;
const [MOST_TOKENS, MOST_SENTENCES] = [120, 20]; // of a typed text
const NUMBERS = new Set([
  "sentence",
  "beam",
  "layer",
  "head",
  "row",
  "column",
  "step",
  "moment",
  "watched",
  "part",
  "token",
]);

/** The state of the page, and everything that is computed from it. */
class App {
  constructor(data, maps) {
    this.data = data;
    this.translator = null; // until the model is unpacked
    this.maps = maps;
    this.listeners = [];
    this.timer = null; // while the steps are played
    this.draft = null; // what is being typed, and not yet translated
    this.snapshots = null; // until they are unpacked
    const best = data.guidedView ?? data.viewScores[0] ?? { layer: null, head: null };
    this.defaults = { ...DEFAULTS, layer: best.layer, head: best.head, beam: beamOf(maps[0].decoding) };
    this.state = this.sane(readAddress(this.defaults, location.hash));
    this.compute();
    addEventListener("hashchange", () => this.change(readAddress(this.defaults, location.hash)));
  }

  /** The panel that is shown. */
  get panel() {
    return panelsOf(this).find(({ name }) => name === this.state.panel) ?? PANELS[0];
  }

  /** Whether the tokenizer cuts words into pieces. */
  get hasPieces() {
    return this.data.model?.kind === "subwords";
  }

  /** The heads that are switched off, each as `cross/1/3`: kind, layer and head. */
  get heads() {
    return new Set(this.state.off.split(" ").filter(Boolean));
  }

  /** The names of a head, or of all heads of a layer. */
  namesOf(kind, { layer, head }) {
    const heads = head === null ? Array.from({ length: this.data.numHeads }, (_, number) => number + 1) : [head];
    return heads.map((each) => `${kind}/${layer}/${each}`);
  }

  /** Whether a head, or each head of a layer, is switched off. */
  isOff(kind, view) {
    return this.namesOf(kind, view).every((name) => this.heads.has(name));
  }

  /** Switches a head, or all heads of a layer, off or on again. */
  switchHead(kind, view, isOff) {
    const off = this.heads;
    for (const name of this.namesOf(kind, view)) off[isOff ? "add" : "delete"](name);
    this.change({ off: [...off].sort().join(" ") });
  }

  get view() {
    return { layer: this.state.layer, head: this.state.layer === null ? null : this.state.head };
  }

  get viewName() {
    return viewName(this.view, this.data.numLayers, this.data.numHeads);
  }

  /** What validation measured of the view, or undefined. */
  scoreOf({ layer, head }) {
    return this.data.viewScores.find((score) => score.layer === layer && score.head === head);
  }

  threshold(view) {
    return this.scoreOf(view)?.threshold ?? MAJORITY;
  }

  /** The map as it is shown: over words, or over the tokenizer's pieces. */
  get shown() {
    return this.state.unit === "words" ? this.map.mergedToWords() : this.map;
  }

  /** The rows and columns to show, by place: without `</s>` and its like, unless they are asked for. */
  places(map, kind = this.state.kind) {
    const { rows, columns } = map.wordIds(kind);
    const shownOf = (ids) => ids.map((_, place) => place).filter((place) => this.state.end || ids[place] !== null);
    return { rows: shownOf(rows), columns: kind === "decoder" ? columns.map((_, place) => place) : shownOf(columns) };
  }

  /** Changes the state, computes what that needs, and shows it. */
  change(changes) {
    const before = this.state;
    this.state = this.sane({ ...before, ...changes });
    const asks = ["sentence", "text", "target", "beam", "off", "prefix", "part"].some(
      (name) => this.state[name] !== before[name],
    );
    if (asks) this.compute();
    writeAddress(this.defaults, this.state);
    for (const listener of this.listeners) listener(this.state, before);
  }

  /** The state without what this model lacks: an address may name anything. */
  sane(state) {
    const { numLayers, numHeads } = this.data;
    const layer = state.layer >= 1 && state.layer <= numLayers ? state.layer : null;
    const head = layer !== null && state.head >= 1 && state.head <= numHeads ? state.head : null;
    const kind = KINDS.includes(state.kind) ? state.kind : "cross";
    const beam = Math.min(Math.max(state.beam, 1), MOST_BEAMS);
    const [sentence, step] = [this.maps[state.sentence] ? state.sentence : 0, Math.max(state.step, 0)];
    const heads = KINDS.flatMap((each) =>
      this.layers.flatMap((number) => this.namesOf(each, { layer: number, head: null })),
    );
    const off = state.off
      .split(" ")
      .filter((name) => heads.includes(name))
      .join(" ");
    const vocabularySize = this.data.model?.weights.find(({ name }) => name === "embedding.weight").shape[0] ?? 0;
    const isToken = (token) => /^\d+$/.test(token) && Number(token) < vocabularySize;
    const part = Math.max(state.part, 0);
    const places = ["moment", "watched", "row", "column", "token"];
    const atLeast0 = (each) => [each, state[each] === null ? null : Math.max(state[each], 0)];
    const sanePlaces = Object.fromEntries(places.map(atLeast0));
    const prefix = state.prefix.split(" ").filter(isToken).join(" ");
    return { ...state, ...sanePlaces, kind, layer, head, beam, sentence, step, off, prefix, part };
  }

  /** The numbers of the layers, from 1. */
  get layers() {
    return Array.from({ length: this.data.numLayers }, (_, number) => number + 1);
  }

  /** Chooses a cell. */
  choose(row, column) {
    this.setQuietly({ row, column, token: null });
  }

  /** Changes the state and the address; what is shown stays. */
  setQuietly(changes) {
    this.state = { ...this.state, ...changes };
    writeAddress(this.defaults, this.state);
  }

  /** The map of the sentence: the one that stands in the page, or a new one if something else was asked for. */
  compute() {
    const { sentence, text, target, beam, off, prefix, part } = this.state;
    const given = this.maps[sentence] ?? this.maps[0];
    const isGiven = text === "" && target === "" && beam === this.defaults.beam && off === "" && prefix === "";
    const typed = text || given.source;
    [this.parts, this.problem] = [[given], ""];
    if (!isGiven && this.translator) {
      this.translator.model.off = this.heads;
      this.problem = this.refusal(typed);
      if (!this.problem) this.parts = this.translated(typed, target, { beamSize: beam, prefix });
    }
    this.map = this.parts[Math.min(part, this.parts.length - 1)];
    this.losses = null; // what hiding words costs, until somebody asks
    this.whole = off && this.translator ? this.wholeTranslation(typed) : null;
  }

  /** What the model says with no head switched off. */
  wholeTranslation(typed) {
    const { beam, prefix, target } = this.state;
    this.translator.model.off = new Set();
    const maps = target || this.problem ? [] : this.translated(typed, target, { beamSize: beam, prefix });
    this.translator.model.off = this.heads;
    return maps.map(({ translation }) => translation).join(" ");
  }

  /** For each target word of the map, what hiding each source word costs it, in nats. Takes a pass a word. */
  hiddenLosses() {
    const map = this.computedMap();
    if (this.losses?.map !== map) this.losses = { map, values: hiddenWordLosses(this.translator.model, map) };
    return this.losses.values;
  }

  /** The place of a row's token, of its first one where the rows are words. */
  tokenOf(row) {
    const { shown, map, state } = this;
    const ids = (each) => each.wordIds(state.kind).rows;
    const last = ids(map).length - 1;
    if (shown === map || row >= ids(shown).length) return Math.min(row, last);
    const word = ids(shown)[row];
    return word === null ? last : ids(map).indexOf(word);
  }

  /** Whether the rows are pieces of words: claims, and how often they are right, are of whole words. */
  get isOfPieces() {
    return this.hasPieces && this.state.unit === "pieces";
  }

  /** The links that the view claims, each as `row,column`. Self-attention claims none, and neither do pieces. */
  claimed(map) {
    const claims = this.state.kind === "cross" && !this.isOfPieces;
    return new Set(claims ? map.claims(this.view, this.threshold(this.view)).map(String) : []);
  }

  /** The maps of a text, one for each of its sentences; a given translation is of the whole text. */
  translated(typed, target, { beamSize, prefix }) {
    if (target) return [this.translator.attend(typed, target)];
    const tokens = prefix.split(" ").filter(Boolean).map(Number);
    return this.translator.translate(typed, { beamSize, prefix: tokens });
  }

  /** Why a text is not translated here; empty if it is. A browser would stand still over it. */
  refusal(typed) {
    const { tokenizer, languages } = this.translator;
    const sentences = tokenizer.reader.sentences(typed, languages[0]);
    const longest = Math.max(...sentences.map((each) => this.translator.read(each, 0).ids.length));
    if (longest <= MOST_TOKENS && sentences.length <= MOST_SENTENCES) return "";
    const size = longest > MOST_TOKENS ? `a sentence of ${longest} tokens` : `${sentences.length} sentences`;
    return `${size}: this page takes at most ${MOST_SENTENCES} sentences of ${MOST_TOKENS} tokens`;
  }

  /** The map, with its tokens' ids and all that the model could have said on the way; null without a model.
   *
   * A map that stands in the page lacks these: they are computed for the very translation that it is of.
   */
  computedMap() {
    const { translator, map } = this;
    if (!translator) return null;
    translator.model.off = this.heads;
    if (!map.next) {
      const sourceIds = translator.read(map.source, 0).ids;
      const targetIds = map.isForced
        ? translator.read(map.translation, 1).ids
        : translator.search(sourceIds, beamOf(map.decoding), 1, []).ids;
      const isIt = sourceIds.length === map.sourceTokens.length && targetIds.length === map.targetTokens.length;
      if (!isIt) return null; // made by another model, or with another length penalty
      Object.assign(map, { sourceIds, targetIds, next: forcedPass(translator.model, sourceIds, targetIds).next });
    }
    return map;
  }

  get notReady() {
    if (this.translator)
      return "The model in this page makes another translation: type the sentence, and translate it.";
    return this.data.model ? "The model is being unpacked …" : "This page has maps only, and no model.";
  }

  /** The model is ready: computes what the address asks for. */
  start(translator) {
    this.translator = translator;
    this.compute();
    for (const listener of this.listeners) listener(this.state, this.state);
  }

  /** What names the cells of a view, by row and column: `chat from cat, 0.97, layer 2, head 1`. */
  cellNamer(map, kind, view) {
    const { rows, columns } = mapLabels(map, kind);
    const weights = map[kind].view(view);
    const where =
      view.layer === null ? "mean of all" : `layer ${view.layer}, ${view.head === null ? "mean" : `head ${view.head}`}`;
    return (row, column) => `${rows[row]} from ${columns[column]}, ${weights.row(row)[column].toFixed(2)}, ${where}`;
  }

  /** What a cell says, in a sentence: the weight, whether it is claimed, and how often such claims are right. */
  cellMeaning(map, kind, view, row, column) {
    const { rows, columns } = mapLabels(map, kind);
    const weight = map[kind].view(view).row(row)[column];
    const threshold = this.threshold(view);
    const [shown, limit] =
      kind === "cross" && !this.isOfPieces ? toldApart(weight, threshold) : [weight.toFixed(2), ""];
    const said = `${quoted(rows[row])} attends to ${quoted(columns[column])} with ${shown} of its attention.`;
    if (kind !== "cross") return said;
    if (this.isOfPieces) return `${said} This is a piece of a word: links are claimed for whole words.`;
    if (weight < threshold)
      return `${said} That is too little to count as a link: this view claims one from ${limit} on.`;
    const { rows: rowIds, columns: columnIds } = map.wordIds(kind);
    if (rowIds[row] === null || columnIds[column] === null) return `${said} Not a word, so no link is claimed.`;
    return `${said} That is a claim: the two belong together. ${this.claimsAreRight(view)}`;
  }

  claimsAreRight(view) {
    const score = this.scoreOf(view);
    if (!score) return "How often such claims are right was not measured.";
    return `On validation, ${percent(score.precision)} of this view's claims were right.`;
  }
}

/** The size of the beam that found a translation; 1 for greedy search, and where it was given. */
function beamOf(decoding) {
  return decoding.startsWith("beam ") ? Number(decoding.slice(5)) : 1;
}

/** Two different numbers with as many digits as it takes to see that they differ, from two to four. */
function toldApart(one, other) {
  const digits = [2, 3, 4].find((each) => one.toFixed(each) !== other.toFixed(each)) ?? 4;
  return one === other ? [one.toFixed(2), other.toFixed(2)] : [one.toFixed(digits), other.toFixed(digits)];
}

/** The state that an address names; what it leaves out is as by default. */
function readAddress(defaults, hash) {
  const named = [...new URLSearchParams(hash.slice(1))].filter(([name]) => name in defaults);
  const read = ([name, value]) => {
    if (value === "") return [name, NUMBERS.has(name) ? null : ""];
    if (typeof defaults[name] === "boolean") return [name, value === "true"];
    return [name, NUMBERS.has(name) ? Number.parseInt(value, 10) || 0 : value];
  };
  return { ...defaults, ...Object.fromEntries(named.map(read)) };
}

/** Puts into the address what differs from the defaults. */
function writeAddress(defaults, state) {
  const changed = Object.entries(state).filter(([name, value]) => value !== defaults[name]);
  const address = new URLSearchParams(changed.map(([name, value]) => [name, value ?? ""]));
  try {
    history.replaceState(null, "", `#${address}`);
  } catch {
    // In a notebook's frame there is no address to write.
  }
}
