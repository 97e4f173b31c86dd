import { createMatrix } from '@unbraid/data';
import { FitError } from '@unbraid/nn';
import { type Bench, encodeFold, joined } from '../bench.ts';
import type { Answers, Outputs } from '../scores/answers.ts';
import type { TableSettings } from '../settings.ts';
import type { Learner } from './learner.ts';
import { type NetworkSettings, openNetwork, trainNetwork } from './network.ts';

/** One of the settings that are tried. */
export interface Candidate {
  /** `rate 0.003` */
  readonly name: string;
  readonly settings: NetworkSettings;
}

/** How each candidate did on the rows of the first fold's training part that training is stopped by. */
export interface Trial {
  readonly name: string;
  readonly validationLoss: number;
  readonly epochs: number;
}

/** A network with its settings chosen. */
export interface TunedNetwork {
  readonly chosen: Candidate;
  readonly trials: readonly Trial[];
  readonly learner: Learner;
  /** Of the tested rows. */
  readonly outputs: Outputs;
  /** Epochs in each fold. */
  readonly epochs: readonly number[];
}

/** Parts of `tuneNetwork`. */
export const tunedParts = ({ folds }: TableSettings, candidates: readonly Candidate[]): number =>
  folds + (candidates.length > 1 ? candidates.length : 0);

/**
 * Chooses among candidates by the validation loss in the first fold, whose tested rows have no part in it, and cross-validates the best.
 * @param name of the units: `mlp`
 */
export async function tuneNetwork(bench: Bench, name: string, candidates: readonly Candidate[]): Promise<TunedNetwork> {
  const { context, source, units, tell } = bench;
  const { seed, signal, log } = context;
  const task = source.answers.task;
  const trials = await units(
    candidates.length > 1 ? candidates : [],
    (candidate) => `${name}, ${candidate.name}`,
    async (candidate): Promise<Trial> => {
      const { part } = encodeFold(bench, 0);
      const options = { seed, signal, tell };
      const { validationLoss, epochs } = await trainNetwork(part, candidate.settings, options).catch(diverged);
      log({ part: name, candidate: candidate.name, validationLoss, epochs });
      return { name: candidate.name, validationLoss, epochs };
    },
  );
  const chosen = best(candidates, trials);
  const folds = await units(
    [...source.folds.keys()],
    (fold) => `${name}, fold ${fold + 1}`,
    async (fold) => {
      const { part, test } = encodeFold(bench, fold);
      const trained = await trainNetwork(part, chosen.settings, { seed: seed + fold, signal, tell });
      const { data, rows, cols } = await outputsOf(trained.model, task, test);
      return { data, rows, cols, epochs: trained.epochs };
    },
  );
  const learner: Learner = {
    learn: async (part, options) => (await trainNetwork(part, chosen.settings, options)).model,
  };
  return {
    chosen,
    trials,
    learner,
    outputs: joined(folds.map(({ rows, cols, data }) => createMatrix(rows, cols, data))),
    epochs: folds.map(({ epochs }) => epochs),
  };
}

/** A candidate that runs off isn't chosen, unless all do. */
function diverged(error: unknown): Pick<Trial, 'validationLoss' | 'epochs'> {
  if (error instanceof FitError) return { validationLoss: Number.POSITIVE_INFINITY, epochs: error.epoch };
  throw error;
}

async function outputsOf(model: Uint8Array, task: Answers['task'], x: Parameters<Opened['outputs']>[0]) {
  const opened = await openNetwork(model, task);
  try {
    return await opened.outputs(x);
  } finally {
    await opened.release();
  }
}
type Opened = Awaited<ReturnType<typeof openNetwork>>;

function best(candidates: readonly Candidate[], trials: readonly Trial[]): Candidate {
  let at = 0;
  trials.forEach(({ validationLoss }, i) => {
    if (validationLoss < trials[at]!.validationLoss) at = i;
  });
  return candidates[at]!;
}
