import { showValue } from '@unbraid/checks';
import {
  add,
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  cast,
  clamp,
  constant,
  div,
  fmod,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mod,
  mul,
  pow,
  sub,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { wrapped } from './casting.ts';
import { isFloat, widest } from './kernel-types.ts';

const both =
  (f: (a: Tensor, b: Tensor) => Tensor): Converter =>
  (node) => [f(node.input(0), node.input(1))];

/** Of one operand or more. */
const several =
  (f: (a: Tensor, b: Tensor) => Tensor): Converter =>
  (node) => [operands(node).reduce((a, b) => f(a, b))];

const operands = (node: NodeContext): Tensor[] => node.inputs.map((_, i) => node.input(i));

function convertMean(node: NodeContext): readonly Tensor[] {
  const all = operands(node);
  return [
    div(
      all.reduce((a, b) => add(a, b)),
      all.length,
    ),
  ];
}

/** The exponent may be of another type; the result has the base's. */
function convertPow(node: NodeContext): readonly Tensor[] {
  const [base, exponent] = [node.input(0), node.input(1)];
  if (isFloat(base)) return [pow(base, cast(exponent, base.dtype))];
  if (!isFloat(exponent) && base.dtype !== 'uint32') return [pow(base, cast(exponent, base.dtype))];
  return [cast(pow(cast(base, 'float64'), cast(exponent, 'float64')), base.dtype)];
}

function convertMod(node: NodeContext): readonly Tensor[] {
  const [a, b] = [node.input(0), node.input(1)];
  const signOfDivisor = node.attributes.integer('fmod', 0) === 0 && a.dtype !== 'uint32';
  return [signOfDivisor ? mod(a, b) : fmod(a, b)];
}

/** Bounds are attributes up to operator set 10, then inputs. Where the lower is above the upper all entries are the upper. */
function convertClip(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const [low, high] = [boundOf(node, 'min', 1), boundOf(node, 'max', 2)];
  const [least, most] = [numberOf(low, -Infinity), numberOf(high, Infinity)];
  if (isFloat(x) && least !== undefined && most !== undefined && least <= most) return [clamp(x, least, most)];
  const raised = low === undefined ? x : maximum(x, scalar(low, x));
  return [high === undefined ? raised : minimum(raised, scalar(high, x))];
}

function boundOf(node: NodeContext, name: string, index: number): Tensor | number | undefined {
  if (node.opset < 11) return node.attributes.has(name) ? node.attributes.float(name, 0) : undefined;
  const known = node.known(index);
  return known?.data.length === 1 ? known.data[0]! : node.inputs[index];
}

const numberOf = (bound: Tensor | number | undefined, absent: number): number | undefined =>
  bound === undefined ? absent : typeof bound === 'number' ? bound : undefined;

const scalar = (bound: Tensor | number, like: Tensor): Tensor =>
  typeof bound === 'number' ? constant(bound, [], like.dtype) : bound;

function convertBitwiseNot(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  return [bitwiseXor(x, constant(x.dtype === 'uint32' ? 2 ** 32 - 1 : -1, [], x.dtype))];
}

const WIDTHS: Readonly<Record<string, number>> = { int32: 32, uint32: 32, int64: 64 };

/** By powers of two, in 64 bits: at the left bits are lost, from the left comes the sign. A shift below 0 or by the whole width leaves nothing else. */
function convertBitShift(node: NodeContext): readonly Tensor[] {
  const [x, by] = [cast(node.input(0), 'int64'), cast(node.input(1), 'int64')];
  const { dtype } = node.input(0);
  const width = WIDTHS[dtype] ?? node.fail(`it takes no ${dtype}`);
  const number = (value: number) => constant(value, [], 'int64');
  const within = logicalAnd(greaterEqual(by, 0), less(by, width));
  const power = pow(number(2), minimum(where(within, by, 0), number(62)));
  const direction = node.attributes.text('direction', '');
  if (direction === 'LEFT') {
    const moved = where(within, mul(x, power), 0);
    return [dtype === 'int64' ? moved : cast(wrapped(moved, dtype === 'int32' ? -(2 ** 31) : 0, 2 ** 32), dtype)];
  }
  if (direction !== 'RIGHT') return node.fail(`its direction is LEFT or RIGHT, not ${showValue(direction)}`);
  const moved = div(sub(x, mod(x, power)), power);
  return [cast(where(within, moved, where(less(x, 0), number(-1), 0)), dtype)];
}

/** Where a truth decides; ONNX Runtime chooses no truths. */
function convertWhere(node: NodeContext): readonly Tensor[] {
  const [condition, a, b] = [node.input(0), node.input(1), node.input(2)];
  const type = widest(a.dtype);
  return [cast(where(condition, cast(a, type), cast(b, type)), a.dtype)];
}

/** Arithmetic on pairs of entries, with NumPy's broadcasting. */
export const arithmetic: Converters = {
  Add: both(add),
  Sub: both(sub),
  Mul: both(mul),
  Div: both(div),
  Pow: convertPow,
  Mod: convertMod,
  Min: several(minimum),
  Max: several(maximum),
  Sum: several(add),
  Mean: convertMean,
  Clip: convertClip,
  Where: convertWhere,
  BitwiseAnd: both(bitwiseAnd),
  BitwiseOr: both(bitwiseOr),
  BitwiseXor: both(bitwiseXor),
  BitwiseNot: convertBitwiseNot,
  BitShift: convertBitShift,
};
