import {
  add,
  argMax,
  cast,
  concat,
  constant,
  exp,
  greater,
  logSoftmax,
  mul,
  neg,
  pick,
  reduceSum,
  reshape,
  slice,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import type { Discrete, MultiBinary, MultiDiscrete, Value } from '@unbraid/sim-env';
import type { Distribution } from './distribution.ts';

/**
 * The logit of a choice that a mask forbids. Its probability is 0 in float32, its logarithm finite, so that neither the entropy, 0 · log 0, nor a gradient becomes NaN;
 * −∞ would make both.
 */
const FORBIDDEN = -1e8;

/** Spaces of choices. */
export type ChoiceSpace = Discrete | MultiDiscrete | MultiBinary;

/** Softmax of logits: one choice, or several at once that are independent of one another. A switch of a MultiBinary is a choice of two. */
export function categorical<A extends ChoiceSpace>(actionSpace: A): Distribution<A> {
  const choices = choicesOf(actionSpace);
  const outputs = choices.reduce((sum, n) => sum + n, 0);
  const { toAction, firstOf } = formOf(actionSpace);

  /** The logits of each choice; those that are forbidden as good as −∞. */
  function logitsOf(all: Tensor, mask: Tensor | undefined): Tensor[] {
    const allowed = mask ? where(greater(mask, 0), all, FORBIDDEN) : all;
    return partsOf(allowed, choices);
  }

  return {
    name: 'categorical',
    actionSpace,
    outputs,
    actionSize: choices.length,
    choices,
    logProb(all, actions, mask) {
      const rows = all.shape[0]!;
      const chosen = cast(actions, 'int32');
      const terms = logitsOf(all, mask).map((logits, i) => {
        const column = choices.length === 1 ? chosen : slice(chosen, [undefined, i], [undefined, i + 1]);
        return pick(logSoftmax(logits), reshape(column, [rows]));
      });
      return terms.reduce((sum, term) => add(sum, term));
    },
    entropy(all, mask) {
      const terms = logitsOf(all, mask).map((logits) => {
        const logProbs = logSoftmax(logits);
        return neg(reduceSum(mul(exp(logProbs), logProbs), { axes: [1] }));
      });
      return terms.reduce((sum, term) => add(sum, term));
    },
    mode(all) {
      const best = partsOf(all, choices).map((logits) =>
        reshape(cast(argMax(logits, 1), 'float32'), [all.shape[0]!, 1]),
      );
      const first = choices.map((_, i) => firstOf(i));
      return add(best.length === 1 ? best[0]! : concat(best, 1), constant(Float32Array.from(first), [1, first.length]));
    },
    draw(all, { actions, logProbs }, random, mask) {
      const rows = logProbs.length;
      for (let row = 0; row < rows; row++) {
        let from = row * outputs;
        logProbs[row] = 0;
        for (const [i, n] of choices.entries()) {
          const choice = random ? drawn(all, from, n, random, mask) : likeliest(all, from, n, mask);
          actions[row * choices.length + i] = choice;
          logProbs[row]! += all[from + choice]! - logSum(all, from, n, mask);
          from += n;
        }
      }
    },
    actionAt: (actions, row) => toAction(actions, row) as Value<A>,
    writeAction(action, actions, row) {
      const entries = typeof action === 'number' ? [action] : (action as ArrayLike<number>);
      for (let i = 0; i < choices.length; i++) actions[row * choices.length + i] = entries[i]! - firstOf(i);
    },
  };
}

function choicesOf(space: ChoiceSpace): readonly number[] {
  if (space.type === 'Discrete') return [space.n];
  return space.type === 'MultiDiscrete' ? space.nvec : Array.from({ length: space.n }, () => 2);
}

/** What an action is, and the number of the first choice of each. */
function formOf(space: ChoiceSpace) {
  const cut = (actions: Float32Array, row: number, size: number) => actions.subarray(row * size, (row + 1) * size);
  switch (space.type) {
    case 'Discrete':
      return {
        firstOf: () => space.start,
        toAction: (actions: Float32Array, row: number) => space.start + actions[row]!,
      };
    case 'MultiDiscrete':
      return {
        firstOf: (i: number) => space.start[i]!,
        toAction: (actions: Float32Array, row: number) =>
          Int32Array.from(cut(actions, row, space.nvec.length), (choice, i) => space.start[i]! + choice),
      };
    default:
      return {
        firstOf: () => 0,
        toAction: (actions: Float32Array, row: number) => Int8Array.from(cut(actions, row, space.n)),
      };
  }
}

function partsOf(all: Tensor, choices: readonly number[]): Tensor[] {
  if (choices.length === 1) return [all];
  let at = 0;
  return choices.map((n) => {
    at += n;
    return slice(all, [undefined, at - n], [undefined, at]);
  });
}

const isAllowed = (mask: Uint8Array | undefined, at: number): boolean => mask === undefined || mask[at] === 1;

/** The largest of the logits that are allowed; NaN is never less. */
function largest(all: Float32Array, from: number, n: number, mask: Uint8Array | undefined): number {
  let top = -Infinity;
  for (let at = from; at < from + n; at++) if (isAllowed(mask, at) && !(all[at]! <= top)) top = all[at]!;
  return top;
}

function logSum(all: Float32Array, from: number, n: number, mask: Uint8Array | undefined): number {
  const top = largest(all, from, n, mask);
  let sum = 0;
  for (let at = from; at < from + n; at++) if (isAllowed(mask, at)) sum += Math.exp(all[at]! - top);
  return top + Math.log(sum);
}

function likeliest(all: Float32Array, from: number, n: number, mask: Uint8Array | undefined): number {
  const top = largest(all, from, n, mask);
  for (let at = from; at < from + n; at++) if (isAllowed(mask, at) && all[at] === top) return at - from;
  return 0;
}

/** By inversion of the distribution function. */
function drawn(all: Float32Array, from: number, n: number, random: Random, mask: Uint8Array | undefined): number {
  const total = logSum(all, from, n, mask);
  let left = random.next();
  let last = 0;
  for (let at = from; at < from + n; at++) {
    if (!isAllowed(mask, at)) continue;
    last = at - from;
    left -= Math.exp(all[at]! - total);
    if (left < 0) return last;
  }
  return last;
}
