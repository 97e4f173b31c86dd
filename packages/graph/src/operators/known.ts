import type { Tensor } from '../tensor.ts';
import { constantValue, uniformValue } from './constant.ts';
import { powerOf } from './pow.ts';

/*
 * What the operators that made a tensor say about its entries, whatever the inputs hold. Derivative rules ask, so that products are
 * guarded where an entry may be 0 · ∞ and nowhere else (docs/decisions/017-zero-times-infinity.md).
 */

/**
 * A property of tensors that follows from those of the operands. Iterative, so that depth has no limit, and found once for each tensor.
 */
function inherited<T>(rule: (tensor: Tensor, of: (operand: Tensor) => T) => T): (tensor: Tensor) => T {
  const known = new WeakMap<Tensor, { readonly value: T }>();
  const of = (tensor: Tensor): T => known.get(tensor)!.value;
  return (tensor) => {
    const stack = [tensor];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const open = known.has(top) ? [] : top.inputs.filter((x) => !known.has(x));
      if (open.length > 0) stack.push(...open);
      else {
        stack.pop();
        if (!known.has(top)) known.set(top, { value: rule(top, of) });
      }
    }
    return of(tensor);
  };
}

/** Operators whose entries are entries of the first operand, in other places or more than once, or sums of them, or have their sign changed. */
const MOVES = new Set([
  ...[
    'broadcastTo',
    'gather',
    'gatherElements',
    'neg',
    'part',
    'pick',
    'reduceSum',
    'repeat2d',
    'reshape',
    'slice',
    'stopGradient',
    'transpose',
  ],
]);

/** Operators whose every operand adds to an entry, so that nothing of one entry alone is left. */
const PRODUCTS = new Set(['matmul', 'gemm', 'conv2d', 'convTranspose2d', 'conv2dWeightGradient']);

const TRUTHS = new Set(['equal', 'greater', 'greaterEqual', 'less', 'lessEqual']);

/**
 * Whether a cotangent or tangent may hold zeros that are exact: `chosen` by `where`, which leaves out values that may be NaN on purpose;
 * `masked` by another operator, which leaves out numbers.
 */
export type Zeros = 'none' | 'masked' | 'chosen';

const RANKS: readonly Zeros[] = ['none', 'masked', 'chosen'];
const most = (...levels: Zeros[]): Zeros => RANKS[Math.max(...levels.map((level) => RANKS.indexOf(level)))]!;
const least = (...levels: Zeros[]): Zeros => RANKS[Math.min(...levels.map((level) => RANKS.indexOf(level)))]!;

export const zerosIn = inherited<Zeros>((tensor, of) => {
  const { operator, inputs, attributes } = tensor;
  const operands = () => inputs.map(of);
  if (MOVES.has(operator.name)) return of(inputs[0]!);
  switch (operator.name) {
    case 'constant':
      return constantValue(tensor)!.data.includes(0) ? 'masked' : 'none';
    // A cotangent that a user gives may be a row of the identity.
    case 'input':
    case 'bernoulliMask':
    case 'reluMask':
    case 'scatterAdd':
    case 'scatterRows':
    case 'scatterElements':
      return 'masked';
    case 'addAt':
      return of(inputs[0]!);
    case 'cast':
      return inputs[0]!.dtype === 'bool' ? 'masked' : of(inputs[0]!);
    case 'pad':
      return attributes.value === 0 ? most('masked', of(inputs[0]!)) : of(inputs[0]!);
    case 'where': {
      const [a, b] = inputs.slice(1) as [Tensor, Tensor];
      const chooses = (zero: Tensor, other: Tensor) => uniformValue(zero) === 0 && !tame(other);
      return chooses(a, b) || chooses(b, a) ? 'chosen' : most(of(a), of(b));
    }
    case 'mul':
    case 'concat':
    case 'geluGradient':
      return most(...operands());
    case 'div':
      return of(inputs[0]!);
    case 'add':
    case 'sub':
      return least(...operands());
    default:
      return 'none';
  }
});

type Sign = 'positive' | 'nonnegative' | 'unknown';

