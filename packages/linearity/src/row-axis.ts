import type { Shape, Tensor } from '@unbraid/graph';

/** The axis of each input that counts rows; undefined for inputs that depend on no row. */
type RowAxes = readonly (number | undefined)[];

type Rule = (tensor: Tensor, axes: RowAxes) => number | undefined;

/**
 * The axis of an operator's result that counts rows, where each of its entries depends on its own row alone; undefined where rows meet, and for
 * operators of which that is not known.
 */
export const rowAxisAfter: Rule = (tensor, axes) => ruleOf(tensor)?.(tensor, axes);

/** A function of the user's own may have the name of an operator, and is not known. */
const ruleOf = ({ operator }: Tensor): Rule | undefined => ('host' in operator ? undefined : rules.get(operator.name));

/** Stands for an axis of rows that an operator folds. */
const FOLDED = -1;

/** Whether each entry of the result is made of the entries in its place. */
export const isEntrywise = (tensor: Tensor): boolean => ruleOf(tensor) === entrywise;

/** The one axis that several inputs agree on. */
function agreed(axes: RowAxes): number | undefined {
  const [first, ...others] = axes.filter((axis) => axis !== undefined);
  return first !== FOLDED && others.every((axis) => axis === first) ? first : undefined;
}

const attribute = <T>({ attributes }: Tensor, name: string): T => attributes[name] as T;

/** Entry by entry; the axes that an input lacks are in front (NumPy's broadcasting). */
const entrywise: Rule = ({ inputs, shape }, axes) =>
  agreed(axes.map((axis, i) => (axis === undefined ? axis : axis + shape.length - inputs[i]!.shape.length)));

/** Folds axes away, or keeps them with size 1. */
const reduction: Rule = (tensor, [axis]) => {
  const axes = attribute<Shape>(tensor, 'axes');
  if (axes.includes(axis!)) return undefined;
  return attribute<boolean>(tensor, 'keepDims') ? axis : axis! - axes.filter((folded) => folded < axis!).length;
};

/** Maps lines along an axis to lines. */
const lines: Rule = (tensor, [axis]) => (attribute<number>(tensor, 'axis') === axis ? undefined : axis);

/** Maps lines along an axis to numbers. */
const folding: Rule = (tensor, [axis]) => {
  const folded = attribute<number>(tensor, 'axis');
  return folded === axis ? undefined : axis! - Number(folded < axis!);
};

/** Of a (batched) product, and of what a gemm adds to it. */
const product: Rule = (tensor, axes) => {
  const { inputs, shape } = tensor;
  const kept = [attribute<boolean>(tensor, 'transposeA') ? 1 : 0, attribute<boolean>(tensor, 'transposeB') ? 0 : 1];
  const after = axes.map((axis, operand) => {
    if (axis === undefined) return undefined;
    const rank = inputs[operand]!.shape.length;
    const inMatrix = axis - (rank - 2);
    if (operand === 2 || inMatrix < 0) return axis + shape.length - rank;
    return inMatrix === kept[operand] ? shape.length - 2 + operand : FOLDED;
  });
  return agreed(after);
};

const transposed: Rule = (tensor, [axis]) => attribute<Shape>(tensor, 'permutation').indexOf(axis!);

const joined: Rule = (tensor, axes) => {
  const axis = agreed(axes);
  return attribute<number>(tensor, 'axis') === axis ? undefined : axis;
};

/** Rows must be kept whole, in their order. */
const sliced: Rule = (tensor, [axis]) => {
  const whole = attribute<Shape>(tensor, 'sizes')[axis!] === tensor.inputs[0]!.shape[axis!];
  return whole && attribute<Shape>(tensor, 'steps')[axis!] === 1 ? axis : undefined;
};

const padded: Rule = (tensor, [axis]) =>
  attribute<Shape>(tensor, 'before')[axis!] === 0 && attribute<Shape>(tensor, 'after')[axis!] === 0 ? axis : undefined;

