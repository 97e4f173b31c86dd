import { cast, concat, constant, evaluate, reshape, slice, type Tensor, where } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { axisIn } from './axes.ts';
import { widest } from './kernel-types.ts';

/** Steps of a loop that are written out one after the other. */
const MOST_STEPS = 10_000;

/** The branch that a known condition chooses; of one that comes from data both, and of each entry the one that it chooses. */
function convertIf(node: NodeContext): readonly Tensor[] {
  const known = node.known(0);
  if (known) return node.body(known.data[0] ? 'then_branch' : 'else_branch', []);
  const condition = reshape(node.input(0), []);
  const otherwise = node.body('else_branch', []);
  return node.body('then_branch', []).map((taken, i) => {
    const other = otherwise[i];
    if (!other || taken.dtype !== other.dtype || taken.shape.join() !== other.shape.join())
      return node.fail(
        `its condition comes from data, and its branches give [${taken.shape.join(', ')}] and [${other?.shape.join(', ') ?? 'nothing'}]; export the model for one of them`,
      );
    const type = widest(taken.dtype);
    return cast(where(condition, cast(taken, type), cast(other, type)), taken.dtype);
  });
}

/** A body that is repeated a known number of times: its results are its next inputs, and those beyond them are collected. */
function convertLoop(node: NodeContext): readonly (Tensor | undefined)[] {
  const most = node.inputs[0] ? node.number(0) : Number.POSITIVE_INFINITY;
  let goOn = node.inputs[1] ? node.number(1) !== 0 : true;
  let state = node.inputs.slice(2).map((_, i) => node.input(i + 2));
  const collected: Tensor[][] = [];
  for (let step = 0; step < most && goOn; step++) {
    if (step === MOST_STEPS) node.fail(`it makes more than ${MOST_STEPS} steps`);
    const [next, ...results] = node.body('body', [constant(step, [], 'int64'), constant(1, [], 'bool'), ...state]);
    if (next === undefined || results.length < node.wanted.length)
      node.fail(`its body has ${results.length + 1} outputs, ${node.wanted.length + 1} are needed`);
    collected.push(results.slice(state.length));
    state = results.slice(0, state.length);
    goOn = truthOf(node, next!);
  }
  const count = node.wanted.length - state.length;
  const scans = Array.from({ length: Math.max(0, count) }, (_, i) =>
    collected.length === 0 ? undefined : stacked(collected.map((results) => results[i]!)),
  );
  if (collected.length === 0 && node.wanted.slice(state.length).some((wanted) => wanted))
    node.fail('it makes no step, so that the shape of what it collects is not known');
  return [...state, ...scans];
}

/** A condition that must follow from shapes and constants. */
function truthOf(node: NodeContext, condition: Tensor): boolean {
  if (dependsOnData(condition))
    node.fail('when it ends depends on data; export the model with a fixed number of steps');
  return evaluate([condition], new Map())[0]!.data[0] !== 0;
}

function dependsOnData(root: Tensor): boolean {
  const seen = new Set<Tensor>();
  const open = [root];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    if (tensor.operator.name === 'input') return true;
    open.push(...tensor.inputs);
  }
  return false;
}

const stacked = (parts: readonly Tensor[], axis = 0): Tensor =>
  concat(
    parts.map((part) => reshape(part, part.shape.toSpliced(axis, 0, 1))),
    axis,
  );

const partAt = (x: Tensor, axis: number, place: number): Tensor => {
  const only = (value: number) => [...new Array<undefined>(axis).fill(undefined), value];
  return reshape(slice(x, only(place), only(place + 1)), x.shape.toSpliced(axis, 1));
};

/** A body along sequences, written out for each of their places. */
function convertScan(node: NodeContext): readonly Tensor[] {
  return node.opset < 9
    ? scanBatch(node)
    : scan(
        node,
        node.inputs.map((_, i) => node.input(i)),
      );
}

/** Up to operator set 8: each sequence of a batch by itself, all of one length. */
function scanBatch(node: NodeContext): readonly Tensor[] {
  if (node.inputs[0]) node.fail('its sequences have lengths of their own, which isn’t read; export the model anew');
  const all = node.inputs.slice(1).map((_, i) => node.input(i + 1));
  const rows = all[0]!.shape[0]!;
  const results = Array.from({ length: rows }, (_, row) =>
    scan(
      node,
      all.map((x) => partAt(x, 0, row)),
    ),
  );
  return results[0]!.map((_, i) => stacked(results.map((row) => row[i]!)));
}

function scan(node: NodeContext, all: readonly Tensor[]): readonly Tensor[] {
  const { attributes } = node;
  const scanned = attributes.integer('num_scan_inputs', 0);
  const sequences = all.slice(all.length - scanned);
  let state = all.slice(0, all.length - scanned);
  const axes = (attributes.integers('scan_input_axes') ?? sequences.map(() => 0)).map((axis, i) =>
    axisIn(node, axis, sequences[i]!.shape.length),
  );
  const backwards = attributes.integers('scan_input_directions') ?? attributes.integers('directions');
  const length = sequences[0]?.shape[axes[0]!] ?? node.fail('it has no sequence');
  if (length > MOST_STEPS) node.fail(`it makes more than ${MOST_STEPS} steps`);
  const collected: Tensor[][] = [];
  for (let step = 0; step < length; step++) {
    const parts = sequences.map((x, i) => partAt(x, axes[i]!, backwards?.[i] === 1 ? length - 1 - step : step));
    const results = node.body('body', [...state, ...parts]);
    if (results.length < node.wanted.length)
      node.fail(`its body has ${results.length} outputs, ${node.wanted.length} are needed`);
    collected.push(results.slice(state.length));
    state = results.slice(0, state.length);
  }
  if (length === 0) return node.fail('its sequences are empty');
  const outputAxes = attributes.integers('scan_output_axes');
  const reversed = attributes.integers('scan_output_directions');
  const scans = collected[0]!.map((result, i) => {
    const parts = collected.map((results) => results[i]!);
    return stacked(
      reversed?.[i] === 1 ? parts.reverse() : parts,
      axisIn(node, outputAxes?.[i] ?? 0, result.shape.length + 1),
    );
  });
  return [...state, ...scans];
}

/** Graphs in attributes. */
export const controlFlow: Converters = { If: convertIf, Loop: convertLoop, Scan: convertScan };
