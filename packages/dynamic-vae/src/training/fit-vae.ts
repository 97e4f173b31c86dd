import {
  callback,
  checkSettings,
  count,
  emitWarning,
  finite,
  given,
  having,
  InputError,
  integer,
  type WarningListener,
} from '@unbraid/checks';
import { type FitProgress, fitProgress, progressSetting, shownNumber } from '@unbraid/checks/progress';
import { type Runtime, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import type { SavedState } from '@unbraid/nn';
import * as z from 'zod';
import { vaeSetting } from '../use/save.ts';
import type { Vae } from '../vae/vae.ts';
import { DivergedError } from './diverged-error.ts';
import type { FittedVae, FitVaeOptions, VaeCheckpoint, VaeStep } from './fit-options.ts';
import { initialParams } from './learner.ts';
import { type PreparedOptions, type Progress, restore, save } from './progress.ts';
import { type Regulation, regulationOf } from './regulation.ts';
import { batchesOf, countOf, preparedRows, type RowSource } from './row-source.ts';
import { createRecorder, type Recorder } from './trace.ts';
import { trackingOf } from './tracking.ts';
import { createTrainer, type StepLosses, type Trainer } from './trainer.ts';

/** A fit under way. */
interface Session {
  readonly options: PreparedOptions;
  readonly regulation: Regulation;
  readonly trainer: Trainer;
  readonly recorder: Recorder;
  readonly progress: Progress;
  /** Where it is shown how far it is. */
  readonly shown: FitProgress | undefined;
}

/**
 * Trains a VAE, of images or of other rows, by Adam, one batch a step. Everything random follows from the seed and the step alone, so a fit that is resumed
 * from its checkpoint ends with the same numbers.
 *
 * @throws {InputError} for options that are unknown or out of range, and rows of another width or with values that the model's can't have: images outside [0, 1], categories that there are not
 * @throws {DivergedError} where a loss, a gradient or a parameter is not finite, with the step
 * @throws the signal's reason when it is aborted, after saving to `checkpoint`
 */
export async function fitVae<V extends Vae>(given: FitVaeOptions<V>): Promise<FittedVae<V>> {
  checkOptions(given);
  const options = { ...given, images: preparedRows(sourceOf(given), given.vae.rows.noun) };
  options.signal?.throwIfAborted();
  return withScope(async (scope) => {
    const { vae, objective, batchSize: rows = 128, learningRate = 1e-4, seed = 0, checkpoint } = options;
    const runtime = options.runtime ?? (await defaultRuntime());
    const random = createRandom(seed);
    const regulation = regulationOf(objective);
    const fill = batchesOf(options.images, vae.rows, random.split('images'));
    const initial = options.params ?? initialParams(vae.params, random.split('params'));
    const trainer = await createTrainer(scope, runtime, {
      vae,
      objective,
      fill,
      rows,
      count: countOf(options.images),
      learningRate,
      initial,
      random,
    });
    const recorder = createRecorder(Math.floor(options.steps / (options.recordEvery ?? 1)));
    const saved = await checkpoint?.load();
    const progress = saved
      ? restore(saved, options, trainer, recorder)
      : { step: 0, seconds: 0, regulation: regulation.start };
    const shown = fitProgress(options.progress, { total: options.steps, label: 'steps' });
    await train({ options, regulation, trainer, recorder, progress, shown });
    shown?.end();
    const trace = recorder.trace();
    const tracking = trackingOf(trace, objective.name === 'dynamic' ? objective.window : undefined, objective.name);
    if (tracking?.warning) (options.onWarning ?? emitWarning)(`dynamic-vae: ${tracking.warning}`);
    return {
      vae: given.vae,
      params: trainer.learners[0]!.params.data.slice(),
      steps: progress.step,
      seconds: progress.seconds,
      beta: progress.regulation.beta,
      trace,
      ...(tracking && { tracking }),
    };
  });
}

/** What is learnt from, under whichever name. @throws {InputError} unless it has one of them */
function sourceOf({ images, data }: FitVaeOptions): RowSource {
  const source = data ?? images;
  if (source !== undefined && (data === undefined || images === undefined)) return source;
  const found = source === undefined ? 'neither is there' : 'both are there';
  throw new InputError(
    'setting',
    `dynamic-vae: fitVae learns from images, or from other rows as data; ${found}, give one`,
  );
}

/** The steps that are left. */
async function train(session: Session): Promise<void> {
  const { options, progress } = session;
  const { steps, checkpoint, signal } = options;
  const everySteps = checkpoint?.everySteps ?? 1000;
  const began = performance.now();
  const [stepsBefore, secondsBefore] = [progress.step, progress.seconds];
  while (progress.step < steps) {
    if (signal?.aborted) {
      await checkpoint?.save(stateOf(session));
      throw signal.reason;
    }
    const { regulation, losses } = await runStep(session);
    progress.regulation = regulation;
    progress.step++;
    const elapsed = (performance.now() - began) / 1000;
    progress.seconds = secondsBefore + elapsed;
    const stepsPerSecond = (progress.step - stepsBefore) / elapsed;
    const pending = report(session, losses, stepsPerSecond);
    if (pending instanceof Promise) await pending;
    if (progress.step % everySteps === 0 && progress.step < steps) await checkpoint?.save(stateOf(session));
  }
  const last = stateOf(session);
  await checkpoint?.save(last);
}

/** What a checkpoint keeps. @throws {DivergedError} where a parameter is not finite */
function stateOf({ options, progress, trainer, recorder }: Session): SavedState {
  try {
    for (const learner of trainer.learners) learner.checkParams();
  } catch (error) {
    throw withStep(error, progress.step, progress.regulation.beta);
  }
  return save(options, progress, trainer, recorder);
}

const withStep = (error: unknown, step: number, beta: number): unknown =>
  error instanceof DivergedError ? new DivergedError(error.reason, { step, beta }) : error;

async function runStep({ regulation, trainer, progress }: Session) {
  const { step, regulation: state } = progress;
  try {
    const weighed = trainer.kl && regulation.step(state, step, await trainer.kl(step));
    const losses = await trainer.run(step, weighed ?? { beta: state.beta, setPoint: regulation.setPoint(step) });
    return { losses, regulation: weighed ?? regulation.step(state, step, losses.kl) };
  } catch (error) {
    throw withStep(error, step + 1, state.beta);
  }
}

/** What the listener gives. */
function report({ options, progress, recorder, shown }: Session, losses: StepLosses, stepsPerSecond: number): unknown {
  const { step, regulation } = progress;
  const { beta } = regulation;
  const { reconstruction, kl, klOfLatents, loss } = losses;
  const setPoint = regulation.setPoint ?? undefined;
  if (step % (options.recordEvery ?? 1) === 0) {
    recorder.add({ step, beta, setPoint: setPoint ?? Number.NaN, kl, reconstruction });
  }
  const told: VaeStep = {
    step,
    beta,
    setPoint,
    kl,
    feedback: regulation.feedback,
    klOfLatents,
    reconstruction,
    loss,
    stepsPerSecond,
    secondsLeft: (options.steps - step) / stepsPerSecond,
  };
  shown?.tell(step, () => lineOf(told, options.steps));
  return options.onStep?.(told);
}

/** Of progress. */
const lineOf = ({ step, loss, kl, beta }: VaeStep, steps: number): string =>
  `step ${step}/${steps}: loss ${shownNumber(loss)}, KL ${shownNumber(kl)}, β ${shownNumber(beta)}`;

const checkpointSchema = z.object({
  load: callback<VaeCheckpoint['load']>(),
  save: callback<VaeCheckpoint['save']>(),
  everySteps: count().optional(),
});

const schema = z.object({
  vae: vaeSetting(),
  images: given<RowSource>().optional(),
  data: given<RowSource>().optional(),
  objective: given<FitVaeOptions['objective']>(),
  steps: count(),
  batchSize: count().optional(),
  learningRate: finite({ above: 0 }).optional(),
  seed: integer().optional(),
  params: z.instanceof(Float32Array, { error: 'a Float32Array' }).optional(),
  recordEvery: count().optional(),
  onStep: callback<NonNullable<FitVaeOptions['onStep']>>().optional(),
  progress: progressSetting().optional(),
  onWarning: callback<WarningListener>().optional(),
  checkpoint: having<VaeCheckpoint>('a checkpoint', 'load', 'save').optional(),
  signal: having<AbortSignal>('an AbortSignal', 'throwIfAborted').optional(),
  runtime: having<Runtime>('a runtime', 'backend', 'arena').optional(),
});

function checkOptions(options: FitVaeOptions): void {
  checkSettings('dynamic-vae: fitVae', schema, options);
  const { load, save, everySteps } = options.checkpoint ?? {};
  if (options.checkpoint)
    checkSettings("dynamic-vae: fitVae's checkpoint", checkpointSchema, { load, save, everySteps });
}
