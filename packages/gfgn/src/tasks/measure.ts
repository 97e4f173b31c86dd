import { rocAucScore } from '@unbraid/nn';
import type { Weighing } from './objective.ts';
import type { Targets } from './task.ts';

/** How good outputs are on some rows; NaN for no rows, and for what a task doesn't have. */
export interface Measured {
  /** As training computes it, with weights of classes where there are some. */
  readonly loss: number;
  /** What `scoreNames` says: accuracy, ROC AUC (of several labels the mean over those that occur both ways), or R² (the mean over quantities that any row has). */
  readonly score: number;
  /** The part of rows, or of entries of several labels, that are right, from 0 to 1; NaN of quantities. */
  readonly accuracy: number;
  /** Of quantities in their own units: the mean absolute error. */
  readonly meanAbsoluteError: number;
}

/** @param outputs [rows, outputs]: logits, or standardized quantities */
export function measure(outputs: Float32Array, targets: Targets, weighing: Weighing, rows: Int32Array): Measured {
  if (targets.name === 'classification') return measureClasses(outputs, targets, weighing, rows);
  if (targets.name === 'regression') return measureQuantities(outputs, targets, rows);
  return measureLabels(outputs, targets, weighing, rows);
}

function measureClasses(
  outputs: Float32Array,
  { labels, outputs: classes }: Targets,
  weighing: Weighing,
  rows: Int32Array,
): Measured {
  let [loss, right, weight] = [0, 0, 0];
  for (const node of rows) {
    const row = outputs.subarray(node * classes, (node + 1) * classes);
    const top = row.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((total, x) => total + Math.exp(x - top), 0);
    const label = labels![node]!;
    const counts = weighing.classes?.[label] ?? 1;
    loss += counts * (top + Math.log(sum) - row[label]!);
    weight += counts;
    if (row.indexOf(top) === label) right++;
  }
  const accuracy = right / rows.length;
  return { loss: loss / weight, score: accuracy, accuracy, meanAbsoluteError: Number.NaN };
}

/** log(1 + e^z) − y z, without overflow. */
const logisticLoss = (z: number, y: number): number => Math.max(z, 0) - y * z + Math.log1p(Math.exp(-Math.abs(z)));

function measureLabels(outputs: Float32Array, targets: Targets, { classes }: Weighing, rows: Int32Array): Measured {
  const { name, labels, values, outputs: cols } = targets;
  let [loss, weight, right, count] = [0, 0, 0, 0];
  const areas: number[] = [];
  for (let d = 0; d < cols; d++) {
    const [truth, scores]: [number[], number[]] = [[], []];
    for (const row of rows) {
      const value = labels ? labels[row]! : values![row * cols + d]!;
      if (Number.isNaN(value) || value < 0) continue;
      const z = outputs[row * cols + d]!;
      const counts = name === 'binary' ? (classes?.[value] ?? 1) : value === 1 ? (classes?.[d] ?? 1) : 1;
      loss += counts * logisticLoss(z, value);
      weight += counts;
      right += Number(z > 0 === (value === 1));
      count++;
      truth.push(value);
      scores.push(z);
    }
    if (truth.includes(0) && truth.includes(1)) areas.push(rocAucScore(truth, scores));
  }
  const score = areas.reduce((sum, area) => sum + area, 0) / areas.length;
  return { loss: loss / weight, score, accuracy: right / count, meanAbsoluteError: Number.NaN };
}

function measureQuantities(
  outputs: Float32Array,
  { values, outputs: cols, scale }: Targets,
  rows: Int32Array,
): Measured {
  let [loss, count, absolute, determined, quantities] = [0, 0, 0, 0, 0];
  for (let d = 0; d < cols; d++) {
    const [mean, deviation] = [scale?.means[d] ?? 0, scale?.deviations[d] ?? 1];
    const known = rows.filter((row) => !Number.isNaN(values![row * cols + d]));
    if (known.length === 0) continue;
    quantities++;
    const average = known.reduce((sum, row) => sum + values![row * cols + d]!, 0) / known.length;
    let [rest, spread] = [0, 0];
    for (const row of known) {
      const value = values![row * cols + d]!;
      const error = mean + deviation * outputs[row * cols + d]! - value;
      loss += (error / deviation) ** 2;
      absolute += Math.abs(error);
      rest += error ** 2;
      spread += (value - average) ** 2;
    }
    count += known.length;
    determined += spread > 0 ? 1 - rest / spread : Number(rest === 0);
  }
  return {
    loss: loss / count,
    score: determined / quantities,
    accuracy: Number.NaN,
    meanAbsoluteError: absolute / count,
  };
}
