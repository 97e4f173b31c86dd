import { blockIn, type Layout, layoutOf, type Runtime, type Scope, type Source, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom, type Kernels } from '@unbraid/kernels';
import { initialize } from '../initialize.ts';
import type { AnyModel } from '../model.ts';
import { divergenceOf, type FailedStep, failureOf, invalidOf } from './check-finite.ts';
import { createEvaluator } from './evaluator.ts';
import type { FitOptionsFor } from './fit-options.ts';
import type { EpochRecord, FitResult } from './fit-result.ts';
import { type Gradients, gradientsOf } from './gradients.ts';
import { type Plan, planOf } from './plan.ts';
import { type Parts, type Progress, restore, save } from './progress.ts';
import { type RunningMean, runningMean } from './running-mean.ts';
import { createTally, type Scores } from './scores.ts';
import { type Settled, settledParams } from './settled.ts';
import { createTrainer, type Trainer } from './trainer.ts';

/** What a fit has before its first step. */
interface Begun extends Parts {
  readonly kernels: Kernels;
  readonly layout: Layout;
  /** Of the epochs that count to it, with `mean`. */
  readonly mean: RunningMean | undefined;
  /** The parameters' memory. */
  readonly source: Source & { readonly data: Float32Array };
  readonly settled: Settled;
  readonly progress: Progress;
}

/** Everything that it works with while it runs. */
interface Session extends Begun {
  readonly gradients: Gradients;
  /** Those of the batch that was computed last. */
  readonly batchGrads: () => Float32Array;
  readonly trainer: Trainer;
  /** The parameters that the epoch under way started with, settled; where scores are theirs. */
  readonly start: Float32Array | undefined;
  readonly validate: (() => Promise<Scores>) | undefined;
}

/**
 * Trains a model by minibatches. Rows are shuffled anew in each epoch; everything random follows from the seed.
 * @throws {InputError} in one line, for options that are unknown or out of range, and for data that don't fit or aren't finite
 * @throws {FitError} when a loss, a gradient or a parameter is NaN or infinite, and when the validation loss is where the fit ends,
 * with the step, the parameter and the best epoch
 * @throws the signal's reason when it is aborted, after saving to `checkpoint`
 */
export async function fit<M extends AnyModel>(options: FitOptionsFor<M>): Promise<FitResult> {
  const plan = planOf(options);
  options.signal?.throwIfAborted();
  return withScope(async (scope) => {
    const runtime = options.runtime ?? (await defaultRuntime());
    const begun = await begin(scope, plan, runtime);
    const { progress, settled } = begun;
    const goesOn = () => progress.step < plan.steps && !progress.stopped;
    if (goesOn()) {
      const session = await open(scope, begun, runtime);
      while (goesOn()) await runEpoch(session);
    }
    settled.refresh();
    const { step: steps, seconds, history, validations, best } = progress;
    const kept = best && options.keepBest !== false ? { best } : {};
    return {
      params: plan.restoreBest && best ? best.params.slice() : settled.data.slice(),
      ...kept,
      history,
      ...(plan.validateEverySteps !== undefined && { validations }),
      ended: progress.stopped ?? 'steps',
      ...(plan.classes && { classes: plan.classes }),
      warnings: plan.warnings,
      steps,
      seconds,
      stepsPerSecond: seconds > 0 ? steps / seconds : 0,
    };
  });
}

/** Parameters, optimizer and progress: those of the first step, or of a checkpoint. Nothing is compiled for it. */
async function begin(scope: Scope, plan: Plan, runtime: Runtime): Promise<Begun> {
  const { options, functions, seed, stepsInEpoch, optimizer, trained } = plan;
  const { model } = options;
  const layout = layoutOf(model.params, 'params');
  const params = blockIn(scope, runtime.arena.alloc('float32', layout.size));
  const first = options.params ?? initialize(model, seed);
  params.data.set(first);
  const context = { model, layout, params: first, batches: stepsInEpoch, parts: trained.parts };
  const stepper = scope.own(optimizer.create(layout.size, runtime, context));
  const mean = plan.meanFrom === undefined ? undefined : runningMean(scope, runtime, layout.size);
  const settled = settledParams(scope, runtime, { stepper, params, mean });
  const parts = { plan, tally: createTally(Object.keys(functions)), stepper, mean, params: () => params.data };
  const saved = await options.checkpoint?.load();
  if (!saved) stepper.begin?.(params.data);
  const progress = saved
    ? restore(saved, parts)
    : { step: 0, seconds: 0, stopped: undefined, best: undefined, history: [], validations: [] };
  return { ...parts, kernels: runtime.kernels, layout, source: params, settled, progress };
}

