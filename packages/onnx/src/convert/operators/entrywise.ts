import {
  abs,
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  broadcastTo,
  ceil,
  constant,
  cos,
  cosh,
  div,
  equal,
  erf,
  exp,
  floor,
  log,
  logicalNot,
  logicalOr,
  neg,
  round,
  sign,
  sin,
  sinh,
  sqrt,
  type Tensor,
  tan,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';

const of =
  (f: (x: Tensor) => Tensor): Converter =>
  (node) => [f(node.input(0))];

function convertIsInf(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const positive = node.attributes.integer('detect_positive', 1) !== 0;
  const negative = node.attributes.integer('detect_negative', 1) !== 0;
  const found = [...(positive ? [Infinity] : []), ...(negative ? [-Infinity] : [])].map((value) => equal(x, value));
  return [found.length === 0 ? broadcastTo(constant(0, [], 'bool'), x.shape) : found.reduce((a, b) => logicalOr(a, b))];
}

/** Functions of one entry. The derivative of those that round is 0. */
export const entrywise: Converters = {
  Abs: of(abs),
  Neg: of(neg),
  Sign: of(sign),
  Reciprocal: of((x) => div(1, x)),
  Sqrt: of(sqrt),
  Exp: of(exp),
  Log: of(log),
  Sin: of(sin),
  Cos: of(cos),
  Tan: of(tan),
  Asin: of(asin),
  Acos: of(acos),
  Atan: of(atan),
  Sinh: of(sinh),
  Cosh: of(cosh),
  Asinh: of(asinh),
  Acosh: of(acosh),
  Atanh: of(atanh),
  Erf: of(erf),
  Floor: of(floor),
  Ceil: of(ceil),
  Round: of(round),
  IsNaN: of((x) => logicalNot(equal(x, x))),
  IsInf: convertIsInf,
};
