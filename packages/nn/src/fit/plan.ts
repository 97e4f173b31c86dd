import { checkSettings, InputError } from '@unbraid/checks';
import { checkAtLeastZero, checkCount } from '../check-count.ts';
import type { Loss } from '../losses/loss.ts';
import { adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { constantRate } from '../schedules/schedules.ts';
import { checkData, checkParams } from './check-data.ts';
import type { FitOptions } from './fit-options.ts';
import type { EpochRecord } from './fit-result.ts';
import { fitSchema } from './fit-schema.ts';
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
  /**
   * Whether an epoch's scores are those of the parameters that it starts with: where it is one step over all rows, which are measured
   * before it, and nothing is measured behind it.
   */
  readonly scoresStart: boolean;
}

/** @throws {InputError} in one line, for the first option that is unknown or can't be */
export function planOf(options: FitOptions): Plan {
  const checked = checkSettings('nn: fit', fitSchema, options);
  const { model, data, loss, learningRate, batchSize, dropLast, seed, metrics } = checked;
  const { validation, validateEvery, keepBest } = checked;
  checkData('data', model, data);
  if (validation) checkData('validation', model, validation);
  checkMetrics(metrics);
  if (checked.params) checkParams("fit's params", model, checked.params);
  checkCount("fit's checkpoint.everyEpochs", checked.checkpoint?.everyEpochs ?? 1);
  const { rows } = data.x;
  const size = Math.min(batchSize, rows);
  const batches = dropLast ? Math.floor(rows / size) : Math.ceil(rows / size);
  return {
    options,
    optimizer: checked.optimizer ?? adam(),
    schedule: typeof learningRate === 'number' ? constantRate(learningRate) : checkedSchedule(learningRate),
    batchSize: size,
    dropLast,
    batches,
    steps: stepsOf(options, batches),
    seed,
    functions: { loss, ...metrics },
    validateEvery,
    score: keepBest === false ? undefined : (keepBest ?? defaultScore(options)),
    scoresStart: batches === 1 && validation === undefined,
  };
}

/** A schedule whose values are checked as they are used. */
const checkedSchedule =
  (schedule: Schedule): Schedule =>
  (epoch) =>
    checkAtLeastZero(`fit's learning rate ${epoch} epochs in`, schedule(epoch));

/** Epochs without validation have no score where others have one. */
const defaultScore = ({ validation }: FitOptions): Plan['score'] =>
  validation ? (epoch) => epoch.validation?.loss ?? Number.NaN : (epoch) => epoch.training.loss;

function stepsOf({ epochs, steps }: FitOptions, batches: number): number {
  if ((epochs === undefined) === (steps === undefined)) {
    throw new InputError(
      'setting',
      `nn: fit takes either epochs or steps, and got ${epochs === undefined ? 'neither' : 'both'}`,
    );
  }
  return steps ?? epochs! * batches;
}
