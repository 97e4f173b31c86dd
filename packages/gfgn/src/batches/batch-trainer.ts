import {
  compile,
  type Executable,
  gather,
  i32,
  inOpenScope,
  type OpenScope,
  type Runtime,
  type Scope,
  type Tensor,
  type TensorSpec,
  trace,
  valueAndGrad,
  type Workspace,
} from '@unbraid/graph';
import { type Trained, takeStep } from '../fit/learner.ts';
import { training } from '../fit/programs.ts';
import type { NodeStage } from '../layers/node-layer.ts';
import type { Structure } from '../structure.ts';
import { objective, objectiveSpecs, type Weighing, writeTargets } from '../tasks/objective.ts';
import type { Targets } from '../tasks/task.ts';
import { type KnownOfGraph, type MovingBatch, movingBatch } from './moving-program.ts';
import type { Room } from './moving-structure.ts';
import { fits, roomsFor } from './rooms.ts';
import type { BatchSource, DrawnBatch } from './source.ts';
import { radiiOf } from './stages.ts';

/** Steps on batches. */
export interface BatchTrainer {
  /** Makes the steps of an epoch and gives their mean loss, by how many nodes each learnt from. */
  learn(epoch: number): Promise<number>;
  /** Lets go of what steps hold; another step makes it anew. */
  rest(): Promise<void>;
  /** Room for batches, nodes and edges of each stage, on which the last bits of sums may depend. */
  readonly rooms: { get(): Int32Array; set(rooms: Int32Array): void };
}

/** Batches by whose sizes room is made at first. */
const LOOKED_AT = 6;

interface Given extends KnownOfGraph {
  readonly targets: Targets;
  readonly weighing: Weighing;
  readonly learningRate: number;
  readonly source: BatchSource;
  /** For values between calls, which evaluation may share. */
  readonly workspace: Workspace;
  /** How many graphs a batch has at most. Default 1. */
  readonly graphs?: number | undefined;
  /** What is learnt from the outputs of nodes. Default: these. */
  readonly finish?: ((outputs: Tensor, params: Tensor, structure: Structure) => Tensor) | undefined;
}

/** Trains on the batches of a source, one step each. A batch that is larger than those before makes room anew. */
export function batchTrainer(
  scope: Scope,
  runtime: Runtime,
  stages: readonly NodeStage[],
  params: TensorSpec,
  given: Given,
  trained: Trained,
): BatchTrainer {
  const { features, targets, weighing, learningRate, source } = given;
  const radii = radiiOf(stages).slice(0, -1);
  let rooms: readonly Room[] = [];
  let opened: Opened | undefined;
  const close = async () => {
    await opened?.release();
    opened = undefined;
  };
  scope.own({ release: close });
  const open = async (batches: readonly DrawnBatch[]) => {
    const needed = rooms.length === 0 || !batches.every(({ batch }) => fits(batch, radii, rooms));
    if (!needed && opened) return opened;
    await close();
    if (needed)
      rooms = largest(
        rooms,
        roomsFor(
          batches.map(({ batch }) => batch),
          radii,
          features.rows,
        ),
      );
    opened = await openStep(runtime, stages, rooms, params, given, trained);
    return opened;
  };
  return {
    async learn(epoch) {
      const random = trained.random.split('batches').split(epoch);
      if (rooms.length === 0) await open(firstOf(source.epoch(random), LOOKED_AT));
      let [sum, rows, at] = [0, 0, 0];
      for (const drawn of source.epoch(random)) {
        const { step, batch, target, weight } = await open([drawn]);
        batch.write(drawn.batch);
        step.inputs.rows.int32.fill(0).set(drawn.learnt);
        writeTargets(targets, weighing, drawn.targets, { target: target(), weight: weight() });
        step.inputs.key.int32.set([trained.bits ^ epoch, at++]);
        await step.run();
        const loss = step.outputs.loss.float32[0]!;
        takeStep(trained, loss, learningRate, epoch);
        sum += loss * drawn.learnt.length;
        rows += drawn.learnt.length;
      }
      return sum / rows;
    },
    rest: close,
    rooms: {
      get: () => Int32Array.from(rooms.flatMap(({ nodes, edges }) => [nodes, edges])),
      set(saved) {
        rooms = Array.from({ length: saved.length / 2 }, (_, i) => ({
          nodes: saved[2 * i]!,
          edges: saved[2 * i + 1]!,
        }));
      },
    },
  };
}

function firstOf(batches: Iterable<DrawnBatch>, count: number): DrawnBatch[] {
  const first: DrawnBatch[] = [];
  for (const batch of batches) {
    first.push(batch);
    if (first.length === count) break;
  }
  return first;
}

const largest = (some: readonly Room[], others: readonly Room[]): Room[] =>
  others.map(({ nodes, edges }, i) => ({
    nodes: Math.max(nodes, some[i]?.nodes ?? 0),
    edges: Math.max(edges, some[i]?.edges ?? 0),
  }));

interface Opened {
  readonly step: Executable<
    { readonly key: TensorSpec; readonly rows: TensorSpec },
    { readonly grad: Tensor; readonly loss: Tensor }
  >;
  readonly batch: MovingBatch;
  target(): Float32Array;
  weight(): Float32Array;
  release(): Promise<void>;
}

/** A compiled step for batches that fit into rooms. */
const openStep = (
  runtime: Runtime,
  stages: readonly NodeStage[],
  rooms: readonly Room[],
  params: TensorSpec,
  { features, edges, targets, source, workspace, graphs, finish }: Given,
  trained: Trained,
): Promise<Opened> =>
  inOpenScope(async (scope: OpenScope) => {
    const batch = movingBatch(
      scope,
      runtime,
      stages,
      rooms.map((room) => ({ ...room, graphs })),
      { features, edges },
    );
    const specs = {
      ...{ params, key: i32(2), rows: i32(source.most) },
      ...objectiveSpecs(targets, source.most, true),
      ...batch.specs,
    };
    const program = trace(specs, (inputs) => {
      const { x, edges: ofEdges, rows, target, weight } = inputs as unknown as Readonly<Record<string, Tensor>>;
      const loss = (at: Tensor) => {
        const ofNodes = batch.apply(at, { x, edges: ofEdges }, training(inputs.key));
        const outputs = finish?.(ofNodes, at, batch.structure) ?? ofNodes;
        return objective(targets, gather(outputs, rows!), { target: target!, weight: weight! });
      };
      const { value, grad } = valueAndGrad(loss)(inputs.params as Tensor);
      return { grad, loss: value };
    });
    const step = await compile(program, runtime, {
      inputs: { params: trained.params, ...batch.sources },
      outputs: { grad: trained.grads },
      workspace,
    });
    scope.own(step);
    const inputs = step.inputs as unknown as Readonly<Record<'target' | 'weight', { readonly data: Float32Array }>>;
    return {
      ...{ step: step as unknown as Opened['step'], batch },
      target: () => inputs.target.data,
      weight: () => inputs.weight.data,
      release: scope.release,
    };
  });
