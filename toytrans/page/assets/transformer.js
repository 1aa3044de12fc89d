"use strict";
// The whole Transformer for one sentence. Mirrors toytrans/model/numpy_transformer.py, which the tests hold it to.
//
// Axes: S source tokens, T new target tokens, P target tokens read so far (the T new ones included), D the width of a
// token's vector (d_model), V vocabulary.

/** softmax(Q K^T / sqrt(d_k)) V in each head (Vaswani et al., 2017, equation 1).
 *
 * Queries (T, D), keys and values (S, D): each head has its own slice of D. `isVisible(t, s)` says where query t may
 * attend to key s. A head in `off` gives nothing to the sum. Returns the contexts side by side (T, D), and for each head
 * a matrix of weights (T, S): row t says how much query t attends to each key.
 */
function multiHeadAttention(queries, keys, values, numHeads, isVisible, off) {
  const width = queries.columns / numHeads;
  const context = new Matrix(queries.rows, queries.columns);
  const weights = [];
  for (let head = 0; head < numHeads; head++) {
    const start = head * width;
    const ofHead = new Matrix(queries.rows, keys.rows);
    for (let t = 0; t < queries.rows; t++) {
      const row = ofHead.row(t);
      for (let s = 0; s < keys.rows; s++)
        row[s] = isVisible(t, s) ? score(queries.row(t), keys.row(s), start, width) : -Infinity;
      softmax(row);
      if (!off.has(head)) addWeightedSum(context.row(t), row, values, start, width);
    }
    weights.push(ofHead);
  }
  return { context, weights };
}

/** How well a query matches a key, in one head: their dot product over the root of its length. */
function score(query, key, start, width) {
  return dot(query, start, key, start, width) / Math.sqrt(width);
}

/** Adds the values, each times its weight, to one head's slice of the context. */
function addWeightedSum(context, weights, values, start, width) {
  for (let s = 0; s < values.rows; s++) {
    const value = values.row(s);
    for (let k = start; k < start + width; k++) context[k] += weights[s] * value[k];
  }
}

/** One vector a position: sines in its first half, cosines in its second (Vaswani et al., 2017, section 3.5). */
function sinusoidalPosition(position, width) {
  const half = width / 2;
  const vector = new Float64Array(width);
  for (let k = 0; k < half; k++) {
    const angle = position * Math.exp((-Math.log(10000) * k) / Math.max(half - 1, 1));
    vector[k] = Math.sin(angle);
    vector[half + k] = Math.cos(angle);
  }
  return vector;
}

/** A trained model: `weights` maps the names of `Transformer.weights()` to matrices (a vector has one row). */
class Transformer {
  constructor(config, weights) {
    this.config = config;
    this.weights = weights;
    this.off = new Set(); // heads that are switched off, as "cross/1/3": kind, layer and head, counted from 1
    this.watch = null; // where set, it is told the queries, keys and values of each attention
  }

  /** Reads the source: a cache to decode from, and each layer's attention. Nothing attends where `hidden[s]`. */
  encode(source, hidden = []) {
    let x = this.embed(source, 0);
    const attention = [];
    for (const layer of this.layers("encoder")) {
      const normed = this.norm(`${layer.name}.self_attention_norm`, x);
      const seen = this.keysValues(`${layer.name}.self_attention`, normed);
      const { update, weights } = this.attend("encoder", layer, "self_attention", normed, seen, (t, s) => !hidden[s]);
      x = add(x, update);
      x = add(x, this.feedForward(layer.name, x));
      attention.push(weights);
    }
    const memory = this.norm("encoder_norm", x);
    const sources = this.layers("decoder").map((layer) => this.keysValues(`${layer.name}.cross_attention`, memory));
    const nothing = { keys: new Matrix(0, this.config.d_model), values: new Matrix(0, this.config.d_model) };
    const shift = this.config.null_positions; // the null position comes first, and is always visible
    const isVisible = (t, s) => s < shift || !hidden[s - shift];
    return { cache: { sources, isVisible, targets: sources.map(() => nothing), numRead: 0 }, attention };
  }

