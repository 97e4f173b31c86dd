import { callback, count, finite, flag, having, integer, text, type WarningListener } from '@unbraid/checks';
import { progressSetting } from '@unbraid/checks/progress';
import type { Runtime } from '@unbraid/graph';
import * as z from 'zod';
import type { Loss } from '../losses/loss.ts';
import type { AnyModel } from '../model.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { ClassWeights } from './class-weights.ts';
import type { FitOptions } from './fit-options.ts';

/** Rows in a batch, where all of them may be asked for. */
const batchSize = () =>
  z.union([count(), z.literal(Number.POSITIVE_INFINITY)], { error: 'an integer of at least 1, or Infinity' });

const PATTERNS = 'a name of parameters, a function of a path, or a list of them,';
const pattern = () => z.union([text(), callback<(path: string) => boolean>()], { error: PATTERNS });

/** Parameters by their paths. */
export const patternsSetting = () => z.union([pattern(), z.array(pattern(), { error: PATTERNS })], { error: PATTERNS });

export const modelSetting = () => having<AnyModel>('a model, with params and apply,', 'params', 'apply');
export const runtimeSetting = () => having<Runtime>('a runtime such as nodeRuntime()', 'backend', 'arena', 'kernels');
export const lossSetting = () => callback<Loss>();
export const metricsSetting = () =>
  z.custom<Readonly<Record<string, Loss>>>(
    (value) =>
      typeof value === 'object' && value !== null && Object.values(value).every((f) => typeof f === 'function'),
    { error: 'an object of functions (prediction, target), by name,' },
  );

/** Options of `fit`; data and parameters are checked beside it, against the model. */
export const fitSchema = z.object({
  model: modelSetting(),
  loss: lossSetting(),
  penalty: callback<NonNullable<FitOptions['penalty']>>().optional(),
  data: having<FitOptions['data']>('an object with x and y', 'x', 'y'),
  optimizer: having<Optimizer>('an optimizer such as adam()', 'name', 'settings', 'create').optional(),
  learningRate: z
    .union([finite({ min: 0 }), callback<Schedule>()], { error: 'a finite number of at least 0, or a schedule,' })
    .default(1e-3),
  batchSize: batchSize().default(128),
  dropLast: flag().default(false),
  transform: callback<NonNullable<FitOptions['transform']>>().optional(),
  epochs: count().optional(),
  steps: count().optional(),
  validation: having<FitOptions['data']>('an object with x and y', 'x', 'y').optional(),
  validateEvery: count().default(1),
  validateEverySteps: count().optional(),
  metrics: metricsSetting().default({}),
  keepBest: z
    .union([z.literal(false), callback<Exclude<FitOptions['keepBest'], false | undefined>>()], {
      error: 'false, or a function of an epoch,',
    })
    .optional(),
  seed: integer({ min: 0 }).default(0),
  freeze: patternsSetting().optional(),
  learningRates: z
    .custom<Readonly<Record<string, number>>>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      { error: 'an object of factors by pattern' },
    )
    .optional(),
  accumulate: count().default(1),
  clipNorm: finite({ above: 0 }).optional(),
  clipValue: finite({ above: 0 }).optional(),
  mean: z.strictObject({ from: count() }, { error: 'an object with from' }).optional(),
  params: z.custom<Float32Array>((value) => value instanceof Float32Array, { error: 'a Float32Array' }).optional(),
  onStep: callback<NonNullable<FitOptions['onStep']>>().optional(),
  onEpoch: callback<NonNullable<FitOptions['onEpoch']>>().optional(),
  onValidation: callback<NonNullable<FitOptions['onValidation']>>().optional(),
  stop: callback<NonNullable<FitOptions['stop']>>().optional(),
  earlyStopping: z
    .strictObject(
      { patience: count(), minDelta: finite({ min: 0 }).optional(), restoreBest: flag().optional() },
      { error: 'an object with patience' },
    )
    .optional(),
  classWeights: z
    .custom<ClassWeights>((value) => value === 'balanced' || (typeof value === 'object' && value !== null), {
      error: "'balanced', or the weights of classes in a list or by name,",
    })
    .optional(),
  progress: progressSetting().default(false),
  onWarning: callback<WarningListener>().optional(),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'throwIfAborted').optional(),
  checkpoint: having<CheckpointStore>('a checkpoint store, with load and save,', 'load', 'save').optional(),
  runtime: runtimeSetting().optional(),
});
