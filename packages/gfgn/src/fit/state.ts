import { InputError } from '@unbraid/checks';
import type { CheckpointStore, Json, SavedState } from '@unbraid/nn';
import type { EpochRecord, Learner } from './epoch.ts';

/** What is kept of epochs beside the learner's parameters and the optimizer's memory. */
interface Progress {
  /** Parameters of the best epoch. */
  readonly kept: Float32Array;
  readonly history: readonly EpochRecord[];
  /** The best epoch, counted from 1. */
  readonly best: number;
}

const COLUMNS = ['trainLoss', 'validationLoss', 'validationScore', 'validationAccuracy'] as const;

/** Saves everything that later epochs follow from. */
export async function saveState(store: CheckpointStore, learner: Learner, { kept, history, best }: Progress) {
  const { step, arrays } = learner.stepper.state();
  await store.save({
    meta: { kind: 'gfgn', facts: learner.facts, best, step },
    arrays: {
      params: learner.params.data.slice(),
      kept,
      ...(learner.more && { more: learner.more.get() }),
      history: Float64Array.from(history.flatMap((record) => COLUMNS.map((name) => record[name]))),
      ...Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`optimizer.${name}`, array])),
    },
  });
}

const refuse = (what: string) => new InputError('model', `gfgn: the checkpoint ${what}; delete it to begin anew`);

/**
 * Puts a learner where a saved fit was, and gives its epochs.
 * @param kept gets the parameters of the best epoch
 * @throws {InputError} `model`, for a checkpoint of another fit
 */
export async function loadState(
  store: CheckpointStore,
  learner: Learner,
  kept: Float32Array,
): Promise<Omit<Progress, 'kept'> | undefined> {
  const state = await store.load();
  if (!state) return undefined;
  const { facts, best, step } = metaOf(state.meta);
  if (facts !== learner.facts) throw refuse('is of a fit with other settings or data');
  const [params, before, table] = ['params', 'kept', 'history'].map((name) => arrayOf(state, name));
  if (params!.length !== kept.length || before!.length !== kept.length) throw refuse('has other parameters');
  const history = Array.from({ length: table!.length / COLUMNS.length }, (_, i): EpochRecord => {
    const [trainLoss, validationLoss, validationScore, validationAccuracy] = table!.subarray(i * COLUMNS.length);
    return {
      epoch: i + 1,
      trainLoss: trainLoss!,
      validationLoss: validationLoss!,
      validationScore: validationScore!,
      validationAccuracy: validationAccuracy!,
    };
  });
  if (!(Number.isInteger(best) && best >= 1 && best <= history.length)) throw refuse('is damaged');
  const memory = Object.entries(state.arrays).flatMap(([name, array]) =>
    name.startsWith('optimizer.') && array instanceof Float32Array ? [[name.slice('optimizer.'.length), array]] : [],
  );
  learner.stepper.restore({ step, arrays: Object.fromEntries(memory) });
  learner.params.data.set(params!);
  const { more } = state.arrays;
  if (more instanceof Int32Array) learner.more?.set(more);
  kept.set(before!);
  return { history, best };
}

function metaOf(meta: Json): { facts: string; best: number; step: number } {
  const { kind, facts, best, step } = (meta ?? {}) as Record<string, unknown>;
  if (kind === 'gfgn' && typeof facts === 'string' && typeof best === 'number' && typeof step === 'number')
    return { facts, best, step };
  throw refuse('is not one of a fit of this package');
}

function arrayOf({ arrays }: SavedState, name: string): Float32Array | Float64Array {
  const array = arrays[name];
  if (array instanceof Float32Array || array instanceof Float64Array) return array;
  throw refuse(`has no ${name}`);
}
