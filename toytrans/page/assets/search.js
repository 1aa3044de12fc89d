"use strict";
// From a model to translations: greedy and beam search, and a pass that is forced to say a given translation.
// Mirrors toytrans/decoding/numpy_backend.py.

/** The most tokens that a translation of this source may have. */
function maxLength(source) {
  return 2 * source.length + 10;
}

/** Log-probabilities of the next token. `<pad>` and `<s>` never follow, and `<unk>` only where it may be copied. */
function nextTokenLogProbabilities(logits, mayCopy) {
  const never = mayCopy ? [PAD, BOS] : [PAD, BOS, UNK];
  for (const token of never) logits[token] = -Infinity;
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const shift = largest + Math.log(sum);
  return logits.map((logit) => logit - shift);
}

/** The `number` most probable tokens, the best first. */
function bestTokens(logProbabilities, number) {
  const best = [];
  logProbabilities.forEach((value, token) => {
    if (best.length === number && value <= logProbabilities[best[number - 1]]) return;
    let place = best.length;
    while (place > 0 && logProbabilities[best[place - 1]] < value) place -= 1;
    best.splice(place, 0, token);
    best.length = Math.min(best.length, number);
  });
  return best;
}

/** The best translation, token by token: `{ ids, logProbabilities }`. It begins with the tokens of `prefix`. */
function searchGreedy(model, source, prefix = []) {
  const mayCopy = source.includes(UNK) || prefix.includes(UNK);
  let { cache } = model.encode(source);
  const [ids, logProbabilities] = [[], []];
  while (ids.at(-1) !== EOS && ids.length < maxLength(source)) {
    const decoded = model.decode([ids.at(-1) ?? BOS], cache);
    const next = nextTokenLogProbabilities(decoded.logits.row(0), mayCopy);
    const token = ids.length < prefix.length ? prefix[ids.length] : bestTokens(next, 1)[0];
    ids.push(token);
    logProbabilities.push(next[token]);
    ({ cache } = decoded);
  }
  return { ids, logProbabilities };
}

/** A translation's score: its log-probability over ((5 + length) / 6) ^ penalty (Wu et al., 2016, section 7). */
function hypothesisScore({ ids, logProbabilities }, lengthPenalty) {
  return total(logProbabilities) / ((5 + ids.length) / 6) ** lengthPenalty;
}

/** The `size` best translations by beam search, the best first. A beam of one is greedy search. */
function searchBeam(model, source, size, lengthPenalty = 1) {
  const mayCopy = source.includes(UNK);
  let unfinished = [{ ids: [], logProbabilities: [], cache: model.encode(source).cache }];
  const ended = [];
  while (ended.length < size) {
    const candidates = unfinished.flatMap((each) => continuations(model, each, size, mayCopy));
    candidates.sort((one, other) => total(other.logProbabilities) - total(one.logProbabilities));
    unfinished = [];
    candidates.slice(0, 2 * size).forEach((candidate, place) => {
      if (candidate.ids.at(-1) === EOS || candidate.ids.length === maxLength(source)) {
        if (place < size && ended.length < size) ended.push(candidate);
      } else if (unfinished.length < size) unfinished.push(candidate);
    });
  }
  const scoreOf = (hypothesis) => hypothesisScore(hypothesis, lengthPenalty);
  return ended.sort((one, other) => scoreOf(other) - scoreOf(one));
}

/** A hypothesis, continued by its 2N best tokens: so N remain even if N end. */
function continuations(model, { ids, logProbabilities, cache }, size, mayCopy) {
  const decoded = model.decode([ids.at(-1) ?? BOS], cache);
  const next = nextTokenLogProbabilities(decoded.logits.row(0), mayCopy);
  return bestTokens(next, 2 * size).map((token) => ({
    ids: [...ids, token],
    logProbabilities: [...logProbabilities, next[token]],
    cache: decoded.cache,
  }));
}

/** The model is forced to say `target`: what every layer and head attended to, and the chances of each next token.
 *
 * `next[t]` holds the log-probabilities of all tokens at step t, and `logProbabilities[t]` that of `target[t]`.
 */
function forcedPass(model, source, target, hidden = []) {
  const encoded = model.encode(source, hidden);
  const decoded = model.decode([BOS, ...target.slice(0, -1)], encoded.cache);
  const mayCopy = source.includes(UNK) || target.includes(UNK);
  const next = target.map((_, t) => nextTokenLogProbabilities(decoded.logits.row(t), mayCopy));
  return {
    ids: target,
    next,
    logProbabilities: target.map((token, t) => next[t][token]),
    encoder: encoded.attention,
    decoder: decoded.selfAttention,
    cross: decoded.crossAttention, // after a first column for the null position, if the model has one
  };
}

function total(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}