async function open(scope: Scope, begun: Begun, runtime: Runtime): Promise<Session> {
  const { plan, layout, settled, source: params } = begun;
  const { options, functions, seed, batchSize, batches, trained } = plan;
  const { data, validation } = plan;
  const { model, penalty, transform } = options;
  const grads = blockIn(scope, runtime.arena.alloc('float32', trained.layout.size));
  const gradients = gradientsOf(scope, runtime, grads, plan.gradients);
  const random = createRandom(seed);
  const step = { model, functions, trained, penalty, data, transform, params, grads, batchSize, batches, random };
  const trainer = await createTrainer(scope, runtime, step);
  const validate =
    validation && (await createEvaluator(scope, runtime, { model, functions, params: settled, data: validation }));
  const start = plan.score && plan.scoresStart ? new Float32Array(layout.size) : undefined;
  return { ...begun, gradients, batchGrads: () => grads.data, trainer, start, validate };
}

/** The rest of the epoch under way, and what comes at its end. */
async function runEpoch(session: Session): Promise<void> {
  const { plan, progress, trainer } = session;
  const epoch = Math.floor(progress.step / plan.stepsInEpoch);
  const end = Math.min((epoch + 1) * plan.stepsInEpoch, plan.steps);
  const began = performance.now();
  const before = progress.seconds;
  trainer.shuffle(epoch);
  if (session.start) {
    session.settled.refresh();
    session.start.set(session.settled.data);
  }
  while (progress.step < end) {
    if (plan.options.signal?.aborted) await saveAndStop(session, plan.options.signal);
    const batches = batchesOfStep(plan, progress.step);
    let loss = 0;
    for (let batch = batches.from; batch < batches.to; batch++) {
      const pending = trainer.run(batch);
      if (pending) await pending;
      loss += finishBatch(session, epoch, batch, batches);
    }
    finishStep(session, epoch, loss);
    if (progress.step < end && isValidated(plan, progress.step)) await validateWithin(session, epoch);
    progress.seconds = before + (performance.now() - began) / 1000;
  }
  await endEpoch(session, epoch);
}

/** Whether a validation within epochs follows a step. */
const isValidated = ({ validateEverySteps }: Plan, step: number): boolean =>
  validateEverySteps !== undefined && step % validateEverySteps === 0;

async function validateWithin(session: Session, epoch: number): Promise<void> {
  const { plan, progress, tally, settled, validate } = session;
  settled.refresh();
  checkParams(session, epoch);
  const record: EpochRecord = { ...timeOf(session, epoch), training: tally.means(), validation: await validate!() };
  progress.validations.push(record);
  keepBest(session, record, true);
  await plan.options.onValidation?.(record, settled.data);
}

/** When a record is of. */
const timeOf = ({ plan, progress: { step } }: Session, epoch: number) => ({
  epoch: epoch + 1,
  step,
  learningRate: plan.schedule((step - 1) / plan.stepsInEpoch),
});

/** The batches of a step, counted over all epochs. */
interface StepBatches {
  readonly from: number;
  readonly to: number;
}

function batchesOfStep({ batches, stepsInEpoch, gradients: { accumulate } }: Plan, step: number): StepBatches {
  const start = Math.floor(step / stepsInEpoch) * batches;
  const from = start + (step % stepsInEpoch) * accumulate;
  return { from, to: Math.min(from + accumulate, start + batches) };
}

/** What comes after the gradients of a batch are there. Returns its part of the step's loss. */
function finishBatch(session: Session, epoch: number, batch: number, batches: StepBatches): number {
  const { plan, progress, trainer, tally, gradients } = session;
  const scores = trainer.scores();
  const loss = scores[0]!;
  if (!Number.isFinite(loss)) {
    const where = { loss, step: progress.step + 1, epoch: epoch + 1 };
    throw failureOf(stateOf(session, { params: session.params(), grads: session.batchGrads(), ...where }));
  }
  const inEpoch = batch % plan.batches;
  tally.add(scores, trainer.rowsOf(inEpoch), trainer.weightOf(inEpoch));
  const share = shareOf(session, batch, batches);
  gradients.collect(share, batch === batches.from);
  // After the last one the optimizer's step comes first, which may touch fixed parameters, too.
  if (batch + 1 < batches.to) trainer.update(session.params());
  return share * loss;
}

