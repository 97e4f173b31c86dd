import type { NdArray, Shape, Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { isEntrywise } from './row-axis.ts';

/**
 * Whether a model makes of one row the graph that it makes of more, but for sizes: then a row in a batch on its own has the outputs that it has among
 * others that it does not meet. A model may put the number of rows, or numbers for each place in the batch, into its graph.
 * @param y what it makes of more rows
 * @param x a tensor like one row
 */
export function isSameAlone(model: AnyModel, params: Tensor, x: Tensor, y: Tensor): boolean {
  try {
    return compareGraphs(x)(y, applyModel(model, params, x));
  } catch {
    // Some models refuse one row, such as batch normalization in training.
    return false;
  }
}

/** Attributes that are sizes of the result, and may differ with the number of rows. */
const SIZES = new Set(['to', 'sizes', 'shape', 'dims']);

/** A function that tells whether two graphs are the same but for sizes, the second being that of the one row `x`. */
function compareGraphs(x: Tensor): (a: Tensor, b: Tensor) => boolean {
  const seen = new Map<Tensor, Tensor>();
  const dependent = new Map<Tensor, boolean>([[x, true]]);
  const dependsOnRows = (tensor: Tensor): boolean => {
    const known = dependent.get(tensor);
    if (known !== undefined) return known;
    const result = tensor.inputs.some(dependsOnRows);
    dependent.set(tensor, result);
    return result;
  };
  const isAlike = (a: Tensor, b: Tensor): boolean => {
    if (seen.has(a)) return seen.get(a) === b;
    seen.set(a, b);
    // To a shape that it has already a tensor is not broadcast.
    if (a.operator.name === 'broadcastTo' && b.operator !== a.operator)
      return sameShape(a.inputs[0]!, b) && !dependsOnRows(b) && isAlike(a.inputs[0]!, b);
    if (a.operator !== b.operator || a.inputs.length !== b.inputs.length) return false;
    // Random entries are drawn place by place.
    if (a.operator.name === 'bernoulliMask') return sameShape(a, b);
    const names = Object.keys(a.attributes);
    return (
      names.every((name) => SIZES.has(name) || isAlikeValue(a.attributes[name], b.attributes[name])) &&
      (dependsOnRows(b) || isAlikeInPlaces(a, b)) &&
      a.inputs.every((input, i) => isAlike(input, b.inputs[i]!))
    );
  };
  return isAlike;
}

/**
 * Of tensors that depend on no row: whether each place in the batch has the same. Where their sizes follow the number of rows, as those of a part of a table
 * do that has a line for each place, they must be repetitions of something.
 */
function isAlikeInPlaces(a: Tensor, b: Tensor): boolean {
  const followsRows = a.inputs.map((input, i) => !sameShape(input, b.inputs[i]!));
  if (sameShape(a, b)) return !followsRows.includes(true);
  if (a.operator.name === 'broadcastTo' || a.operator.name === 'reshape') return true;
  return isEntrywise(a) && followsRows.includes(true);
}

const sameShape = (a: Tensor, b: Tensor): boolean => a.shape.join() === b.shape.join();

function isAlikeValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return a === b;
  if (Array.isArray(a)) return (a as Shape).join() === (b as Shape).join();
  if (!('data' in a)) return true;
  const [left, right] = [a, b] as [NdArray, NdArray];
  return left.data.length === right.data.length && left.data.every((value, i) => Object.is(value, right.data[i]));
}
