import {
  abs,
  add,
  clamp,
  div,
  gemm,
  matmul,
  mul,
  relu,
  sigmoid,
  slice,
  softplus,
  sub,
  type Tensor,
  tanh,
} from '@unbraid/graph';
import type { NodeContext } from '../converter.ts';
import { elu, hardSigmoid, leaky } from './activations.ts';

/** A function of entries, as a recurrent node names it. */
export type Activation = (x: Tensor) => Tensor;

/** What the steps of one direction share. Weights are transposed when they are used: R [gates · hidden, hidden]. */
export interface Cell {
  readonly hidden: number;
  /** R of the node. */
  readonly recurrent: Tensor;
  /** The part of B that goes with R, [gates · hidden], where there is one. */
  readonly recurrentBias: Tensor | undefined;
  /** P of an LSTM: input, output and forget gate, [3 · hidden]. */
  readonly peepholes: Tensor | undefined;
  readonly activations: readonly Activation[];
  readonly clip: number | undefined;
}

/** What a step hands to the next. */
export interface State {
  readonly h: Tensor;
  /** Of an LSTM alone. */
  readonly c?: Tensor;
}

/**
 * One step.
 * @param input x Wᵀ with the biases that are added to it, [rows, gates · hidden]
 */
export type Step = (cell: Cell, input: Tensor, state: State) => State;

/** The activations of a node, each with its own α and β, from the lists that all share. @throws {InputError} `model`, for an unknown name */
export function activationsOf(
  node: NodeContext,
  names: readonly string[],
  alphas: readonly number[],
  betas: readonly number[],
): Activation[] {
  let [nextAlpha, nextBeta] = [0, 0];
  return names.map((name) => {
    const alpha = (absent: number) => alphas[nextAlpha++] ?? absent;
    const beta = (absent: number) => betas[nextBeta++] ?? absent;
    switch (name.toLowerCase()) {
      case 'sigmoid':
        return sigmoid;
      case 'tanh':
        return tanh;
      case 'relu':
        return relu;
      case 'softplus':
        return softplus;
      case 'softsign':
        return (x) => div(x, add(abs(x), 1));
      case 'leakyrelu': {
        const slope = alpha(0.01);
        return (x) => leaky(x, slope);
      }
      case 'elu': {
        const scale = alpha(1);
        return (x) => elu(x, scale);
      }
      case 'hardsigmoid': {
        const [slope, start] = [alpha(0.2), beta(0.5)];
        return (x) => hardSigmoid(x, slope, start);
      }
      case 'affine': {
        const [slope, start] = [alpha(1), beta(0)];
        return (x) => add(mul(x, slope), start);
      }
      case 'scaledtanh': {
        const [scale, slope] = [alpha(1), beta(1)];
        return (x) => mul(tanh(mul(x, slope)), scale);
      }
      default:
        return node.fail(`doesn't know the activation ${name}`);
    }
  });
}

const clipped = (x: Tensor, clip: number | undefined): Tensor => (clip === undefined ? x : clamp(x, -clip, clip));

/** Columns of gates `from` to `to`, of a matrix or a list. */
const gates = (x: Tensor, from: number, to: number, hidden: number): Tensor =>
  x.shape.length === 1
    ? slice(x, [from * hidden], [to * hidden])
    : slice(x, [undefined, from * hidden], [undefined, to * hidden]);

/** h Rᵀ + an addend of the product's shape or of one row. */
const recur = (h: Tensor, recurrent: Tensor, addend: Tensor | undefined): Tensor =>
  addend ? gemm(h, recurrent, addend, { transposeB: true }) : matmul(h, recurrent, { transposeB: true });

/** Hₜ = f(x Wᵀ + h Rᵀ). */
export const rnnStep: Step = ({ recurrent, activations, clip }, input, { h }) => ({
  h: activations[0]!(clipped(recur(h, recurrent, input), clip)),
});

/** Gates z, r and h of the GRU: both ways of the reset gate, before and after the product with R. */
export const gruStep =
  (linearBeforeReset: boolean): Step =>
  ({ hidden, recurrent, recurrentBias, activations: [f, g], clip }, input, { h }) => {
    const rows = (from: number, to: number) => slice(recurrent, [from * hidden], [to * hidden]);
    const gated = f!(clipped(recur(h, rows(0, 2), gates(input, 0, 2, hidden)), clip));
    const [z, r] = [gates(gated, 0, 1, hidden), gates(gated, 1, 2, hidden)];
    const enters = gates(input, 2, 3, hidden);
    const bias = recurrentBias && gates(recurrentBias, 2, 3, hidden);
    const sum = linearBeforeReset
      ? add(enters, mul(r, recur(h, rows(2, 3), bias)))
      : recur(mul(r, h), rows(2, 3), enters);
    const candidate = g!(clipped(sum, clip));
    return { h: add(candidate, mul(z, sub(h, candidate))) };
  };

/** Gates i, o, f and c of the LSTM (Gers, Schraudolph and Schmidhuber 2002, with peepholes). */
export const lstmStep =
  (inputForget: boolean): Step =>
  ({ hidden, recurrent, peepholes, activations: [f, g, h], clip }, input, state) => {
    const all = recur(state.h, recurrent, input);
    const before = state.c!;
    const peep = (gate: Tensor, at: number, c: Tensor): Tensor =>
      peepholes ? add(gate, mul(gates(peepholes, at, at + 1, hidden), c)) : gate;
    const gate = (at: number, c: Tensor): Tensor => f!(clipped(peep(gates(all, at, at + 1, hidden), at, c), clip));
    // Without peepholes one call serves three gates.
    const three = peepholes ? undefined : f!(clipped(gates(all, 0, 3, hidden), clip));
    const gateOf = (at: number, c: Tensor): Tensor => (three ? gates(three, at, at + 1, hidden) : gate(at, c));
    const enter = gateOf(0, before);
    const keep = inputForget ? sub(1, enter) : gateOf(2, before);
    const candidate = g!(clipped(gates(all, 3, 4, hidden), clip));
    const c = add(mul(keep, before), mul(enter, candidate));
    return { h: mul(gateOf(1, c), h!(c)), c };
  };
