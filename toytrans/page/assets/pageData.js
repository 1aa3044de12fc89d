"use strict";
// Reads the data that stand in the page, and unpacks the model's weights. Mirrors toytrans/page/document.py.

/** What the page knows, without the model. */
function readPageData() {
  return JSON.parse(document.getElementById("page-data").textContent);
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
    tokenizer: loadTokenizer(tokenizer),
    neighbours: neighbours && new Neighbours(await numbers(neighbours.pairs), await numbers(neighbours.counts)),
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

/** The bytes of a deflated block in base64. */
async function inflate(packed) {
  const stream = new Blob([bytesFromBase64(packed)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function numbers(packed) {
  return new Uint32Array((await inflate(packed)).buffer);
}
