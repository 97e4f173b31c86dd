import {
  abs,
  add,
  cast,
  clamp,
  div,
  exp,
  gelu,
  greater,
  less,
  lessEqual,
  logSoftmax,
  maximum,
  mul,
  relu,
  reshape,
  sigmoid,
  softmax,
  softplus,
  sub,
  type Tensor,
  tanh,
  where,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { axisOf } from './normalized-axis.ts';

// Values of attributes that are left out, as the specification writes them (rounded to float32 there).
const SELU_ALPHA = 1.6732632423543772;
const SELU_GAMMA = 1.0507009873554805;

/** e^x − 1 for x ≤ 0, and 0 elsewhere: so that nothing overflows where the value isn't used. */
const below = (x: Tensor): Tensor => sub(exp(where(greater(x, 0), 0, x)), 1);

/** x where x ≥ 0, else slope · x. */
export const leaky = (x: Tensor, slope: number): Tensor => where(less(x, 0), mul(x, slope), x);

/** max(x, 0) + α (e^(x/β) − 1) below 0; the ELU for β = 1. */
export const elu = (x: Tensor, alpha: number): Tensor => where(greater(x, 0), x, mul(below(x), alpha));

export const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor => clamp(add(mul(x, alpha), beta), 0, 1);

/** Of x and of the node's float attributes by name, each with what it is when left out. */
const withFloats =
  (names: Readonly<Record<string, number>>, f: (x: Tensor, ...values: number[]) => Tensor): Converter =>
  (node) => [f(node.input(0), ...Object.entries(names).map(([name, absent]) => node.attributes.float(name, absent)))];

const entrywise =
  (f: (x: Tensor) => Tensor): Converter =>
  (node) => [f(node.input(0))];

/** Integers since opset 14. */
const convertRelu = entrywise((x) => (x.dtype === 'float32' || x.dtype === 'float64' ? relu(x) : maximum(x, 0)));

/** The slope broadcasts to x. */
function convertPRelu(node: NodeContext): readonly Tensor[] {
  const [x, slope] = [node.input(0), node.input(1)];
  return [where(less(x, 0), mul(x, slope), x)];
}

/** x + bias beyond ±λ, and 0 between. */
function shrink(x: Tensor, bias: number, lambda: number): Tensor {
  if (x.dtype !== 'float32' && x.dtype !== 'float64') return cast(shrink(cast(x, 'float64'), bias, lambda), x.dtype);
  return where(less(x, -lambda), add(x, bias), where(lessEqual(x, lambda), 0, sub(x, bias)));
}

/** Before opset 13 all axes from `axis` (default 1) on count as one; since then it is one axis, by default the last. */
const alongAxis =
  (f: (x: Tensor, axis?: number) => Tensor): Converter =>
  (node) => {
    const x = node.input(0);
    const given = node.attributes.integer('axis', node.opset < 13 ? 1 : -1);
    if (node.opset >= 13) return [f(x, axisOf(node, given, x))];
    const axis = given === x.shape.length ? given : axisOf(node, given, x);
    if (axis === x.shape.length - 1) return [f(x, axis)];
    const rows = x.shape.slice(0, axis).reduce((n, size) => n * size, 1);
    const columns = x.shape.slice(axis).reduce((n, size) => n * size, 1);
    return [reshape(f(reshape(x, [rows, columns]), 1), x.shape)];
  };

/** How Gelu is computed; the graph refuses what is neither. */
const approximation = (node: NodeContext) => node.attributes.text('approximate', 'none') as 'none' | 'tanh';

/** Functions of each entry by itself, and softmax. */
export const activations: Converters = {
  Relu: convertRelu,
  Sigmoid: entrywise(sigmoid),
  Tanh: entrywise(tanh),
  Softplus: entrywise(softplus),
  Softsign: entrywise((x) => div(x, add(abs(x), 1))),
  Gelu: (node) => [gelu(node.input(0), { approximate: approximation(node) })],
  Elu: withFloats({ alpha: 1 }, (x, alpha) => elu(x, alpha!)),
  Selu: withFloats({ alpha: SELU_ALPHA, gamma: SELU_GAMMA }, (x, alpha, gamma) => mul(elu(x, alpha!), gamma!)),
  // max(0, x) + min(0, α (e^(x/α) − 1)).
  Celu: withFloats({ alpha: 1 }, (x, alpha) => where(greater(x, 0), x, mul(below(div(x, alpha!)), alpha!))),
  LeakyRelu: withFloats({ alpha: 0.01 }, (x, alpha) => leaky(x, alpha!)),
  PRelu: convertPRelu,
  ThresholdedRelu: withFloats({ alpha: 1 }, (x, alpha) => where(lessEqual(x, alpha!), 0, x)),
  HardSigmoid: withFloats({ alpha: 0.2, beta: 0.5 }, (x, alpha, beta) => hardSigmoid(x, alpha!, beta!)),
  HardSwish: entrywise((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  Mish: entrywise((x) => mul(x, tanh(softplus(x)))),
  Swish: withFloats({ alpha: 1 }, (x, alpha) => mul(x, sigmoid(alpha === 1 ? x : mul(x, alpha!)))),
  Shrink: withFloats({ bias: 0, lambd: 0.5 }, (x, bias, lambda) => shrink(x, bias!, lambda!)),
  Softmax: alongAxis(softmax),
  LogSoftmax: alongAxis(logSoftmax),
};
