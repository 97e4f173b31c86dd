import type { NdArray, Shape, Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { isEntrywise, rowAxisAfter } from './row-axis.ts';

/**
 * What the entries of a tensor depend on: no row of the batch; one row each, `inner` neighbours in row-major order on the same one (which, unlike the axis
 * of rows, reshaping leaves as it is); or rows that met in an operator.
 */
type Dependence = 'none' | { readonly inner: number } | { readonly meet: string };

/**
 * The operator in which rows of a batch meet on the way to `y`, read off the graph; undefined where row i of `y`, along its axis 0, depends on row i
 * alone. An operator that is not known counts as a meeting.
 * @param sources tensors whose axis 0 counts rows: the batch, and others that are to be followed like it
 * @param rows how many, 2 at least
 */
export function meetingOf(y: Tensor, sources: ReadonlySet<Tensor>, rows: number): string | undefined {
  const found = new Map<Tensor, Dependence>();
  const visit = (tensor: Tensor): Dependence => {
    const known = found.get(tensor);
    if (known) return known;
    const own = dependenceOf(tensor, tensor.inputs.map(visit), rows);
    const result = sources.has(tensor) ? asSource(own, tensor, rows) : own;
    found.set(tensor, result);
    return result;
  };
  const result = visit(y);
  if (result === 'none') return undefined;
  if ('meet' in result) return result.meet;
  return axisOf(result.inner, y.shape, rows) === 0 ? undefined : y.operator.name;
}

/** A source that depends on rows already must do so along its axis 0. */
function asSource(own: Dependence, { operator, shape }: Tensor, rows: number): Dependence {
  if (own === 'none') return { inner: innerOf(0, shape) };
  if ('meet' in own || axisOf(own.inner, shape, rows) === 0) return own;
  return { meet: operator.name };
}

function dependenceOf(tensor: Tensor, inputs: readonly Dependence[], rows: number): Dependence {
  const met = inputs.find((input) => input !== 'none' && 'meet' in input);
  if (met) return met;
  const inners = inputs.map((input) => (input === 'none' ? undefined : (input as { inner: number }).inner));
  if (inners.every((inner) => inner === undefined)) return 'none';
  const kept = innerKept(tensor, inners);
  if (kept !== undefined) return { inner: kept };
  const axes = inners.map((inner, i) => inner && axisOf(inner, tensor.inputs[i]!.shape, rows));
  const isMerged = axes.some((axis, i) => axis === undefined && inners[i] !== undefined);
  const axis = isMerged ? undefined : rowAxisAfter(tensor, axes);
  return axis === undefined ? { meet: tensor.operator.name } : { inner: innerOf(axis, tensor.shape) };
}

/** Reshaping leaves entries in their order, and so do operators on entries in one place, whatever axes were merged before. */
function innerKept(tensor: Tensor, inners: readonly (number | undefined)[]): number | undefined {
  const places = [...inners.keys()].filter((i) => inners[i] !== undefined);
  const inner = inners[places[0]!];
  if (tensor.operator.name === 'reshape') return inner;
  const isAlike = (i: number) => inners[i] === inner && tensor.inputs[i]!.shape.join() === tensor.shape.join();
  return isEntrywise(tensor) && places.every(isAlike) ? inner : undefined;
}

const innerOf = (axis: number, shape: Shape): number =>
  shape.slice(axis + 1).reduce((product, size) => product * size, 1);

/** The axis that counts rows; undefined where reshaping merged it with another. */
function axisOf(inner: number, shape: Shape, rows: number): number | undefined {
  const axis = shape.findIndex((size, at) => size === rows && innerOf(at, shape) === inner);
  return axis < 0 ? undefined : axis;
}

/**
 * Whether a model makes of one row the graph that it makes of more, but for sizes: then a row in a batch on its own has the outputs that it has among
 * others that it does not meet. A model may put the number of rows, or numbers for each place in the batch, into its graph.
 * @param y what it makes of more rows
 * @param x a tensor like one row
 */
export function isSameAlone(model: AnyModel, params: Tensor, x: Tensor, y: Tensor): boolean {
  try {
    return isAlike(y, applyModel(model, params, x), new Map());
  } catch {
    // Some models refuse one row, such as batch normalization in training.
    return false;
  }
}

function isAlike(a: Tensor, b: Tensor, seen: Map<Tensor, Tensor>): boolean {
  if (seen.has(a)) return seen.get(a) === b;
  seen.set(a, b);
  if (a.operator !== b.operator || a.inputs.length !== b.inputs.length) return false;
  // Random entries are drawn place by place.
  if (a.operator.name === 'bernoulliMask') return a.shape.join() === b.shape.join();
  const names = Object.keys(a.attributes);
  return (
    names.every((name) => isAlikeValue(a.attributes[name], b.attributes[name])) &&
    a.inputs.every((input, i) => isAlike(input, b.inputs[i]!, seen))
  );
}

/** Shapes may differ, everything else may not. */
function isAlikeValue(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return a === b;
  if (!('data' in a)) return true;
  const [left, right] = [a, b] as [NdArray, NdArray];
  return left.data.length === right.data.length && left.data.every((value, i) => Object.is(value, right.data[i]));
}
