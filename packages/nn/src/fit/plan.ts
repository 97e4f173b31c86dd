import { checkCount } from '../check-count.ts';
import type { Loss } from '../losses/loss.ts';
import { adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { constantRate } from '../schedules/schedules.ts';
import { checkData, checkParams } from './check-data.ts';
import type { FitOptions } from './fit-options.ts';
import type { EpochRecord } from './fit-result.ts';
import { checkMetrics } from './scores.ts';

/** The options of a fit, checked, with every default filled in. */
export interface Plan {
  readonly options: FitOptions;
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** At most the rows of the data. */
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly batches: number;
  /** Steps in all. */
  readonly steps: number;
  readonly seed: number;
  /** The loss under `loss`, first, then the metrics. */
  readonly functions: Readonly<Record<string, Loss>>;
  readonly validateEvery: number;
  readonly score: ((epoch: EpochRecord) => number) | undefined;
}

/** @throws {RangeError} in one line, for the first option that can't be */
export function planOf(options: FitOptions): Plan {
  const { model, data, loss, learningRate = 1e-3, batchSize = 128, dropLast = false, seed = 0, metrics = {} } = options;
  const { validation, validateEvery = 1, keepBest } = options;
  checkData('data', model, data);
  if (validation) checkData('validation', model, validation);
  checkMetrics(metrics);
  checkParams("fit's params", model, options.params);
  if (batchSize !== Number.POSITIVE_INFINITY) checkCount("fit's batchSize", batchSize);
  checkCount("fit's validateEvery", validateEvery);
  checkCount("fit's checkpoint.everyEpochs", options.checkpoint?.everyEpochs ?? 1);
  const { rows } = data.x;
  const size = Math.min(batchSize, rows);
  const batches = dropLast ? Math.floor(rows / size) : Math.ceil(rows / size);
  return {
    options,
    optimizer: options.optimizer ?? adam(),
    schedule: typeof learningRate === 'number' ? constantRate(learningRate) : learningRate,
    batchSize: size,
    dropLast,
    batches,
    steps: stepsOf(options, batches),
    seed,
    functions: { loss, ...metrics },
    validateEvery,
    score: keepBest === false ? undefined : (keepBest ?? defaultScore(options)),
  };
}

/** Epochs without validation have no score where others have one. */
const defaultScore = ({ validation }: FitOptions): Plan['score'] =>
  validation ? (epoch) => epoch.validation?.loss ?? Number.NaN : (epoch) => epoch.training.loss;

function stepsOf({ epochs, steps }: FitOptions, batches: number): number {
  if ((epochs === undefined) === (steps === undefined)) {
    throw new RangeError(`nn: fit takes either epochs or steps, and got ${epochs === undefined ? 'neither' : 'both'}`);
  }
  if (steps !== undefined) return checkCount("fit's steps", steps);
  return checkCount("fit's epochs", epochs!) * batches;
}
