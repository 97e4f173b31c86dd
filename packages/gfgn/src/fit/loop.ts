import { checkFiniteValues } from '@unbraid/checks';
import { fitProgress, type ProgressListener, shownNumber } from '@unbraid/checks/progress';
import type { CheckpointStore } from '@unbraid/nn';
import type { EpochRecord, Learner, Monitor } from './epoch.ts';
import { loadState, saveState } from './state.ts';

/** How epochs are made. */
export interface LoopOptions {
  readonly learningRate: number;
  readonly epochs: number;
  readonly patience: number;
  readonly monitor: Monitor;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((record: EpochRecord) => unknown) | undefined;
  readonly progress: boolean | ProgressListener;
  readonly checkpoint?: CheckpointStore | undefined;
}

/** How epochs went. */
export interface LoopResult {
  /** The epoch whose parameters are kept. */
  readonly best: EpochRecord;
  readonly history: readonly EpochRecord[];
  /** Of the epochs that were made in this call. */
  readonly seconds: number;
}

/**
 * Makes epochs until there are enough, or none was better for `patience`; leaves the parameters of the best in the learner's. Without validation the last
 * one counts.
 */
export async function runEpochs(learner: Learner, options: LoopOptions): Promise<LoopResult> {
  const { params, validate } = learner;
  const { epochs, patience, monitor, checkpoint } = options;
  const kept = params.data.slice();
  const saved = checkpoint && (await loadState(checkpoint, learner, kept));
  const history: EpochRecord[] = [...(saved?.history ?? [])];
  let best = saved && history[saved.best - 1];
  const shown = fitProgress(options.progress, { total: epochs, label: 'epochs' });
  const began = performance.now();
  const isDone = () => history.length >= epochs || (validate && best && history.length + 1 - best.epoch >= patience);
  const save = async () => checkpoint && saveState(checkpoint, learner, { kept, history, best: best?.epoch ?? 0 });
  let unsaved = 0;
  while (!isDone()) {
    if (options.signal?.aborted && unsaved > 0) await save();
    options.signal?.throwIfAborted();
    const epoch = history.length + 1;
    const trainLoss = await learner.learn(epoch);
    const { loss, score, accuracy } = (await validate?.(epoch)) ?? UNKNOWN;
    const record = { epoch, trainLoss, validationLoss: loss, validationScore: score, validationAccuracy: accuracy };
    history.push(record);
    if (!validate || isBetter(record, best, monitor)) {
      best = record;
      if (validate) kept.set(params.data);
    }
    shown?.tell(epoch, () => lineOf(record, epochs));
    unsaved++;
    if (unsaved >= (checkpoint?.everyEpochs ?? 1) || isDone()) {
      await save();
      unsaved = 0;
    }
    const pending = options.onEpoch?.(record);
    if (pending instanceof Promise) await pending;
  }
  shown?.end();
  const seconds = (performance.now() - began) / 1000;
  if (validate) params.data.set(kept);
  checkFiniteValues(`gfgn: the parameters after epoch ${best!.epoch}`, params.data, 'lower the learning rate');
  return { best: best!, history, seconds };
}

const UNKNOWN = { loss: Number.NaN, score: Number.NaN, accuracy: Number.NaN };

/** Of progress. */
function lineOf({ epoch, trainLoss, validationLoss, validationScore }: EpochRecord, epochs: number): string {
  const training = `epoch ${epoch}/${epochs}: loss ${shownNumber(trainLoss)}`;
  if (Number.isNaN(validationLoss)) return training;
  return `${training}; validation loss ${shownNumber(validationLoss)}, score ${shownNumber(validationScore)}`;
}

function isBetter(a: EpochRecord, b: EpochRecord | undefined, monitor: Monitor): boolean {
  if (!b) return true;
  const [own, other] =
    monitor === 'accuracy' ? [a.validationAccuracy, b.validationAccuracy] : [a.validationScore, b.validationScore];
  // Of what isn't a number neither is better, and the loss decides.
  if (monitor !== 'loss' && (own > other || own < other)) return own > other;
  return a.validationLoss < b.validationLoss;
}

/** What is to be said of how epochs ended: nothing, or that there were too few. */
export const unfinishedNotices = (history: readonly EpochRecord[], epochs: number): string[] =>
  isUnfinished(history, epochs)
    ? [`gfgn: the validation loss still fell when the ${epochs} epochs were over; raise epochs`]
    : [];

/** Whether the last tenth of all epochs lowered the validation loss by more than a hundredth; of fewer than ten it can't be told. */
function isUnfinished(history: readonly EpochRecord[], epochs: number): boolean {
  if (history.length < Math.max(epochs, 10)) return false;
  const cut = Math.floor(0.9 * history.length);
  return leastLoss(history.slice(cut)) < 0.99 * leastLoss(history.slice(0, cut));
}

const leastLoss = (history: readonly EpochRecord[]): number =>
  history.reduce((least, { validationLoss }) => Math.min(least, validationLoss), Number.POSITIVE_INFINITY);