/** The part of a step's weight that a batch has. */
function shareOf({ plan, trainer }: Session, batch: number, { from, to }: StepBatches): number {
  if (to - from === 1) return 1;
  let sum = 0;
  for (let at = from; at < to; at++) sum += trainer.weightOf(at % plan.batches);
  return trainer.weightOf(batch % plan.batches) / sum;
}

/** What comes after the gradients of a step are there. */
function finishStep(session: Session, epoch: number, loss: number): void {
  const { plan, progress, trainer, stepper, gradients } = session;
  const learningRate = plan.schedule(progress.step / plan.stepsInEpoch);
  const params = session.params();
  gradients.clip();
  if (!stepper.step(params, gradients.data, learningRate)) {
    const where = { loss, step: progress.step + 1, epoch: epoch + 1 };
    throw failureOf(stateOf(session, { params, grads: gradients.data, ...where }));
  }
  trainer.update(params);
  progress.step++;
  plan.reporter?.step(progress.step, loss);
  plan.options.onStep?.({ step: progress.step, epoch: epoch + 1, loss, learningRate });
}

/** What is known when a step has failed. */
const stateOf = (
  { plan, kernels, layout, gradients, progress: { best } }: Session,
  what: Pick<FailedStep, 'params' | 'loss' | 'step' | 'epoch'> & Partial<Pick<FailedStep, 'grads'>>,
): FailedStep => ({ kernels, layout, gradLayout: plan.trained.layout, grads: gradients.data, best, ...what });

/** @throws {FitError} where the last step left parameters that are not finite, at work or settled */
function checkParams(session: Session, epoch: number): void {
  const { progress, settled, params } = session;
  for (const data of new Set([params(), settled.data])) {
    const at = { step: progress.step, epoch: epoch + 1, params: data, loss: 0 };
    const failure = divergenceOf(stateOf(session, at));
    if (failure) throw failure;
  }
}

/** @throws {FitError} for a validation loss that is not finite */
function checkValidation(session: Session, epoch: number, { loss }: Scores): void {
  const { progress, settled } = session;
  if (Number.isFinite(loss)) return;
  throw invalidOf(stateOf(session, { step: progress.step, epoch: epoch + 1, params: settled.data, loss }));
}

async function endEpoch(session: Session, epoch: number): Promise<void> {
  const { plan, progress, tally, settled } = session;
  const { options, validateEvery, steps } = plan;
  const last = progress.step >= steps;
  const began = performance.now();
  if (plan.meanFrom !== undefined && epoch + 1 >= plan.meanFrom) session.mean?.add(session.params());
  settled.refresh();
  checkParams(session, epoch);
  const due = last || (epoch + 1) % validateEvery === 0 || isValidated(plan, progress.step);
  const validation = due ? await session.validate?.() : undefined;
  if (last && validation) checkValidation(session, epoch, validation);
  progress.seconds += (performance.now() - began) / 1000;
  const record: EpochRecord = {
    ...timeOf(session, epoch),
    training: tally.take(),
    ...(validation && { validation }),
  };
  progress.history.push(record);
  keepBest(session, record);
  progress.stopped = plan.ends(progress.history);
  plan.reporter?.epoch(record, last || progress.stopped !== undefined);
  // Before saving: a store may throw when the run was interrupted, and the epoch is not repeated.
  await options.onEpoch?.(record, settled.data);
  const every = options.checkpoint?.everyEpochs ?? 1;
  if (last || progress.stopped || (epoch + 1) % every === 0) await saveTo(session);
}

/** Keeps the parameters that had the score: those at the epoch's end, or, where the scores are of its start, those from there. */
function keepBest({ plan, progress, settled, start }: Session, record: EpochRecord, within = false): void {
  const score = plan.score?.(record);
  if (score === undefined || !(score < (progress.best?.score ?? Number.POSITIVE_INFINITY))) return;
  const kept = progress.best?.params ?? new Float32Array(settled.data.length);
  kept.set(start ?? settled.data);
  const at = within ? { step: record.step } : {};
  progress.best = { epoch: start ? record.epoch - 1 : record.epoch, ...at, score, params: kept };
}

const saveTo = async (session: Session): Promise<void> =>
  session.plan.options.checkpoint?.save(save(session.progress, session));

/** @throws the signal's reason, after saving */
async function saveAndStop(session: Session, signal: AbortSignal): Promise<never> {
  await saveTo(session);
  throw signal.reason;
}
