import { div, f32, i32, maximum, mul, reduceSum, softplus, sub, type Tensor, type TensorSpec } from '@unbraid/graph';
import { softmaxCrossEntropy } from '@unbraid/nn';
import type { Targets, TaskFacts } from './task.ts';

/** What a batch's loss takes beside the model's outputs [rows, outputs]. */
export interface ObjectiveInputs {
  /** int32 [rows] of classes, or float32 [rows, outputs]. */
  readonly target: Tensor;
  /** How much each counts: float32 [rows] of classes, or [rows, outputs]. Left out where all rows of classes count alike. */
  readonly weight?: Tensor;
}

/** Specs of `ObjectiveInputs` for so many rows. @param isWeighted whether classes, or rows of them, count differently */
export function objectiveSpecs(
  { name, outputs }: TaskFacts,
  rows: number,
  isWeighted: boolean,
): { readonly target: TensorSpec; readonly weight?: TensorSpec } {
  if (name === 'classification') return { target: i32(rows), ...(isWeighted && { weight: f32(rows) }) };
  return { target: f32(rows, outputs), weight: f32(rows, outputs) };
}

/** The least that a sum of weights counts as, so that a batch in which nothing counts has the loss 0 and not 0/0. */
const LEAST_WEIGHT = 1e-30;

/**
 * The loss of a batch, Σ w·loss / Σ w over what is known: softmax cross-entropy, the logistic loss log(1 + e^z) − y z of logits z, or the squared error of
 * standardized quantities.
 */
export function objective({ name }: TaskFacts, outputs: Tensor, { target, weight }: ObjectiveInputs): Tensor {
  if (name === 'classification') return softmaxCrossEntropy(outputs, target, weight);
  const losses = name === 'regression' ? squares(sub(outputs, target)) : sub(softplus(outputs), mul(outputs, target));
  return div(reduceSum(mul(losses, weight!)), maximum(reduceSum(weight!), LEAST_WEIGHT));
}

const squares = (x: Tensor): Tensor => mul(x, x);

/** How much each class counts, or each label where it is there and where it isn't. Nothing where all count alike. */
export interface Weighing {
  /** By class; of two classes both. Of several labels: where a label is there, where it isn't it counts 1. */
  readonly classes?: Float64Array | undefined;
}

/** Writes targets and weights of `rows` to the arrays of a batch; what is left of these gets the weight 0. */
export function writeTargets(
  targets: Targets,
  { classes }: Weighing,
  rows: Int32Array,
  out: { readonly target: Int32Array | Float32Array; readonly weight?: Float32Array | undefined },
): void {
  const { name, labels, values, outputs, scale } = targets;
  out.target.fill(0);
  out.weight?.fill(0);
  for (const [i, row] of rows.entries()) {
    if (labels) {
      const label = labels[row]!;
      if (label < 0) continue;
      out.target[i] = label;
      if (out.weight) out.weight[i] = classes?.[label] ?? 1;
      continue;
    }
    for (let d = 0; d < outputs; d++) {
      const value = values![row * outputs + d]!;
      if (Number.isNaN(value)) continue;
      const at = i * outputs + d;
      out.target[at] = scale ? (value - scale.means[d]!) / scale.deviations[d]! : value;
      out.weight![at] = name === 'multilabel' && value === 1 ? (classes?.[d] ?? 1) : 1;
    }
  }
}
