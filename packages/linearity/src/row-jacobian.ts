import {
  add,
  broadcastTo,
  concat,
  constant,
  input,
  type Leaf,
  leavesOf,
  mapTree,
  reshape,
  sizeOf,
  type Tensor,
  vjp,
} from '@unbraid/graph';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { madeOfCopies } from './copied-weights.ts';
import { withTerms } from './dense-uses.ts';
import { type Dependence, dependencesIn, isByRow } from './row-dependence.ts';
import { rowGradientOf, type WeightUse } from './row-gradients.ts';

/**
 * The parameters by which gradients of all rows of a batch come from one backward pass, by path: all their uses are in operators whose derivatives have a
 * structure that is known.
 * @param columns of the batch
 */
export function structuredPaths(model: AnyModel, columns: number): ReadonlySet<string> {
  const params = mapTree<unknown, Tensor>(model.params, ({ shape, dtype }, path) =>
    input(path, shape, dtype),
  ) as Tensor;
  const x = input('x', [2, columns], 'float32');
  const y = applyModel(model, params, x);
  const dependences = dependencesIn(y, x, x.shape[0]!);
  const leaves = leavesOf<Tensor>(params);
  return new Set(leaves.filter((leaf) => structureOf(y, leaf, x, dependences) !== undefined).map(({ path }) => path));
}

/** The uses of one parameter. */
export interface Structure {
  readonly leaf: Leaf<Tensor>;
  readonly uses: readonly WeightUse[];
}

/**
 * Undefined where the parameter has a use of which the gradient of each row is not known.
 * @param dependences of `dependencesIn`
 */
function structureOf(
  y: Tensor,
  leaf: Leaf<Tensor>,
  x: Tensor,
  dependences: ReadonlyMap<Tensor, Dependence>,
): Structure | undefined {
  const rows = x.shape[0]!;
  const made = reachedFrom(leaf.value, y);
  const isFree = (tensor: Tensor) => dependences.get(tensor) === 'none';
  const uses: WeightUse[] = [];
  for (const consumer of made) {
    if (isFree(consumer)) continue;
    consumer.inputs.forEach((operand, position) => {
      if (made.has(operand) && isFree(operand)) uses.push({ consumer, operand, position });
    });
  }
  const copies = input('copies', [rows, ...leaf.value.shape], leaf.value.dtype);
  const isKnown = (use: WeightUse) =>
    standsByRow(use, dependences, rows) &&
    rowGradientOf(use) !== undefined &&
    madeOfCopies(use.operand, leaf.value, copies) !== undefined;
  return !isFree(y) && uses.every(isKnown) ? { leaf, uses } : undefined;
}

/** Whether the result and all operands that depend on rows have them one after another. */
const standsByRow = ({ consumer }: WeightUse, found: ReadonlyMap<Tensor, Dependence>, rows: number): boolean =>
  consumer.shape[0]! % rows === 0 &&
  [consumer, ...consumer.inputs.filter((operand) => found.get(operand) !== 'none')].every((tensor) =>
    isByRow(tensor, found, rows),
  );

/** What of `y` is made of a tensor, itself included. */
function reachedFrom(source: Tensor, y: Tensor): ReadonlySet<Tensor> {
  const known = new Map<Tensor, boolean>([[source, true]]);
  const visit = (tensor: Tensor): boolean => {
    const before = known.get(tensor);
    if (before !== undefined) return before;
    // All inputs are visited.
    const result = tensor.inputs.map(visit).includes(true);
    known.set(tensor, result);
    return result;
  };
  visit(y);
  return new Set([...known].filter(([, reached]) => reached).map(([tensor]) => tensor));
}

/** The uses of structured parameters in the outputs `y` for a batch `x`: of those of `params` that are at `paths`. */
export function structuresOf(y: Tensor, params: Tensor, x: Tensor, paths: readonly string[]): readonly Structure[] {
  const dependences = dependencesIn(y, x, x.shape[0]!);
  return leavesOf<Tensor>(params)
    .filter(({ path }) => paths.includes(path))
    .map((leaf) => structureOf(y, leaf, x, dependences)!);
}

/** What `rowGradients` needs the cotangents of. */
export const consumersOf = (structures: readonly Structure[]): readonly Tensor[] => [
  ...new Set(structures.flatMap(({ uses }) => uses.map(({ consumer }) => consumer))),
];

/** The gradients of each row, `[rows, size]` for each parameter, from the cotangents of `consumersOf`. */
export function rowGradients(
  structures: readonly Structure[],
  cotangents: ReadonlyMap<Tensor, Tensor>,
  rows: number,
): readonly Tensor[] {
  return structures.map(({ leaf: { value }, uses }) => {
    const gradients = uses.map((use) => gradientOf(value, use, cotangents.get(use.consumer)!, rows));
    const zeros = () => broadcastTo(constant(0, [], value.dtype), [rows, ...value.shape]);
    const whole = gradients.length > 0 ? gradients.reduce((sum, each) => add(sum, each)) : zeros();
    return reshape(whole, [rows, sizeOf(value.shape)]);
  });
}

/**
 * For each direction `[rows, c]` of the outputs the gradients of each row, `[rows, parameters]`: those of the parameters at `paths`, one after another, which
 * are structured.
 */
export function rowJacobians(
  model: AnyModel,
  params: Tensor,
  x: Tensor,
  paths: readonly string[],
  directions: readonly Tensor[],
): Tensor[] {
  const y = applyModel(model, params, x);
  const structures = structuresOf(y, params, x, paths);
  const consumers = consumersOf(structures);
  return directions.map((direction) => {
    const parts = rowGradients(structures, cotangentsAt(y, consumers, direction), x.shape[0]!);
    return parts.length > 1 ? concat(parts, 1) : parts[0]!;
  });
}

/** What a change of each of some tensors does to ⟨y, direction⟩. */
export function cotangentsAt(y: Tensor, tensors: readonly Tensor[], direction: Tensor): ReadonlyMap<Tensor, Tensor> {
  const zeros = tensors.map(({ shape, dtype }) => broadcastTo(constant(0, [], dtype), shape));
  const shifted = (terms: readonly Tensor[]) => withTerms(y, new Map(tensors.map((tensor, i) => [tensor, terms[i]!])));
  const { cotangent } = vjp(shifted, zeros as readonly Tensor[], direction);
  return new Map(tensors.map((tensor, i) => [tensor, cotangent[i]!]));
}

/** Each row's gradient by a parameter, as far as it comes from one use. */
function gradientOf(parameter: Tensor, use: WeightUse, cotangent: Tensor, rows: number): Tensor {
  const byOperand = rowGradientOf(use)!(cotangent, rows);
  if (use.operand === parameter) return byOperand;
  const copies = broadcastTo(parameter, [rows, ...parameter.shape]);
  return vjp((own: Tensor) => madeOfCopies(use.operand, parameter, own)!, copies, byOperand).cotangent;
}
