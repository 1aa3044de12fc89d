"use strict";
// Matrices, and the four operations that a Transformer is made of. Mirrors what NumPy does in numpy_attention.py.
//
// Weights are 32-bit floats, everything computed from them is 64-bit, as in NumPy.

/** A matrix, row after row in one array. */
class Matrix {
  constructor(rows, columns, values = new Float64Array(rows * columns)) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** One row: not a copy. */
  row(number) {
    return this.values.subarray(number * this.columns, (number + 1) * this.columns);
  }
}

/** The rows of one matrix below those of another. */
function stack(above, below) {
  const stacked = new Matrix(above.rows + below.rows, below.columns);
  stacked.values.set(above.values);
  stacked.values.set(below.values, above.values.length);
  return stacked;
}

/** The sum of two matrices of the same shape. */
function add(x, y) {
  return new Matrix(
    x.rows,
    x.columns,
    x.values.map((value, place) => value + y.values[place]),
  );
}

/** The dot product of two slices of `size` numbers. */
function dot(x, xStart, y, yStart, size) {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += x[xStart + k] * y[yStart + k];
  return sum;
}

/** x W^T + b: each row of x (rows, inputs) with each row of the weight (outputs, inputs). */
function linear(x, weight, bias = null) {
  const y = new Matrix(x.rows, weight.rows);
  for (let row = 0; row < x.rows; row++) {
    for (let out = 0; out < weight.rows; out++) {
      const product = dot(x.values, row * x.columns, weight.values, out * weight.columns, x.columns);
      y.values[row * y.columns + out] = product + (bias ? bias.values[out] : 0);
    }
  }
  return y;
}

/** Turns scores into weights, in place: positive, larger for larger scores, and summing to 1. */
function softmax(scores) {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += scores[k] = Math.exp(scores[k] - largest);
  for (let k = 0; k < scores.length; k++) scores[k] /= sum;
  return scores;
}

/** LayerNorm (Ba et al., 2016): mean 0 and variance 1 over each row, then a gain and a bias. */
function layerNorm(x, gain, bias) {
  const epsilon = 1e-5; // as in PyTorch
  const y = new Matrix(x.rows, x.columns);
  for (let row = 0; row < x.rows; row++) {
    const from = x.row(row);
    const to = y.row(row);
    let mean = 0;
    for (const value of from) mean += value / x.columns;
    let variance = 0;
    for (const value of from) variance += (value - mean) ** 2 / x.columns;
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let k = 0; k < x.columns; k++) to[k] = (from[k] - mean) * scale * gain.values[k] + bias.values[k];
  }
  return y;
}

/** max(0, x), in place. */
function relu(x) {
  for (let k = 0; k < x.values.length; k++) if (x.values[k] < 0) x.values[k] = 0;
  return x;
}
