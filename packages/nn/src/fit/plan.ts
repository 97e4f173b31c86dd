import { checkSettings, emitWarning, InputError } from '@unbraid/checks';
import { terminalBar } from '@unbraid/checks/progress';
import { checkAtLeastZero, checkCount } from '../check-count.ts';
import type { Loss } from '../losses/loss.ts';
import { adam } from '../optimizers/adam.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { constantRate } from '../schedules/schedules.ts';
import { checkData, checkParams } from './check-data.ts';
import { classWeightsOf, weightRows } from './class-weights.ts';
import type { Samples } from './data.ts';
import { type EarlyStopping, givesUp } from './early-stopping.ts';
import type { FitOptions } from './fit-options.ts';
import type { EpochRecord, FitResult } from './fit-result.ts';
import { fitSchema } from './fit-schema.ts';
import type { GradientOptions } from './gradients.ts';
import { noticesOf } from './notices.ts';
import { createReporter, type Reporter } from './progress-line.ts';
import { resolveData } from './resolve-data.ts';
import { checkMetrics } from './scores.ts';
import { type Trained, trainedOf } from './trained.ts';

/** The options of a fit, checked, with every default filled in. */
export interface Plan {
  readonly options: FitOptions;
  readonly data: Samples;
  readonly validation: Samples | undefined;
  readonly classes: readonly string[] | undefined;
  readonly warnings: readonly string[];
  readonly optimizer: Optimizer;
  readonly schedule: Schedule;
  /** At most the rows of the data. */
  readonly batchSize: number;
  readonly dropLast: boolean;
  /** In an epoch. */
  readonly batches: number;
  /** Of an epoch: one for each batch, or for several where they are accumulated. */
  readonly stepsInEpoch: number;
  /** Steps in all. */
  readonly steps: number;
  readonly trained: Trained;
  readonly gradients: GradientOptions;
  /** The first epoch, counted from 1, whose parameters count to the mean. */
  readonly meanFrom: number | undefined;
  readonly seed: number;
  /** The loss under `loss`, first, then the metrics. */
  readonly functions: Readonly<Record<string, Loss>>;
  readonly validateEvery: number;
  /** Steps from one validation to the next within epochs; undefined for none. */
  readonly validateEverySteps: number | undefined;
  readonly score: ((epoch: EpochRecord) => number) | undefined;
  readonly restoreBest: boolean;
  /** Whether training ends after the last epoch of a history, and why. */
  readonly ends: (history: readonly EpochRecord[]) => Exclude<FitResult['ended'], 'steps'> | undefined;
  readonly reporter: Reporter | undefined;
  /**
   * Whether an epoch's scores are those of the parameters that it starts with: where it is one step over all rows, which are measured
   * before it, and nothing is measured behind it.
   */
  readonly scoresStart: boolean;
}

/** @throws {InputError} in one line, for the first option that is unknown or can't be */
export function planOf(options: FitOptions): Plan {
  const checked = checkSettings('nn: fit', fitSchema, options);
  const { model, loss, learningRate, batchSize, dropLast, seed, metrics, validateEvery, keepBest } = checked;
  const found = dataOf(checked);
  checkMetrics(metrics);
  if (checked.params) checkParams("fit's params", model, checked.params);
  checkCount("fit's checkpoint.everyEpochs", checked.checkpoint?.everyEpochs ?? 1);
  const { rows } = found.data;
  const size = Math.min(batchSize, rows);
  const batches = dropLast ? Math.floor(rows / size) : Math.ceil(rows / size);
  const { earlyStopping, progress, accumulate, clipNorm, clipValue, mean } = checked;
  const stepsInEpoch = Math.ceil(batches / accumulate);
  const steps = stepsOf(options, stepsInEpoch);
  const score = keepBest || defaultScore(options);
  const optimizer = checked.optimizer ?? adam();
  const trained = trainedOf(model, { ...checked, partwise: optimizer.partwise === true });
  checkPartwise(optimizer, trained, options);
  if (checked.validateEverySteps && !found.validation)
    throw new InputError('setting', "nn: fit's validateEverySteps needs validation; give rows to validate on");
  if (mean) checkMean(mean.from, Math.ceil(steps / stepsInEpoch), optimizer, options);
  const tell = progress === true ? terminalBar() : progress;
  for (const line of found.warnings) (checked.onWarning ?? emitWarning)(line);
  return {
    options,
    ...found,
    optimizer,
    schedule: typeof learningRate === 'number' ? constantRate(learningRate) : checkedSchedule(learningRate),
    batchSize: size,
    dropLast,
    batches,
    stepsInEpoch,
    steps,
    trained,
    gradients: { accumulate, clipNorm, clipValue },
    meanFrom: mean?.from,
    seed,
    functions: { loss, ...metrics },
    validateEvery,
    validateEverySteps: checked.validateEverySteps,
    score: (keepBest === false && !earlyStopping) || (mean && !found.validation) ? undefined : score,
    restoreBest: earlyStopping !== undefined && (earlyStopping.restoreBest ?? true),
    scoresStart: batches === 1 && found.validation === undefined,
    ends(history) {
      if (options.stop?.(history.at(-1)!)) return 'stop';
      return earlyStopping && givesUp(history, score, earlyStopping as EarlyStopping) ? 'early' : undefined;
    },
    reporter: tell
      ? createReporter(tell, { epochs: Math.ceil(steps / stepsInEpoch), batches: stepsInEpoch })
      : undefined,
  };
}