  /** Reads T more target tokens; each sees those up to its own, and the source. Returns the cache that goes on. */
  decode(target, cache) {
    const { numRead, sources } = cache;
    let x = this.embed(target, numRead);
    const [targets, selfAttention, crossAttention] = [[], [], []];
    for (const [number, layer] of this.layers("decoder").entries()) {
      let normed = this.norm(`${layer.name}.self_attention_norm`, x);
      const now = this.keysValues(`${layer.name}.self_attention`, normed);
      const before = cache.targets[number];
      const seen = { keys: stack(before.keys, now.keys), values: stack(before.values, now.values) };
      const own = this.attend("decoder", layer, "self_attention", normed, seen, (t, p) => p <= numRead + t);
      x = add(x, own.update);
      normed = this.norm(`${layer.name}.cross_attention_norm`, x);
      const cross = this.attend("cross", layer, "cross_attention", normed, sources[number], cache.isVisible);
      x = add(x, cross.update);
      x = add(x, this.feedForward(layer.name, x));
      targets.push(seen);
      selfAttention.push(own.weights);
      crossAttention.push(cross.weights);
    }
    const logits = linear(this.norm("decoder_norm", x), this.weights.get("embedding.weight"));
    return { logits, selfAttention, crossAttention, cache: { ...cache, targets, numRead: numRead + target.length } };
  }

  layers(side) {
    const numbers = Array.from({ length: this.config.num_layers }, (_, number) => number);
    return numbers.map((number) => ({ name: `${side}_layers.${number}`, number: number + 1 }));
  }

  embed(tokens, numRead) {
    const table = this.weights.get("embedding.weight");
    const x = new Matrix(tokens.length, table.columns);
    tokens.forEach((token, t) => {
      const position = sinusoidalPosition(numRead + t + 1, table.columns); // position 0 is padding's
      x.row(t).set(table.row(token).map((value) => value * Math.sqrt(table.columns)));
      position.forEach((value, k) => (x.row(t)[k] += value));
    });
    return x;
  }

  linear(name, x) {
    return linear(x, this.weights.get(`${name}.weight`), this.weights.get(`${name}.bias`));
  }

  norm(name, x) {
    return layerNorm(x, this.weights.get(`${name}.weight`), this.weights.get(`${name}.bias`));
  }

  keysValues(name, x) {
    let [keys, values] = [this.linear(`${name}.k_proj`, x), this.linear(`${name}.v_proj`, x)];
    const nullKey = this.weights.get(`${name}.null_key_HK`);
    if (nullKey) {
      // Before the words, a key for no word, whose value is zero.
      keys = stack(new Matrix(1, keys.columns, nullKey.values), keys);
      values = stack(new Matrix(1, values.columns), values);
    }
    return { keys, values };
  }

  attend(kind, layer, part, x, { keys, values }, isVisible) {
    const { num_heads: numHeads } = this.config;
    const queries = this.linear(`${layer.name}.${part}.q_proj`, x);
    const isOff = (head) => this.off.has(`${kind}/${layer.number}/${head + 1}`);
    const off = new Set(Array.from({ length: numHeads }, (_, head) => head).filter(isOff));
    const { context, weights } = multiHeadAttention(queries, keys, values, numHeads, isVisible, off);
    if (this.watch) this.watch({ kind, layer: layer.number, queries, keys, values, weights, context });
    return { update: this.linear(`${layer.name}.${part}.out_proj`, context), weights };
  }

  feedForward(layer, x) {
    const normed = this.norm(`${layer}.feed_forward_norm`, x);
    return this.linear(`${layer}.feed_forward.fc2`, relu(this.linear(`${layer}.feed_forward.fc1`, normed)));
  }
}