const signOf = inherited<Sign>((tensor, of) => {
  const { operator, inputs } = tensor;
  const every = (sign: Sign) => inputs.every((x) => of(x) === sign);
  const none = inputs.some((x) => of(x) === 'unknown');
  switch (operator.name) {
    case 'constant': {
      const { data } = constantValue(tensor)!;
      return data.every((x) => x > 0) ? 'positive' : data.every((x) => x >= 0) ? 'nonnegative' : 'unknown';
    }
    case 'broadcastTo':
    case 'reshape':
    case 'reduceSum':
    case 'sqrt':
    case 'transpose':
      return of(inputs[0]!);
    case 'averagePool2d':
    case 'maxPool2d':
      return of(inputs[0]!) === 'unknown' ? 'unknown' : 'nonnegative';
    case 'abs':
    case 'bernoulliMask':
    case 'exp':
    case 'norm':
    case 'relu':
    case 'reluMask':
    case 'sigmoid':
    case 'softmax':
    case 'softplus':
      return 'nonnegative';
    case 'cast':
      return inputs[0]!.dtype === 'bool' ? 'nonnegative' : 'unknown';
    case 'add':
      return none ? 'unknown' : every('nonnegative') ? 'nonnegative' : 'positive';
    case 'mul':
      return inputs[0] === inputs[1] || !none ? 'nonnegative' : 'unknown';
    case 'div':
      return none ? 'unknown' : 'nonnegative';
    default:
      return 'unknown';
  }
});

/** Whether no entry is below 0; NaN may be among them. */
export const isNonnegative = (tensor: Tensor): boolean => signOf(tensor) !== 'unknown';

/** Whether an entry may be infinite or NaN where all inputs of the graph are finite, numbers that are too large left out. */
export const unbounded = inherited<boolean>((tensor, of) => {
  const { operator, inputs } = tensor;
  const { name } = operator;
  if (PRODUCTS.has(name) || TRUTHS.has(name)) return false;
  switch (name) {
    case 'constant':
      return !constantValue(tensor)!.data.every(Number.isFinite);
    case 'acos':
    case 'acosh':
    case 'asin':
    case 'atanh':
    case 'cosh':
    case 'exp':
    case 'fmod':
    case 'log':
    case 'pow':
    case 'sinh':
      return true;
    case 'sqrt':
      return signOf(inputs[0]!) === 'unknown' || of(inputs[0]!);
    case 'div':
      return signOf(inputs[1]!) !== 'positive' && !divides(inputs[1]!) ? true : inputs.some(of);
    default:
      return inputs.some(of);
  }
});

/** Whether it is a number other than 0. */
const divides = (divisor: Tensor): boolean => {
  const value = uniformValue(divisor);
  return value !== undefined && value !== 0;
};

/** Whether every entry is finite, whatever the inputs hold. */
export const tame = inherited<boolean>((tensor, of) => {
  const { operator, inputs } = tensor;
  if (TRUTHS.has(operator.name)) return true;
  if (MOVES.has(operator.name)) return of(inputs[0]!);
  switch (operator.name) {
    case 'constant':
      return constantValue(tensor)!.data.every(Number.isFinite);
    case 'bernoulliMask':
    // That of a NaN is NaN, as what it masks is.
    case 'reluMask':
      return true;
    case 'cast':
      return inputs[0]!.dtype === 'bool' || of(inputs[0]!);
    case 'add':
    case 'sub':
    case 'mul':
      return inputs.every(of);
    case 'where':
      return inputs.slice(1).every(of);
    default:
      return false;
  }
});

/** Whether a tensor is a sum of squares, so that it is 0 only where all that is squared is 0. */
export const isSumOfSquares = inherited<boolean>((tensor, of) => {
  const { operator, inputs } = tensor;
  const [a, b] = inputs as [Tensor, Tensor];
  switch (operator.name) {
    case 'broadcastTo':
    case 'reduceSum':
    case 'reshape':
      return of(a);
    case 'add':
      return of(a) && of(b);
    case 'pow':
      return powerOf(tensor) === 2;
    case 'mul':
      return a === b || scales(a, b, of) || scales(b, a, of);
    default:
      return false;
  }
});

const scales = (factor: Tensor, squares: Tensor, of: (x: Tensor) => boolean): boolean =>
  (uniformValue(factor) ?? 0) > 0 && of(squares);