/** Entries picked by indices that depend on no row, or rows' own indices into a table that depends on none. */
const gathered: Rule = (tensor, [axis, ofIndices]) => {
  const at = attribute<number>(tensor, 'axis');
  if (axis === undefined) return at + ofIndices!;
  if (ofIndices !== undefined || axis === at) return undefined;
  return axis < at ? axis : axis - 1 + tensor.inputs[1]!.shape.length;
};

/** One entry of every row, by indices in its place. */
const picked: Rule = ({ shape }, axes) => {
  const axis = agreed(axes);
  return axis === shape.length - 1 ? undefined : axis;
};

/** The axes from one on are normalized together, by numbers that depend on no row. */
const normalized: Rule = (tensor, [axis, ...affine]) =>
  affine.every((other) => other === undefined) && axis! < attribute<number>(tensor, 'axis') ? axis : undefined;

/** Entries of lines along an axis, by indices in their place; both have all rows. */
const elements: Rule = (tensor, axes) => {
  const axis = agreed(axes);
  const whole = axis !== undefined && tensor.inputs.every(({ shape }) => shape[axis] === tensor.shape[axis]);
  return whole && axis !== attribute<number>(tensor, 'axis') ? axis : undefined;
};

/** Entries added to places along an axis that is not that of rows, which depend on no row. */
const scattered: Rule = (tensor, [axis, ofIndices]) => {
  const at = attribute<number>(tensor, 'axis');
  const count = tensor.inputs[1]!.shape.length;
  if (axis === undefined || ofIndices !== undefined || (axis >= at && axis < at + count)) return undefined;
  return axis < at ? axis : axis - count + 1;
};

/** Images, row by row, under filters that depend on none. */
const images: Rule = (_, [axis, ofFilters]) => (axis === 0 && ofFilters === undefined ? 0 : undefined);

const rules = new Map<string, Rule>([
  ...named(
    entrywise,
    ...['abs', 'cast', 'bell', 'clamp', 'erf', 'exp', 'gelu', 'log', 'neg', 'relu', 'reluMask'],
    ...['sigmoid', 'sign', 'softplus', 'sqrt', 'ceil', 'floor', 'round', 'stopGradient'],
    ...['cos', 'sin', 'tan', 'acos', 'asin', 'atan', 'cosh', 'sinh', 'tanh', 'acosh', 'asinh', 'atanh'],
    ...['add', 'sub', 'mul', 'div', 'mod', 'fmod', 'pow', 'maximum', 'minimum', 'atan2', 'where'],
    ...['logicalAnd', 'logicalNot', 'logicalOr', 'logicalXor', 'bitwiseAnd', 'bitwiseOr', 'bitwiseXor'],
    ...['equal', 'greater', 'greaterEqual', 'less', 'lessEqual', 'broadcastTo'],
  ),
  ...named(reduction, 'reduceSum', 'reduceSumSquare', 'reduceMean', 'reduceMax', 'reduceMin', 'norm', 'logSumExp'),
  ...named(lines, 'softmax', 'logSoftmax', 'cumSum', 'topK'),
  ...named(normalized, 'layerNorm'),
  ...named(picked, 'pick'),
  ...named(elements, 'gatherElements'),
  ...named(folding, 'argMax'),
  ...named(product, 'matmul', 'gemm'),
  ...named(transposed, 'transpose'),
  ...named(joined, 'concat'),
  ...named(sliced, 'slice'),
  ...named(padded, 'pad'),
  ...named(gathered, 'gather'),
  ...named(scattered, 'scatterAdd'),
  ...named(images, 'conv2d', 'convTranspose2d', 'maxPool2d', 'averagePool2d', 'repeat2d'),
]);

function named(rule: Rule, ...names: string[]): [string, Rule][] {
  return names.map((name) => [name, rule]);
}
