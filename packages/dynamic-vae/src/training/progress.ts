import { layoutOf } from '@unbraid/graph';
import type { SavedState } from '@unbraid/nn';
import type { FitVaeOptions } from './fit-options.ts';
import type { RegulationState } from './objective.ts';
import type { Recorder, Trace } from './trace.ts';
import type { Trainer } from './trainer.ts';

/** How far training has come. */
export interface Progress {
  /** Steps made. */
  step: number;
  seconds: number;
  regulation: RegulationState;
}

interface Meta extends Progress {
  readonly fit: Readonly<Record<string, string>>;
}

const TRACE = 'trace.';

/** The whole state: parameters, moments, the controller's state and the trace. What is random follows from seed and step. */
export function save(
  options: FitVaeOptions,
  progress: Progress,
  { learners }: Pick<Trainer, 'learners'>,
  recorder: Recorder,
): SavedState {
  const meta: Meta = { ...progress, fit: identityOf(options) };
  const trace = Object.entries(recorder.trace()).map(([key, array]) => [TRACE + key, array] as const);
  const arrays = Object.assign({}, ...learners.map((learner) => learner.arrays()), Object.fromEntries(trace));
  return { meta: meta as unknown as SavedState['meta'], arrays };
}

/** @throws {Error} where the state is that of another fit */
export function restore(
  { meta: json, arrays }: SavedState,
  options: FitVaeOptions,
  { learners }: Pick<Trainer, 'learners'>,
  recorder: Recorder,
): Progress {
  const { fit, step, seconds, regulation } = json as unknown as Meta;
  checkIdentity(fit, options);
  for (const learner of learners) learner.restore(arrays, step);
  const trace = Object.entries(arrays).filter(([key]) => key.startsWith(TRACE));
  recorder.restore(
    Object.fromEntries(trace.map(([key, array]) => [key.slice(TRACE.length), array])) as unknown as Trace,
  );
  return { step, seconds, regulation };
}

/** What must be the same for a fit to go on; `steps` may differ, so that a finished one can be prolonged. */
function identityOf(options: FitVaeOptions): Meta['fit'] {
  const { vae, objective, images, batchSize = 128, learningRate = 1e-4, seed = 0, recordEvery = 1 } = options;
  const facts = {
    model: vae.settings,
    parameters: layoutOf(vae.params, 'params').size,
    objective,
    images: typeof images === 'function' ? 'a function' : [images.rows, images.cols],
    batchSize,
    learningRate,
    seed,
    recordEvery,
  };
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, JSON.stringify(fact)]));
}

function checkIdentity(then: Meta['fit'] | undefined, options: FitVaeOptions): void {
  for (const [name, now] of Object.entries(identityOf(options))) {
    if (then?.[name] === now) continue;
    throw new Error(
      `dynamic-vae: the checkpoint is of another fit: its ${name} is ${then?.[name] ?? 'missing'}, this one's ${now}; ` +
        'give this fit a checkpoint of its own',
    );
  }
}
