import {
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  gemm,
  greater,
  matmul,
  reshape,
  slice,
  type Tensor,
  transpose,
  where,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { activationsOf, type Cell, gruStep, lstmStep, rnnStep, type State, type Step } from './recurrent-cells.ts';

/** What tells the three networks apart. */
interface Kind {
  readonly gates: number;
  /** Activations of one direction that are taken where the node names none. */
  readonly activations: readonly string[];
  readonly step: (node: NodeContext) => Step;
  /** Whether it carries cells beside its outputs. */
  readonly cells: boolean;
  /** Whether the bias of R's last gate is scaled by another gate, so that it can't be added to the input before. */
  readonly biasInside: (node: NodeContext) => boolean;
}

const RNN: Kind = { gates: 1, activations: ['Tanh'], step: () => rnnStep, cells: false, biasInside: () => false };
const GRU: Kind = {
  gates: 3,
  activations: ['Sigmoid', 'Tanh'],
  step: (node) => gruStep(linearBeforeReset(node)),
  cells: false,
  biasInside: (node) => linearBeforeReset(node),
};
const LSTM: Kind = {
  gates: 4,
  activations: ['Sigmoid', 'Tanh', 'Tanh'],
  step: (node) => lstmStep(node.attributes.integer('input_forget', 0) !== 0),
  cells: true,
  biasInside: () => false,
};

const linearBeforeReset = ({ attributes }: NodeContext): boolean => attributes.integer('linear_before_reset', 0) !== 0;

const DIRECTIONS: Readonly<Record<string, readonly boolean[]>> = {
  forward: [false],
  reverse: [true],
  bidirectional: [false, true],
};

/** The outputs of one direction: of every time in order, and the last state. */
interface Run {
  readonly all: readonly Tensor[];
  readonly last: State;
}

/**
 * A recurrent network, its steps one after the other in the graph; what depends on the input alone is one product for all of them. Rows whose sequences
 * have ended keep their state and give zeros.
 */
const recurrent =
  (kind: Kind): Converter =>
  (node) => {
    const rowsFirst = node.attributes.integer('layout', 0) !== 0;
    const given = node.input(0);
    if (given.shape.length !== 3) return node.fail(`takes [times, rows, features], not [${given.shape.join(', ')}]`);
    const x = rowsFirst ? transpose(given, [1, 0, 2]) : given;
    const name = node.attributes.text('direction', 'forward');
    const directions = Object.hasOwn(DIRECTIONS, name) ? DIRECTIONS[name]! : node.fail(`its direction is ${name}`);
    const names = node.attributes.texts('activations') ?? directions.flatMap(() => kind.activations);
    const activations = activationsOf(
      node,
      names,
      node.attributes.floats('activation_alpha') ?? [],
      node.attributes.floats('activation_beta') ?? [],
    );
    const each = kind.activations.length;
    if (activations.length !== each * directions.length)
      return node.fail(`names ${activations.length} activations, ${each * directions.length} are needed`);
    const running = runningRows(node, x);
    const runs = directions.map((backwards, d) =>
      runDirection(node, kind, {
        x,
        d,
        backwards,
        running,
        rowsFirst,
        activations: activations.slice(d * each, (d + 1) * each),
      }),
    );
    return outputsOf(runs, rowsFirst, kind.cells);
  };

interface Direction {
  readonly x: Tensor;
  /** Which of the node's directions it is. */
  readonly d: number;
  readonly backwards: boolean;
  readonly running: readonly Tensor[] | undefined;
  readonly rowsFirst: boolean;
  readonly activations: Cell['activations'];
}

function runDirection(node: NodeContext, kind: Kind, direction: Direction): Run {
  const { x, d, backwards, running, rowsFirst } = direction;
  const [times, rows] = x.shape as [number, number];
  const recurrentWeights = part(node.input(2), d);
  const hidden = recurrentWeights.shape[1]!;
  const clip = node.attributes.has('clip') ? node.attributes.float('clip', 0) : undefined;
  const biases = node.inputs[3] && part(node.inputs[3], d);
  const biasOfR = biases && slice(biases, [kind.gates * hidden]);
  const cell: Cell = {
    hidden,
    recurrent: recurrentWeights,
    recurrentBias: kind.biasInside(node) ? biasOfR : undefined,
    peepholes: node.inputs[7] && part(node.inputs[7], d),
    activations: direction.activations,
    clip,
  };
  const inputs = inputProducts(x, part(node.input(1), d), biases && inputBias(node, kind, biases, hidden));
  const step = kind.step(node);
  const start = (index: number): Tensor => initial(node.inputs[index], d, [rows, hidden], x, rowsFirst);
  let state: State = kind.cells ? { h: start(5), c: start(6) } : { h: start(5) };
  const all = new Array<Tensor>(times);
  for (let i = 0; i < times; i++) {
    const time = backwards ? times - 1 - i : i;
    const next = step(cell, row(inputs, time), state);
    const runs = running?.[time];
    all[time] = runs ? where(runs, next.h, 0) : next.h;
    state = runs ? held(runs, next, state) : next;
  }
  return { all, last: state };
}

/** One direction's part of a tensor that begins with an axis of directions. */
const part = (x: Tensor, d: number): Tensor => reshape(slice(x, [d], [d + 1]), x.shape.slice(1));

const row = (x: Tensor, at: number): Tensor => reshape(slice(x, [at], [at + 1]), x.shape.slice(1));

/** x Wᵀ + bias for all times, [times, rows, gates · hidden]. */
function inputProducts(x: Tensor, weights: Tensor, bias: Tensor | undefined): Tensor {
  const [times, rows, features] = x.shape as [number, number, number];
  const flat = reshape(x, [times * rows, features]);
  const product = bias ? gemm(flat, weights, bias, { transposeB: true }) : matmul(flat, weights, { transposeB: true });
  return reshape(product, [times, rows, weights.shape[0]!]);
}

/** Both biases, as far as that of R needn't be added inside: of a GRU those of its first two gates. */
function inputBias(node: NodeContext, kind: Kind, biases: Tensor, hidden: number): Tensor {
  const whole = kind.gates * hidden;
  const [ofW, ofR] = [slice(biases, [0], [whole]), slice(biases, [whole])];
  if (!kind.biasInside(node)) return add(ofW, ofR);
  const both = add(slice(ofW, [0], [2 * hidden]), slice(ofR, [0], [2 * hidden]));
  return concat([both, slice(ofW, [2 * hidden])], 0);
}

/** What a direction starts from: zeros where nothing is given. */
function initial(given: Tensor | undefined, d: number, shape: number[], x: Tensor, rowsFirst: boolean): Tensor {
  if (!given) return broadcastTo(constant(0, [], x.dtype), shape);
  return part(rowsFirst ? transpose(given, [1, 0, 2]) : given, d);
}

/** For each time whether a row's sequence still runs, [rows, 1]; undefined where all run to the end. */
function runningRows(node: NodeContext, x: Tensor): Tensor[] | undefined {
  const lengths = node.inputs[4];
  const [times, rows] = x.shape as [number, number];
  if (!lengths || node.known(4)?.data.every((length) => length >= times)) return undefined;
  const column = reshape(cast(lengths, 'int64'), [rows, 1]);
  return Array.from({ length: times }, (_, time) => greater(column, time));
}

/** The state of rows that have ended stays. */
const held = (runs: Tensor, next: State, before: State): State => ({
  h: where(runs, next.h, before.h),
  ...(next.c && { c: where(runs, next.c, before.c!) }),
});

/** Y [times, directions, rows, hidden], Y_h and Y_c [directions, rows, hidden]; rows come first with layout 1. */
function outputsOf(runs: readonly Run[], rowsFirst: boolean, cells: boolean): Tensor[] {
  const stacked = (tensors: readonly Tensor[]): Tensor =>
    concat(
      tensors.map((tensor) => reshape(tensor, [1, ...tensor.shape])),
      0,
    );
  const all = stacked(runs[0]!.all.map((_, time) => stacked(runs.map((run) => run.all[time]!))));
  const last = stacked(runs.map(({ last }) => last.h));
  const lastCells = cells ? [stacked(runs.map(({ last }) => last.c!))] : [];
  if (!rowsFirst) return [all, last, ...lastCells];
  return [transpose(all, [2, 0, 1, 3]), ...[last, ...lastCells].map((state) => transpose(state, [1, 0, 2]))];
}

/** Recurrent networks. */
export const recurrents: Converters = {
  RNN: recurrent(RNN),
  GRU: recurrent(GRU),
  LSTM: recurrent(LSTM),
};
