import {
  blockIn,
  compile,
  inOpenScope,
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
import { type KnownOfGraph, movingBatch } from './moving-program.ts';
import { nodeBlocks } from './node-blocks.ts';
import { roomsFor } from './rooms.ts';
import { createSampler } from './sampler.ts';

/** Outputs of nodes, some at a time. */
export interface BlockEvaluator {
  /** What the model gives for `wanted` nodes, [wanted, outputs] in their order. Valid until the next call. */
  outputs(wanted: Int32Array): Promise<Float32Array>;
}

interface Given extends KnownOfGraph {
  readonly stages: readonly NodeStage[];
  /** What `params` of the program are, and where they lie. */
  readonly specs: TensorSpec;
  readonly params: { readonly data: Float32Array };
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
  const programs: StageProgram[] = [];
  scope.own({
    async release() {
      for (const program of programs.splice(0)) await program.release();
    },
  });
  return {
    async outputs(wanted) {
      let h: Csr | Matrix = given.features;
      for (const [s, stage] of stages.entries()) {
        const isLast = s + 1 === stages.length;
        const nodes = isLast ? wanted : all;
        if (programs[s] && !isSame(programs[s]!.nodes, nodes)) {
          // Those of other nodes are not asked for again, as a rule, and hold as much memory.
          await programs[s]!.release();
          delete programs[s];
        }
        programs[s] ??= await openStage(runtime, stage, h, nodes.slice(), { ...given, isLast });
        h = await programs[s]!.run();
      }
      return (h as Matrix).data;
    },
  };
}

/** A stage, compiled for some nodes: others may have more around them than there is room for. */
interface StageProgram {
  readonly nodes: Int32Array;
  /** What the stage makes for these nodes, in their order, of the features that it was opened with, as these are now. */
  run(): Promise<Matrix>;
  release(): Promise<void>;
}

const isSame = (a: Int32Array, b: Int32Array): boolean => a.length === b.length && a.every((node, i) => node === b[i]);

const openStage = (
  runtime: Runtime,
  stage: NodeStage,
  features: Csr | Matrix,
  nodes: Int32Array,
  { specs, params, structure, workspace, nodesAtOnce, edges, isLast }: Given & { readonly isLast: boolean },
): Promise<StageProgram> =>
  inOpenScope(async (scope) => {
    const sampler = createSampler(structure);
    const fanOuts = new Array<number>(stage.hops).fill(Number.POSITIVE_INFINITY);
    // Nothing is drawn where all neighbours are heard.
    const unused = createRandom(0);
    const around = (part: Int32Array): Batch => sampler.around(part, fanOuts, unused);
    const { parts, largest } = nodeBlocks(nodes, nodesAtOnce, around);
    const most = parts.reduce((top, part) => Math.max(top, part.length), 0);
    const [room] = roomsFor(largest, [stage.hops], structure.nodes);
    const batch = movingBatch(scope, runtime, [stage], [room!], { features, edges });
    const program = trace({ params: specs, ...batch.specs }, (inputs) => {
      const { params: at, x, edges: ofEdges } = inputs as unknown as Readonly<Record<string, Tensor>>;
      const outputs = batch.apply(at!, { x, edges: ofEdges }, { mode: inference });
      return { outputs: slice(outputs, [0, 0], [most, outputs.shape[1]!]) };
    });
    const run = scope.own(await compile(program, runtime, { inputs: { params, ...batch.sources }, workspace }));
    const cols = run.outputs.outputs.layout.leaves[0]!.shape[1]!;
    const size = nodes.length * cols;
    // Outputs lie in the arena, where a training step that ended has left room; what another stage reads must not move when the arena grows.
    const made = isLast ? blockIn(scope, runtime.arena.alloc('float32', size)) : { data: new Float32Array(size) };
    return {
      ...{ nodes, release: scope.release },
      async run() {
        let at = 0;
        for (const part of parts) {
          batch.write(around(part));
          await run.run();
          made.data.set(run.outputs.outputs.float32.subarray(0, part.length * cols), at * cols);
          at += part.length;
        }
        return { data: made.data, rows: nodes.length, cols };
      },
    };
  });
