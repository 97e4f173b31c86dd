/** What losses and their derivatives are taken of. */
export interface Rows {
  /** 0 or 1, m × classes */
  readonly targets: Float32Array;
  /** How much each row counts in each fold's training, m × folds. */
  readonly masks: Float32Array;
  /** Columns of outputs lie fold by fold, of these class by class. */
  readonly folds: number;
  readonly classes: number;
}

/** Rows after which a product of factors between 1 and 2 is turned into a sum of logarithms. */
const FLUSH = 512;

/**
 * Σ s log(1 + e^∓o) of each column of outputs, and its derivative by each output, s(σ(o) − y). Logarithms of many rows are taken at once, of the product.
 * @param outputs m × columns
 * @param rest is written, m × columns
 */
export function logisticLosses(outputs: Float32Array, rest: Float32Array, rows: Rows): Float64Array {
  const { targets, masks, folds, classes } = rows;
  const columns = folds * classes;
  const m = outputs.length / columns;
  const losses = new Float64Array(columns);
  const products = new Float64Array(columns).fill(1);
  for (let i = 0; i < m; i++) {
    for (let f = 0, j = 0; f < folds; f++) {
      const size = masks[i * folds + f]!;
      for (let o = 0; o < classes; o++, j++) {
        const at = i * columns + j;
        if (size === 0) {
          rest[at] = 0;
          continue;
        }
        const output = outputs[at]!;
        const isYes = targets[i * classes + o]! > 0;
        // e^−|o| is the smaller share's odds.
        const odds = Math.exp(output > 0 ? -output : output);
        const smaller = odds / (1 + odds);
        const isRight = output > 0 === isYes;
        const missed = isRight ? smaller : 1 - smaller;
        rest[at] = isYes ? -size * missed : size * missed;
        if (!isRight) losses[j]! += size * Math.abs(output);
        if (size === 1) products[j]! *= 1 + odds;
        else losses[j]! += size * Math.log1p(odds);
      }
    }
    if (i % FLUSH === FLUSH - 1 || i === m - 1) {
      for (let j = 0; j < columns; j++) {
        losses[j]! += Math.log(products[j]!);
        products[j] = 1;
      }
    }
  }
  return losses;
}

/** Σ −s log softmax(o)_y of each group of `classes` columns, and its derivative by each output, s(softmax(o) − y). */
export function softmaxLosses(outputs: Float32Array, rest: Float32Array, rows: Rows): Float64Array {
  const { targets, masks, folds, classes } = rows;
  const m = outputs.length / (folds * classes);
  const losses = new Float64Array(folds);
  for (let i = 0; i < m; i++) {
    for (let f = 0; f < folds; f++) {
      const size = masks[i * folds + f]!;
      const first = (i * folds + f) * classes;
      if (size === 0) {
        rest.fill(0, first, first + classes);
        continue;
      }
      let largest = outputs[first]!;
      for (let o = 1; o < classes; o++) largest = Math.max(largest, outputs[first + o]!);
      let total = 0;
      let said = 0;
      for (let o = 0; o < classes; o++) {
        const power = Math.exp(outputs[first + o]! - largest);
        rest[first + o] = power;
        total += power;
        said += targets[i * classes + o]! * (outputs[first + o]! - largest);
      }
      for (let o = 0; o < classes; o++) {
        rest[first + o] = size * (rest[first + o]! / total - targets[i * classes + o]!);
      }
      losses[f]! += size * (Math.log(total) - said);
    }
  }
  return losses;
}
