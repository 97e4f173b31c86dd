import { type Shape, sizeOf, type Tensor } from '@unbraid/graph';
import { isEntrywise, rowAxisAfter } from './row-axis.ts';
import { innerOfBlocks } from './row-blocks.ts';

/**
 * What the entries of a tensor depend on: no row of the batch; one row each, `inner` neighbours in row-major order on the same one (which, unlike the axis
 * of rows, reshaping leaves as it is); or rows that met in an operator.
 */
export type Dependence = 'none' | { readonly inner: number } | { readonly meet: string };

/**
 * What each tensor on the way to `y` depends on, read off the graph. An operator that is not known counts as a meeting.
 * @param source the batch, whose axis 0 counts rows
 * @param rows how many, 2 at least
 */
export function dependencesIn(y: Tensor, source: Tensor, rows: number): ReadonlyMap<Tensor, Dependence> {
  const found = new Map<Tensor, Dependence>([[source, { inner: innerOf(0, source.shape) }]]);
  const visit = (tensor: Tensor): Dependence => {
    const known = found.get(tensor);
    if (known) return known;
    const result = dependenceOf(tensor, tensor.inputs.map(visit), rows);
    found.set(tensor, result);
    return result;
  };
  visit(y);
  return found;
}

/**
 * The operator in which rows of a batch meet on the way to `y`; undefined where row i of `y`, along its axis 0, depends on row i alone.
 * @param found of `dependencesIn`
 */
export function meetingOf(y: Tensor, found: ReadonlyMap<Tensor, Dependence>, rows: number): string | undefined {
  const result = found.get(y)!;
  if (result === 'none') return undefined;
  if ('meet' in result) return result.meet;
  return axisOf(result.inner, y.shape, rows) === 0 ? undefined : y.operator.name;
}

/** Whether a tensor has the entries of one row after those of another, each depending on its own row alone. */
export const isByRow = (tensor: Tensor, found: ReadonlyMap<Tensor, Dependence>, rows: number): boolean => {
  const own = found.get(tensor);
  return own !== undefined && own !== 'none' && 'inner' in own && own.inner * rows === sizeOf(tensor.shape);
};

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
  if (axis !== undefined) return { inner: innerOf(axis, tensor.shape) };
  const inner = innerOfBlocks(tensor, inners);
  return inner === undefined ? { meet: tensor.operator.name } : { inner };
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
