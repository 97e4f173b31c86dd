import { compile, type Runtime, type Scope, type Tensor, type TensorSpec, trace, type Workspace } from '@unbraid/graph';
import { inference } from '@unbraid/nn';
import { movingBatch } from '../batches/moving-program.ts';
import { roomsFor } from '../batches/rooms.ts';
import { radiiOf } from '../batches/stages.ts';
import type { NodeStage } from '../layers/node-layer.ts';
import type { graphBatches } from './graph-batches.ts';
import { graphOutputs, type Readout } from './readout.ts';
import type { Union } from './union.ts';

interface Given {
  readonly stages: readonly NodeStage[];
  readonly readout: Readout;
  readonly specs: TensorSpec;
  readonly params: { readonly data: Float32Array };
  readonly union: Union;
  readonly batches: ReturnType<typeof graphBatches>;
  readonly batchSize: number;
  readonly outputs: number;
  readonly workspace: Workspace;
}

/** What a model gives for some graphs, [graphs of the union, outputs]; rows of others are zeros. Some graphs are worked on at a time. */
export async function graphEvaluator(
  scope: Scope,
  runtime: Runtime,
  given: Given,
): Promise<(wanted: Int32Array) => Promise<Float32Array>> {
  const { stages, readout, specs, union, batches, outputs: cols, workspace } = given;
  const count = union.bounds.length - 1;
  const batchSize = Math.min(given.batchSize, count);
  const radii = radiiOf(stages).slice(0, -1);
  // The largest graphs together: any others fit into their room.
  const sizes = Array.from({ length: count }, (_, i) => union.bounds[i + 1]! - union.bounds[i]!);
  const { starts } = union.structure.open;
  const lengths = Array.from({ length: count }, (_, i) => starts[union.bounds[i + 1]!]! - starts[union.bounds[i]!]!);
  const largest = [sizes, lengths].map((list) => {
    const order = Int32Array.from(list.keys()).sort((a, b) => list[b]! - list[a]!);
    return batches.batchOf(order.subarray(0, batchSize)).batch;
  });
  const rooms = roomsFor(largest, radii, union.structure.nodes).map((room) => ({ ...room, graphs: batchSize + 1 }));
  const moving = movingBatch(scope, runtime, stages, rooms, union);
  const program = trace({ params: specs, ...moving.specs }, (inputs) => {
    const { params, x, edges } = inputs as unknown as Readonly<Record<string, Tensor>>;
    const ofNodes = moving.apply(params!, { x, edges }, { mode: inference });
    return { outputs: graphOutputs(readout, ofNodes, params!, moving.structure) };
  });
  const run = scope.own(
    await compile(program, runtime, { inputs: { params: given.params, ...moving.sources }, workspace }),
  );
  const data = new Float32Array(count * cols);
  return async (wanted: Int32Array): Promise<Float32Array> => {
    data.fill(0);
    for (let at = 0; at < wanted.length; at += batchSize) {
      const { batch, targets } = batches.batchOf(wanted.subarray(at, at + batchSize));
      moving.write(batch);
      await run.run();
      const rows = run.outputs.outputs.float32;
      for (const [i, graph] of targets.entries()) data.set(rows.subarray(i * cols, (i + 1) * cols), graph * cols);
    }
    return data;
  };
}
