import { InputError } from '@unbraid/checks';
import { compile, type Executable, type Runtime, type Scope, type Source, type TypedArray } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { type Batches, type BatchInputs, shuffledBatches, wholeBatch } from './batches.ts';
import { batchSpecs, type Samples } from './data.ts';
import {
  type StepFunctions,
  type StepInputs,
  type StepOutputs,
  type TrainingStep,
  traceTrainingStep,
} from './training-step.ts';

/** The inputs of one training step, which a transform changes in place. */
export interface TrainingBatch {
  /** Row-major. Of a model with named inputs there are `inputs` alone. @throws {InputError} `model`, where it is read nevertheless */
  readonly x: Float32Array;
  /** The entries of each input by name, row-major; `x` of a model that names none. */
  readonly inputs: Readonly<Record<string, TypedArray>>;
  readonly rows: number;
  /** A stream of this step alone, the same when a fit is resumed. */
  readonly random: Random;
}

export interface TrainerOptions extends StepFunctions {
  readonly data: Samples;
  readonly transform?: ((batch: TrainingBatch) => void) | undefined;
  readonly params: Source;
  readonly grads: Source;
  readonly batchSize: number;
  /** Batches in an epoch; where they don't take all rows, the last rows of its order are left out. */
  readonly batches: number;
  /** Orders of epochs, masks and what a transform draws come from its splits. */
  readonly random: Random;
}

/** Computes loss, metrics and gradients of the batches of an epoch. */
export interface Trainer {
  /** Puts the rows in the order of an epoch, a function of the epoch alone. */
  shuffle(epoch: number): void;
  rowsOf(batch: number): number;
  /** What a batch counts in the loss. */
  weightOf(batch: number): number;
  /** Computes a batch, counted from 0 over all epochs: gradients land in `grads`. A promise only where there is something to wait for. */
  run(batch: number): Promise<void> | undefined;
  /** Loss and metrics of the batch that was run. */
  scores(): Float32Array;
  /** Writes what fixed parameters become after the batch that was run. */
  update(params: Float32Array): void;
}

interface Step extends Executable<StepInputs, StepOutputs> {
  readonly written: TrainingStep['written'];
}

/** Compiles the training step for each size of batch that occurs: one, or two where the last batch is smaller. */
export async function createTrainer(scope: Scope, runtime: Runtime, options: TrainerOptions): Promise<Trainer> {
  const { transform, random } = options;
  const batches = batchesOf(runtime, options);
  const { sizes, load, shuffle, weightOf } = batches;
  // Read by every step that draws masks: the bits of the seed, and the step, so that a fit that is resumed draws the same.
  const maskKey = new Int32Array(2);
  random.split('mask').bits(new Uint32Array(maskKey.buffer, 0, 1));
  const steps = new Map<number, Step>();
  for (const rows of sizes) {
    if (!steps.has(rows)) steps.set(rows, await compileStep(scope, runtime, options, rows, batches, maskKey));
  }
  const changes = random.split('transform');
  let last: Step | undefined;
  return {
    shuffle,
    rowsOf: (batch) => sizes[batch]!,
    weightOf,
    run(at) {
      const batch = at % options.batches;
      const rows = sizes[batch]!;
      last = steps.get(rows)!;
      load(batch, last.inputs);
      transform?.(batchOf(options, last.inputs, { rows, random: changes.split(at) }));
      maskKey[1] = at;
      return last.runNow();
    },
    scores: () => last!.outputs.scores.float32,
    update(params) {
      const next = last?.outputs.next?.float32;
      let at = 0;
      for (const { offset, size } of last?.written ?? []) {
        params.set(next!.subarray(at, at + size), offset);
        at += size;
      }
    },
  };
}

/** What a transform gets. */
function batchOf(
  { model, data }: TrainerOptions,
  buffers: BatchInputs,
  rest: Pick<TrainingBatch, 'rows' | 'random'>,
): TrainingBatch {
  const inputs = Object.fromEntries(data.inputs.map(({ name, key }) => [name, buffers[key]!.data]));
  return {
    ...rest,
    inputs,
    get x() {
      if (model.inputs === undefined) return inputs.x as Float32Array;
      throw new InputError('model', `nn: the model's inputs have names: a transform finds them in batch.inputs`);
    },
  };
}

function batchesOf(
  { kernels, backend }: Runtime,
  { data, transform, random, batchSize, batches }: TrainerOptions,
): Batches {
  if (batchSize >= data.rows) return wholeBatch(data, transform !== undefined);
  const picked = transform === undefined && backend.readsInPlace === true;
  return shuffledBatches(data, kernels, { batchSize, batches, random: random.split('shuffle'), picked });
}

async function compileStep(
  scope: Scope,
  runtime: Runtime,
  options: TrainerOptions,
  rows: number,
  { sources, picked }: Batches,
  maskKey: Int32Array,
): Promise<Step> {
  const { data } = options;
  const { graph, written } = picked
    ? traceTrainingStep(options, data.inputs, batchSpecs(data, data.rows), rows)
    : traceTrainingStep(options, data.inputs, batchSpecs(data, rows));
  const masked = 'maskKey' in graph.inputs;
  const executable = scope.own(
    await compile(graph, runtime, {
      inputs: { params: options.params, ...sources, ...(masked && { maskKey: { data: maskKey } }) },
      outputs: { grad: options.grads },
    }),
  );
  return { ...executable, written };
}