type Checked = ReturnType<typeof checkSettings<typeof fitSchema>>;

/** The data of a fit, checked against the model, with weights of classes in those of rows. */
function dataOf({
  model,
  loss,
  data: given,
  validation: held,
  classWeights,
}: Checked): Pick<Plan, 'data' | 'validation' | 'classes' | 'warnings'> {
  const { data, classes } = resolveData('data', given, { model, loss });
  const outputs = checkData('data', model, data);
  const validation = held && resolveData('validation', held, { model, loss, classes, isTrained: true }).data;
  if (validation) checkData('validation', model, validation);
  const weights = classWeights && classWeightsOf(classWeights, labelsOf(data), { count: outputs, names: classes });
  const weighted = (part: Samples): Samples => (weights ? weightRows(part, weights) : part);
  const parts = { data: weighted(data), validation: validation && weighted(validation) };
  for (const part of [parts.data, parts.validation]) if (part?.weights) checkWeighted(loss, part);
  return { ...parts, classes, warnings: noticesOf(data, { outputs, classes, weighted: weights !== undefined }) };
}

/** @throws {InputError} for targets that are no labels */
function labelsOf({ y }: Samples): Int32Array {
  if (y instanceof Int32Array) return y;
  throw new InputError('setting', "nn: fit's classWeights go with labels, and data.y are quantities; use data.weights");
}

/** @throws {InputError} for a loss that can't be weighted, and weights under which no row counts */
function checkWeighted(loss: Loss, { weights }: Samples): void {
  if (loss.length < 3)
    throw new InputError(
      'setting',
      'nn: fit has weights, and its loss takes none; give it a third argument, (prediction, target, weights), as ours have',
    );
  if (weights!.some((weight) => weight > 0)) return;
  throw new InputError(
    'setting',
    "nn: under fit's classWeights no row counts; give a class that occurs a weight above 0",
  );
}

/** A schedule whose values are checked as they are used. */
const checkedSchedule =
  (schedule: Schedule): Schedule =>
  (epoch) =>
    checkAtLeastZero(`fit's learning rate ${epoch} epochs in`, schedule(epoch));

/** Epochs without validation have no score where others have one. */
const defaultScore = ({ validation }: FitOptions): ((epoch: EpochRecord) => number) =>
  validation ? (epoch) => epoch.validation?.loss ?? Number.NaN : (epoch) => epoch.training.loss;

/** @throws {InputError} for an optimizer that steps all parameters alike, where some are frozen or have another rate */
function checkPartwise({ name, partwise }: Optimizer, { parts }: Trained, { freeze }: FitOptions): void {
  if (!parts || partwise) return;
  throw new InputError(
    'setting',
    `nn: fit's optimizer ${name} steps all parameters alike, so it doesn't go with ${freeze ? 'freeze' : 'learningRates'}; take one such as adam()`,
  );
}

/** @throws {InputError} for a mean of what can't be averaged, that would never begin, or whose score isn't known */
function checkMean(
  from: number,
  epochs: number,
  { name, averageable = true }: Optimizer,
  { validation, keepBest, earlyStopping }: FitOptions,
): void {
  if (!averageable)
    throw new InputError(
      'setting',
      `nn: fit's mean doesn't go with the optimizer ${name}, since a mean of its networks is none of them; leave mean out`,
    );
  if (from > epochs) throw new InputError('setting', `nn: fit's mean begins at epoch ${from}, and there are ${epochs}`);
  if (!validation && (keepBest || earlyStopping))
    throw new InputError(
      'setting',
      `nn: fit's ${earlyStopping ? 'earlyStopping' : 'keepBest'} with a mean needs validation, since training measures the parameters at work`,
    );
}

function stepsOf({ epochs, steps }: FitOptions, batches: number): number {
  if ((epochs === undefined) === (steps === undefined)) {
    throw new InputError(
      'setting',
      `nn: fit takes either epochs or steps, and got ${epochs === undefined ? 'neither' : 'both'}`,
    );
  }
  return steps ?? epochs! * batches;
}
