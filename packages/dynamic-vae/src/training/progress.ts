import { finite, InputError, integer } from '@unbraid/checks';
import { layoutOf } from '@unbraid/graph';
import type { SavedState } from '@unbraid/nn';
import * as z from 'zod';
import type { FitVaeOptions } from './fit-options.ts';
import type { RegulationState } from './regulation.ts';
import { countOf, type PreparedRows } from './row-source.ts';
import { type Recorder, TRACE_KEYS, type Trace } from './trace.ts';
import type { Trainer } from './trainer.ts';

/** Options whose images, or other rows, are prepared. */
export type PreparedOptions = FitVaeOptions & { readonly images: PreparedRows };

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

/** Of what a checkpoint says; another number where it says other things of a fit, or the fit would go on otherwise than it began. */
const VERSION = 3;

const progressSchema = z.object({
  step: integer({ min: 0 }),
  seconds: finite({ min: 0 }),
  regulation: z.object({
    beta: finite(),
    setPoint: finite().nullable(),
    feedback: finite(),
    controller: z.looseObject({ beta: finite() }),
    window: z.array(finite()).min(1),
  }),
});

const TRACE = 'trace.';

/** The whole state: parameters, moments, the controller's state and the trace. What is random follows from seed and step. */
export function save(
  options: PreparedOptions,
  progress: Progress,
  { learners }: Pick<Trainer, 'learners'>,
  recorder: Recorder,
): SavedState {
  const meta: Meta = { ...progress, fit: identityOf(options) };
  const trace = Object.entries(recorder.trace()).map(([key, array]) => [TRACE + key, array] as const);
  const arrays = Object.assign({}, ...learners.map((learner) => learner.arrays()), Object.fromEntries(trace));
  return { meta: meta as unknown as SavedState['meta'], arrays };
}

/** @throws {InputError} where the state is that of another fit, or damaged */
export function restore(
  { meta: json, arrays }: SavedState,
  options: PreparedOptions,
  { learners }: Pick<Trainer, 'learners'>,
  recorder: Recorder,
): Progress {
  checkIdentity((json as Partial<Meta> | null)?.fit, options);
  const parsed = progressSchema.safeParse(json);
  if (!parsed.success) throw damaged(`its ${parsed.error.issues[0]!.path.join('.')} can't be used`);
  const { step } = parsed.data;
  for (const learner of learners) learner.restore(arrays, step);
  recorder.restore(traceIn(arrays, Math.floor(step / (options.recordEvery ?? 1))));
  return parsed.data;
}

function traceIn(arrays: SavedState['arrays'], length: number): Trace {
  const bad = TRACE_KEYS.find((key) => arrays[TRACE + key]?.length !== length);
  if (bad) throw damaged(`its ${TRACE}${bad} has not ${length} entries`);
  return Object.fromEntries(TRACE_KEYS.map((key) => [key, arrays[TRACE + key]])) as unknown as Trace;
}

const damaged = (what: string): InputError =>
  new InputError('model', `dynamic-vae: the checkpoint is damaged: ${what}; delete it to begin anew`);

/**
 * What must be the same for a fit to go on; `steps` may differ, so that a finished one can be prolonged. Of a function, which can't be compared, it is said that it is one.
 */
function identityOf(options: PreparedOptions): Meta['fit'] {
  const { vae, objective, images, batchSize = 128, learningRate = 1e-4, seed = 0, recordEvery = 1 } = options;
  const { leaves, size } = layoutOf(vae.params, 'params');
  const facts: Record<string, unknown> = {
    version: VERSION,
    model: vae.settings,
    parameters: size,
    objective,
    images: typeof images === 'function' ? A_FUNCTION : [images.rows, images.cols],
    'number of rows': countOf(images) ?? 'unknown',
    batchSize,
    learningRate,
    seed,
    recordEvery,
  };
  for (const [place, layer] of Object.entries(vae.networks ?? {})) facts[`layer ${place}`] = layer;
  for (const { path, shape } of leaves) facts[`parameter ${path}`] = shape;
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, JSON.stringify(fact, shownFunction)]));
}

const A_FUNCTION = 'a function';
/** JSON drops functions. */
const shownFunction = (_: string, value: unknown): unknown => (typeof value === 'function' ? A_FUNCTION : value);

function checkIdentity(then: Meta['fit'] | undefined, options: PreparedOptions): void {
  const now = identityOf(options);
  for (const name of Object.keys({ ...now, ...then })) {
    if (then?.[name] === now[name]) continue;
    throw new InputError(
      'model',
      `dynamic-vae: the checkpoint is of another fit: its ${name} is ${then?.[name] ?? 'missing'}, this one's ${now[name] ?? 'missing'}; ` +
        'give this fit a checkpoint of its own',
    );
  }
}
