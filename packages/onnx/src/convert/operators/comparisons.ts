import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  type Tensor,
} from '@unbraid/graph';
import type { Converter, Converters } from '../converter.ts';

const both =
  (f: (a: Tensor, b: Tensor) => Tensor): Converter =>
  (node) => [f(node.input(0), node.input(1))];

/** What has truths as results. */
export const comparisons: Converters = {
  Equal: both(equal),
  Greater: both(greater),
  GreaterOrEqual: both(greaterEqual),
  Less: both(less),
  LessOrEqual: both(lessEqual),
  And: both(logicalAnd),
  Or: both(logicalOr),
  Xor: both(logicalXor),
  Not: (node) => [logicalNot(node.input(0))],
};
