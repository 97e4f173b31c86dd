import {
  add,
  concat,
  constant,
  div,
  layerNorm,
  less,
  matmul,
  mul,
  neg,
  pad,
  reduceSum,
  reshape,
  type Shape,
  scatterAdd,
  sizeOf,
  slice,
  type Tensor,
  where,
} from '@unbraid/graph';

/** A place in a graph in which rows of the batch and weights come together. */
export interface WeightUse {
  /** The operator's result, of which rows' entries stand one after another. */
  readonly consumer: Tensor;
  /** The operand that depends on weights, and on no row. */
  readonly operand: Tensor;
  readonly position: number;
}

/** Each row's gradient by the operand, `[rows, …operand]`, from the cotangent of the result. */
type RowGradient = (cotangent: Tensor, rows: number) => Tensor;

type Rule = (use: WeightUse) => RowGradient | undefined;

/**
 * How each row's gradient by an operand follows from the cotangents of all rows at once; undefined for operators and operands for which that is not known.
 * A product of matrices has Aᵀ B for each row, A and B being its part of the other operand and of the cotangent (the structured derivatives of
 * Novak, Sohl-Dickstein and Schoenholz 2022), a convolution the same with the patches under its filters for A.
 */
export const rowGradientOf = (use: WeightUse): RowGradient | undefined =>
  'host' in use.consumer.operator ? undefined : rules.get(use.consumer.operator.name)?.(use);

/** Each row's positions: `[rows, positions, width]`. */
const positions = (x: Tensor, rows: number, width: number): Tensor =>
  reshape(x, [rows, sizeOf(x.shape) / (rows * width), width]);

const product: Rule = ({ consumer, operand, position }) => {
  const { inputs, attributes, operator } = consumer;
  const scale = (x: Tensor, by: unknown) => (operator.name === 'gemm' && by !== 1 ? mul(x, by as number) : x);
  if (position === 2) return (ct, rows) => sumOfRow(scale(ct, attributes.beta), operand.shape, rows);
  if (position !== 1 || operand.shape.length !== 2 || attributes.transposeA) return undefined;
  const [first, second] = operand.shape as [number, number];
  return (ct, rows) => {
    const [inWidth, outWidth] = attributes.transposeB ? [second, first] : [first, second];
    const a = positions(inputs[0]!, rows, inWidth);
    const b = positions(scale(ct, attributes.alpha), rows, outWidth);
    return attributes.transposeB ? matmul(b, a, { transposeA: true }) : matmul(a, b, { transposeA: true });
  };
};

const convolution: Rule = ({ consumer, operand, position }) => {
  if (position !== 1) return undefined;
  const { inputs, attributes } = consumer;
  const groups = attributes.groups as number;
  const [filters, depth, height, width] = operand.shape as [number, number, number, number];
  return (ct, rows) => {
    const taps = depth * height * width;
    const seen = sizeOf(consumer.shape.slice(2));
    const patches = reshape(patchesOf(inputs[0]!, consumer), [rows, groups, taps, seen]);
    const each = matmul(reshape(ct, [rows, groups, filters / groups, seen]), patches, { transposeB: true });
    return reshape(each, [rows, ...operand.shape]);
  };
};

/** What each tap of a convolution's filters sees: `[rows, channels, taps, windows]`. */
function patchesOf(x: Tensor, { shape, inputs: [, filters], attributes }: Tensor): Tensor {
  const [top, left, bottom, right] = attributes.pads as [number, number, number, number];
  const padded = pad(x, [0, 0, top, left], [0, 0, bottom, right]);
  const [strides, dilations] = [attributes.strides, attributes.dilations] as [[number, number], [number, number]];
  const [rows, channels] = x.shape as [number, number];
  const windows = shape.slice(2) as [number, number];
  const [tall, wide] = filters!.shape.slice(2) as [number, number];
  const taps = Array.from({ length: tall * wide }, (_, tap) => {
    const from = [Math.floor(tap / wide), tap % wide].map((at, axis) => at * dilations[axis]!) as [number, number];
    const to = from.map((at, axis) => at + (windows[axis]! - 1) * strides[axis]! + 1) as [number, number];
    const part = slice(padded, [0, 0, ...from], [rows, channels, ...to], [1, 1, ...strides]);
    return reshape(part, [rows, channels, 1, windows[0] * windows[1]]);
  });
  return concat(taps, 2);
}

/** Of sums, and of products entry by entry, in which the operand is repeated along the rows. */
const entrywise =
  (through: (ct: Tensor, consumer: Tensor, position: number) => Tensor | undefined): Rule =>
  ({ consumer, operand, position }) => {
    const { shape } = consumer;
    const isRepeated = operand.shape.length < shape.length || operand.shape[0] === 1;
    if (!isRepeated || through(consumer, consumer, position) === undefined) return undefined;
    return (ct, rows) => sumOfRow(through(ct, consumer, position)!, operand.shape, rows);
  };

/** Each row's cotangent summed over the entries in which the same entry of an operand is used. */
function sumOfRow(ct: Tensor, shape: Shape, rows: number): Tensor {
  const [first, ...rest] = ct.shape as [number, ...number[]];
  const apart = reshape(ct, [rows, first / rows, ...rest]);
  const missing = rest.length - shape.length;
  const axes = rest.flatMap((size, at) => (at < missing || (shape[at - missing] === 1 && size !== 1) ? [at + 2] : []));
  return reshape(reduceSum(apart, { axes: [1, ...axes] }), [rows, ...shape]);
}

const normalization: Rule = ({ consumer, operand, position }) => {
  if (position === 0) return undefined;
  const { inputs, attributes } = consumer;
  const { axis, epsilon } = attributes as { readonly axis: number; readonly epsilon: number };
  return (ct, rows) => {
    if (position === 2) return sumOfRow(ct, operand.shape, rows);
    const ones = constant(new Float32Array(sizeOf(operand.shape)).fill(1), operand.shape, operand.dtype);
    return sumOfRow(mul(ct, layerNorm(inputs[0]!, ones, undefined, { axis, epsilon })), operand.shape, rows);
  };
};

/** Of a table of which each row looks some lines up. */
const lookup: Rule = ({ consumer, operand, position }) => {
  if (position !== 0 || consumer.attributes.axis !== 0) return undefined;
  const [lines, ...line] = operand.shape as [number, ...number[]];
  return (ct, rows) => {
    const indices = consumer.inputs[1]!;
    const count = sizeOf(indices.shape);
    const flat = reshape(indices, [count]);
    const whole = (value: number) => constant(value, [], indices.dtype);
    const fromStart = where(less(flat, whole(0)), add(flat, whole(lines)), flat);
    const starts = Array.from({ length: count }, (_, at) => Math.floor(at / (count / rows)) * lines);
    const places = add(fromStart, constant(starts, [count], indices.dtype));
    return reshape(scatterAdd(reshape(ct, [count, sizeOf(line)]), places, rows * lines), [rows, ...operand.shape]);
  };
};

const rules = new Map<string, Rule>([
  ['matmul', product],
  ['gemm', product],
  ['conv2d', convolution],
  ['add', entrywise((ct) => ct)],
  ['sub', entrywise((ct, _, position) => (position === 0 ? ct : neg(ct)))],
  ['mul', entrywise((ct, { inputs }, position) => mul(ct, inputs[1 - position]!))],
  ['div', entrywise((ct, { inputs }, position) => (position === 0 ? div(ct, inputs[1]!) : undefined))],
  ['layerNorm', normalization],
  ['gather', lookup],
]);
