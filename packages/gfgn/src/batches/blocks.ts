import {
  compile,
  type Runtime,
  type Scope,
  slice,
  type Tensor,
  type TensorSpec,
  trace,
  type Workspace,
} from '@unbraid/graph';
import { type Csr, createRandom } from '@unbraid/kernels';
import { inference, type Matrix } from '@unbraid/nn';
import type { NodeStage } from '../layers/node-layer.ts';
import type { Structure } from '../structure.ts';
import type { Batch } from './batch.ts';
import { movingBatch } from './moving-program.ts';
import { roomsFor } from './rooms.ts';
import { createSampler } from './sampler.ts';

/** Outputs of nodes, some at a time. */
export interface BlockEvaluator {
  /** What the model gives for `wanted` nodes, [nodes, outputs]; rows of others are zeros. Valid until the next call. */
  outputs(wanted: Int32Array): Promise<Float32Array>;
}

interface Given {
  readonly stages: readonly NodeStage[];
  /** What `params` of the program are, and where they lie. */
  readonly specs: TensorSpec;
  readonly params: { readonly data: Float32Array };
  readonly features: Csr | Matrix;
  readonly structure: Structure;
  readonly workspace: Workspace;
  /** How many nodes, those around the ones at hand among them, about are worked on at once. */
  readonly nodesAtOnce: number;
}

/**
 * The outputs of a model stage after stage (Hamilton et al. 2017, algorithm 1): what a stage makes of all nodes is kept, and the next one reads it, so a node is computed
 * once in each stage, with those that it hears of again and again. All neighbours are heard; nothing is sampled.
 */
export function blockEvaluator(scope: Scope, runtime: Runtime, given: Given): BlockEvaluator {
  const { stages, structure } = given;
  const all = Int32Array.from({ length: structure.nodes }, (_, i) => i);
  const programs = new Map<string, Promise<StageProgram>>();
  return {
    async outputs(wanted) {
      let h: Csr | Matrix = given.features;
      for (const [s, stage] of stages.entries()) {
        const nodes = s + 1 === stages.length ? wanted : all;
        const key = `${s} ${nodes.length}`;
        const made = programs.get(key) ?? openStage(scope, runtime, stage, h, nodes, given);
        programs.set(key, made);
        h = await (await made)(nodes);
      }
      return (h as Matrix).data;
    },
  };
}

/** What a stage makes of the features that it was opened with, for some nodes. */
type StageProgram = (nodes: Int32Array) => Promise<Matrix>;

async function openStage(
  scope: Scope,
  runtime: Runtime,
  stage: NodeStage,
  features: Csr | Matrix,
  nodes: Int32Array,
  { specs, params, structure, workspace, nodesAtOnce }: Given,
): Promise<StageProgram> {
  const sampler = createSampler(structure);
  const fanOuts = new Array<number>(stage.hops).fill(Number.POSITIVE_INFINITY);
  // Nothing is drawn where all neighbours are heard.
  const unused = createRandom(0);
  const around = (part: Int32Array): Batch => sampler.around(part, fanOuts, unused);
  const size = blockSize(nodes, nodesAtOnce, around);
  const parts = Array.from({ length: Math.ceil(nodes.length / size) }, (_, i) =>
    nodes.subarray(i * size, (i + 1) * size),
  );
  const [room] = largestRoom(parts, around, stage.hops, structure.nodes);
  const batch = movingBatch(scope, runtime, [stage], [room!], features);
  const program = trace({ params: specs, ...batch.features.specs }, (inputs) => {
    const { params: at, x } = inputs as unknown as Readonly<Record<string, Tensor>>;
    const outputs = batch.apply(at!, x, { mode: inference });
    return { outputs: slice(outputs, [0, 0], [size, outputs.shape[1]!]) };
  });
  const run = scope.own(await compile(program, runtime, { inputs: { params, ...batch.features.sources }, workspace }));
  const cols = run.outputs.outputs.layout.leaves[0]!.shape[1]!;
  const data = new Float32Array(structure.nodes * cols);
  return async (wanted) => {
    data.fill(0);
    for (let at = 0; at < wanted.length; at += size) {
      const part = wanted.subarray(at, at + size);
      batch.write(around(part));
      await run.run();
      const rows = run.outputs.outputs.float32;
      for (const [i, node] of part.entries()) data.set(rows.subarray(i * cols, (i + 1) * cols), node * cols);
    }
    return { data, rows: structure.nodes, cols };
  };
}

/** So many nodes that they and those around them are about `most` at the beginning of the graph. */
function blockSize(nodes: Int32Array, most: number, around: (part: Int32Array) => Batch): number {
  let size = Math.max(1, Math.min(nodes.length, most));
  while (size > 1 && around(nodes.subarray(0, size)).nodes.length > most) size = Math.ceil(size / 2);
  return size;
}

function largestRoom(parts: readonly Int32Array[], around: (part: Int32Array) => Batch, hops: number, nodes: number) {
  let largest: Batch[] = [];
  for (const part of parts) {
    const batch = around(part);
    // Batches are let go but for those whose sizes count.
    const kept = [...largest, batch];
    largest = [most(kept, ({ within }) => within[hops]!), most(kept, ({ starts }) => starts.at(-1)!)];
  }
  return roomsFor(largest, [hops], nodes);
}

const most = (batches: readonly Batch[], size: (batch: Batch) => number): Batch =>
  batches.reduce((a, b) => (size(b) > size(a) ? b : a));
