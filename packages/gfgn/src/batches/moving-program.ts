import { InternalError } from '@unbraid/checks';
import { type Runtime, type Scope, slice, type Tensor, type TensorSpec } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import type { Context, NodeStage, Signal } from '../layers/node-layer.ts';
import type { Structure } from '../structure.ts';
import type { Batch } from './batch.ts';
import { movingEdges } from './moving-edges.ts';
import { movingFeatures, spareRows } from './moving-features.ts';
import { type MovingStructure, movingStructure, type Room } from './moving-structure.ts';
import { edgesWithin } from './rooms.ts';
import { radiiOf } from './stages.ts';

/** What is known of a graph's nodes and edges. */
export interface KnownOfGraph {
  readonly features: Csr | Matrix;
  /** A row for each entry of the structure's `open`, in their order. */
  readonly edges?: Matrix | undefined;
}

/** What programs have as inputs, each where it is there. */
interface Inputs<T> {
  /** Dense features of nodes. */
  readonly x?: T;
  /** Features of edges. */
  readonly edges?: T;
}

/** Everything of a batch that programs read: features of its nodes, and for each stage of a model the edges that it hears along. */
export interface MovingBatch {
  readonly specs: Inputs<TensorSpec>;
  readonly sources: Inputs<{ readonly data: Float32Array }>;
  /** That of the last stage. */
  readonly structure: Structure;
  /** What the stages make of features: outputs of the nodes that count, and of what their room has beyond. */
  apply(params: Tensor, inputs: Inputs<Tensor | undefined>, context: Omit<Context, 'structure'>): Tensor;
  /** Puts a batch in the place of the one before. */
  write(batch: Batch): void;
}

/**
 * Memory for batches of a model. Each stage works on the nodes that later ones hear of, and no more.
 * @param rooms for each stage
 */
export function movingBatch(
  scope: Scope,
  runtime: Runtime,
  stages: readonly NodeStage[],
  rooms: readonly Room[],
  { features, edges: edgeFeatures }: KnownOfGraph,
): MovingBatch {
  const radii = radiiOf(stages);
  const spare = spareRows(features, rooms[0]!.nodes);
  const sized = rooms.map((room, s) => (s === 0 ? { ...room, nodes: room.nodes + spare } : room));
  const structures: MovingStructure[] = sized.map((room) => movingStructure(room));
  const moving = movingFeatures(scope, runtime, features, { rows: sized[0]!.nodes, spare });
  const movingOfEdges = movingEdges(scope, runtime, edgeFeatures, sized[0]!.edges);
  return {
    specs: { ...moving.specs, ...movingOfEdges.specs },
    sources: { ...moving.sources, ...movingOfEdges.sources },
    structure: structures.at(-1)!.structure,
    apply(params, { x, edges }, context) {
      const outputs = stages.reduce<Signal>((h, stage, s) => {
        const { structure } = structures[s]!;
        const ofEdges = movingOfEdges.of(edges, structure.open.columns.length);
        return stage.apply(params as never, firstRows(h, structure.nodes), { ...context, structure, ...ofEdges });
      }, moving.signal(x));
      if ('matrix' in outputs) throw new InternalError('gfgn: a model gives sparse outputs');
      return outputs;
    },
    write(batch) {
      moving.write(batch.nodes.subarray(0, batch.within[radii[0]!]));
      movingOfEdges.write(batch.entries.subarray(0, edgesWithin(batch, radii[0]!)));
      for (const [s, each] of structures.entries()) each.write(batch, radii[s]!, runtime.arena);
    },
  };
}

function firstRows(x: Signal, rows: number): Signal {
  if ('matrix' in x || x.shape[0] === rows) return x;
  return slice(x, [0, 0], [rows, x.shape[1]!]);
}
