"use strict";
// Reads the data that stand in the page, and unpacks the model's weights. Mirrors toytrans/page/document.py.

/** What the page knows, without the model. */
function readPageData() {
  return JSON.parse(document.getElementById("page-data").textContent);
}

/** A map that stands in the page: its weights are ten-thousandths, all low bytes first, then all high ones. */
async function unpackMap({ shapes, weights, ...fields }) {
  const bytes = await inflate(weights);
  const half = bytes.length / 2;
  let place = 0;
  const next = () => (bytes[place] + 256 * bytes[half + place++]) / 10_000;
  const attention = KINDS.map((kind) => [kind, attentionOf(shapes[kind], next)]);
  return new AttentionMap({ ...fields, ...Object.fromEntries(attention) });
}

/** The translator in the page, or null where the page has no model. */
async function unpackTranslator(data) {
  if (data.model === null) return null;
  const packed = document.getElementById("page-weights").textContent.trim();
  const weights = unpackWeights(data.model.weights, await inflate(packed));
  const { config, tokenizer, neighbours } = data.model;
  return new Translator({
    ...data,
    model: new Transformer(config, weights),
    tokenizer: loadTokenizer(JSON.parse(new TextDecoder().decode(await inflate(tokenizer)))),
    neighbours: neighbours && (await unpackNeighbours(neighbours)),
  });
}

/** The weights by name: first come the scales of all rows, then the low bytes of all integers, then the high bytes. */
function unpackWeights(shapes, bytes) {
  const numRows = shapes.reduce((sum, { shape }) => sum + shape[0], 0);
  const size = shapes.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
  const scales = new Float32Array(bytes.buffer, 0, numRows);
  const low = bytes.subarray(4 * numRows, 4 * numRows + size);
  const high = new Int8Array(bytes.buffer, 4 * numRows + size, size);
  const weights = new Map();
  let [row, place] = [0, 0];
  for (const { name, shape } of shapes) {
    const matrix = new Matrix(...shape, new Float32Array(shape[0] * shape[1]));
    for (let k = 0; k < matrix.values.length; k++, place++) {
      matrix.values[k] = (high[place] * 256 + low[place]) * scales[row + Math.floor(k / shape[1])];
    }
    row += shape[0];
    weights.set(name, matrix);
  }
  return weights;
}

/** The pairs of neighbours: each is `left * size + right`, and stands there less the one before it. */
async function unpackNeighbours({ size, steps, counts }) {
  let number = 0;
  const pairs = (await unpackIntegers(steps)).map((step) => (number += step));
  return new Neighbours(
    pairs.flatMap((each) => [Math.floor(each / size), each % size]),
    await unpackIntegers(counts),
  );
}

/** 32-bit integers: all low bytes come first, then the next ones. */
async function unpackIntegers(packed) {
  const bytes = await inflate(packed);
  const size = bytes.length / 4;
  const at = (place) =>
    bytes[place] + 256 * (bytes[place + size] + 256 * (bytes[place + 2 * size] + 256 * bytes[place + 3 * size]));
  return Array.from({ length: size }, (_, place) => at(place));
}

/** The bytes of a block: base 85, deflated. */
async function inflate(packed) {
  const stream = new Blob([bytesFromBase85(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const BASE85 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

/** Five characters are four bytes, the largest first. The first four bytes tell how many follow. */
function bytesFromBase85(text) {
  const valueOf = new Uint8Array(128);
  for (let value = 0; value < 85; value++) valueOf[BASE85.charCodeAt(value)] = value;
  const bytes = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let place = 0; place < text.length; place += 5) {
    let number = 0;
    for (let k = place; k < place + 5; k++) number = number * 85 + valueOf[text.charCodeAt(k)];
    bytes.setUint32((place / 5) * 4, number);
  }
  return bytes.buffer.slice(4, 4 + bytes.getUint32(0));
}
