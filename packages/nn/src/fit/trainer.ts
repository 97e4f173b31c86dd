import {
  type Buffer,
  compile,
  type Executable,
  type Runtime,
  type Scope,
  type Source,
  trace,
  valueAndGrad,
} from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { batchSpecs, type Data, entriesOf, widthOf } from './data.ts';
import { type Metrics, scoreTensors } from './scores.ts';

export interface TrainerOptions {
  readonly model: AnyModel;
  readonly data: Data;
  /** The loss under `loss`, first, then the metrics. */
  readonly functions: Metrics;
  readonly params: Source;
  readonly grads: Source;
  readonly batchSize: number;
  /** Batches in an epoch; where they don't take all rows, the last rows of its order are left out. */
  readonly batches: number;
  /** Orders of epochs are drawn from its splits. */
  readonly random: Random;
}

/** Computes loss, metrics and gradients of the batches of an epoch. */
export interface Trainer {
  /** Puts the rows in the order of an epoch, a function of the epoch alone. */
  shuffle(epoch: number): void;
  rowsOf(batch: number): number;
  /** Runs a batch: gradients land in `grads`. Returns loss and metrics, valid until the next call. */
  run(batch: number): Promise<Float32Array>;
}

type Step = Executable<{ params: unknown; x: unknown; y: unknown }, { grad: unknown; scores: unknown }>;

/** Compiles the training step for each size of batch that occurs: one, or two where the last batch is smaller. */
export const createTrainer = (scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> =>
  options.batchSize >= options.data.x.rows
    ? wholeTrainer(scope, runtime, options)
    : shuffledTrainer(scope, runtime, options);

/** All rows in one batch: the data is read in place, and its order doesn't matter. */
async function wholeTrainer(scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
  const { x, y } = options.data;
  const step = await compileStep(scope, runtime, options, x.rows, { x, y: { data: entriesOf(y) } });
  return {
    shuffle: () => undefined,
    rowsOf: () => x.rows,
    async run() {
      await step.run();
      return step.outputs.scores.float32;
    },
  };
}

async function shuffledTrainer(scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
  const { x, y } = options.data;
  const { batchSize, batches, random } = options;
  const order = new Int32Array(x.rows);
  const indices = Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
  const steps = new Map<number, Step>();
  for (const { length } of indices) {
    if (!steps.has(length)) steps.set(length, await compileStep(scope, runtime, options, length));
  }
  const { kernels } = runtime;
  const gatherTargets = (into: Buffer, rows: Int32Array) =>
    y instanceof Int32Array
      ? kernels.gatherRows(into.int32, y, 1, rows)
      : kernels.gatherRows(into.float32, y.data, widthOf(y), rows);
  return {
    shuffle: (epoch) => order.set(random.split(epoch).permutation(x.rows)),
    rowsOf: (batch) => indices[batch]!.length,
    async run(batch) {
      const rows = indices[batch]!;
      const step = steps.get(rows.length)!;
      kernels.gatherRows(step.inputs.x.float32, x.data, x.cols, rows);
      gatherTargets(step.inputs.y, rows);
      await step.run();
      return step.outputs.scores.float32;
    },
  };
}

async function compileStep(
  scope: Scope,
  runtime: Runtime,
  { model, data, functions, params, grads }: TrainerOptions,
  rows: number,
  inputs: { readonly x?: Source; readonly y?: Source } = {},
): Promise<Step> {
  const { loss, ...metrics } = functions;
  const specs = { params: paramsOf(model), ...batchSpecs(data, rows) };
  const graph = trace(specs, ({ params: p, x, y }) => {
    const { value, grad } = valueAndGrad((at: typeof p) => loss!(applyModel(model, at, x), y))(p);
    return { grad, scores: { loss: value, ...scoreTensors(metrics, applyModel(model, p, x), y) } };
  });
  return scope.own(await compile(graph, runtime, { inputs: { params, ...inputs }, outputs: { grad: grads } }));
}
