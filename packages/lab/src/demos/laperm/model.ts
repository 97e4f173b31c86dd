import { createMatrix } from '@unbraid/data';
import {
  agnosticize,
  distinctValues,
  encodePermutations,
  isPermutationOf,
  laperm,
  weightMovement,
} from '@unbraid/laperm';
import {
  accuracy,
  activation,
  adam,
  dense,
  fit,
  heUniform,
  initialize,
  type Optimizer,
  predict,
  sequential,
  softmaxCrossEntropy,
  softmaxRows,
} from '@unbraid/nn';
import { loadDigits } from '../../digits/index.ts';
import { sharedRuntime } from '../shared-runtime.ts';
import type { TaskContext } from '../task-context.ts';
import {
  EPOCHS,
  HIDDEN,
  type LapermTasks,
  PIXELS,
  type Picture,
  type Plan,
  type Reading,
  SHARED,
  type Standing,
} from './tasks.ts';

/** Rate and decay are the best of nine, tried on seeds 100 and 101, with balanced neurons, which were better throughout. */
const RATE = 0.01;
const DECAY = 0.96;
const BATCH = 50;

const layer = (inputs: number, outputs: number) => dense(inputs, outputs, { init: heUniform, bias: false });
const model = sequential([layer(PIXELS, HIDDEN), activation('relu'), layer(HIDDEN, 10)]);

let loaded: ReturnType<typeof loadDigits> | undefined;

/** The digits, unpacked once. */
function digits(): NonNullable<typeof loaded> {
  loaded ??= loadDigits();
  return loaded;
}

/** Two networks that were trained from one start. */
export interface Trained {
  readonly laperm: Float32Array;
  readonly adam: Float32Array;
}

/** The weights that both networks start from. */
export function firstWeights({ start, seed }: Pick<Plan, 'start' | 'seed'>): Float32Array {
  const params = initialize(model, seed);
  return start === 'random' ? params : agnosticize(model, params, { ...SHARED, balanced: true, seed });
}

/** Trains by permutation alone, and beside it by Adam, whose steps are LaPerm's without its synchronizations. */
export async function trainBoth(
  plan: Plan,
  { signal, progress }: TaskContext<LapermTasks['train']['progress']>,
): Promise<{ readonly trained: Trained; readonly result: LapermTasks['train']['result'] }> {
  const { training, test } = digits();
  const runtime = await sharedRuntime();
  const first = firstWeights(plan);
  const initial = hiddenOf(first);
  const train = async (optimizer: Optimizer, show: (standing: Standing) => LapermTasks['train']['progress']) => {
    const scores: number[] = [];
    const { params } = await fit({
      model,
      params: first,
      loss: softmaxCrossEntropy,
      metrics: { accuracy },
      optimizer,
      learningRate: (epoch) => RATE * DECAY ** Math.floor(epoch),
      data: training,
      validation: test,
      keepBest: false,
      batchSize: BATCH,
      epochs: EPOCHS,
      seed: plan.seed,
      onEpoch({ validation }, weights) {
        scores.push(validation!.accuracy!);
        return progress(() => show({ weights: hiddenOf(weights), accuracy: scores }));
      },
      signal,
      runtime,
    });
    return { params, standing: { weights: hiddenOf(params), accuracy: scores } };
  };
  const permuted = await train(laperm({ period: plan.period }), (standing) => ({ initial, laperm: standing }));
  const free = await train(adam(), (standing) => ({ initial, laperm: permuted.standing, adam: standing }));
  const { params } = permuted;
  const bytes = encodePermutations({ model, initial: first, params });
  const movement = weightMovement(model, first, params);
  return {
    trained: { laperm: params, adam: free.params },
    result: {
      initial,
      laperm: {
        ...permuted.standing,
        unchanged: isPermutationOf(model, first, params),
        values: distinctValues(params).length,
        moved: movement.reduce((sum, { moved, from }) => sum + moved * from.length, 0) / params.length,
        bits: (8 * bytes.length) / params.length,
      },
      adam: free.standing,
    },
  };
}

/** What both networks make of a picture. */
export async function readPicture(trained: Trained, picture: Picture): Promise<Reading> {
  const { test } = digits();
  const isTest = 'test' in picture;
  const image = isTest
    ? [...test.x.data.subarray(PIXELS * picture.test, PIXELS * (picture.test + 1))]
    : [...picture.drawn];
  const x = createMatrix(1, PIXELS, Float32Array.from(image));
  const runtime = await sharedRuntime();
  const by = async (params: Float32Array) => [...softmaxRows(await predict(model, params, x, { runtime })).data];
  return {
    image,
    truth: isTest ? test.y[picture.test] : undefined,
    laperm: await by(trained.laperm),
    adam: await by(trained.adam),
  };
}

/** The hidden layer's weights come first. */
const hiddenOf = (params: Float32Array): Float32Array => params.slice(0, PIXELS * HIDDEN);
