import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import { layoutOf } from '@unbraid/graph';
import * as z from 'zod';
import type { Stepper } from '../optimizers/optimizer.ts';
import type { Json, SavedState } from './checkpoint.ts';
import type { Best, EpochRecord } from './fit-result.ts';
import type { Plan } from './plan.ts';
import type { RunningMean } from './running-mean.ts';
import type { Scores, Tally } from './scores.ts';

/** How far a fit has come. */
export interface Progress {
  /** Steps made. */
  step: number;
  seconds: number;
  /** What has ended it before its last step. */
  stopped: 'early' | 'stop' | undefined;
  best: Best | undefined;
  readonly history: EpochRecord[];
  /** Within epochs. */
  readonly validations: EpochRecord[];
}

/** What else belongs to the state. */
export interface Parts {
  readonly plan: Plan;
  /** Of the epoch under way. */
  readonly tally: Tally;
  readonly stepper: Stepper;
  readonly mean: RunningMean | undefined;
  /** The parameters' present view. */
  readonly params: () => Float32Array;
}

const OPTIMIZER = 'optimizer.';

const whole = z.int().min(0);
/** JSON has no NaN and no infinities, which validation may give; they are kept as text. */
const score = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
const scores = z.record(z.string(), score);

const record = z.object({
  epoch: whole,
  step: whole,
  learningRate: z.number(),
  training: scores,
  validation: scores.optional(),
});

const metaSchema = z.object({
  fit: z.record(z.string(), z.string()),
  step: whole,
  seconds: z.number().min(0),
  stopped: z.union([z.boolean(), z.enum(['early', 'stop'])]),
  tally: z.object({ rows: whole, weight: z.number().min(0).optional(), sums: z.array(z.number()) }),
  best: z.object({ epoch: whole, step: whole.optional(), score: z.number() }).nullable(),
  meanOf: whole.optional(),
  history: z.array(record),
  validations: z.array(record).optional(),
});

type Meta = z.output<typeof metaSchema>;
type StoredScores = z.output<typeof scores>;

export function save(progress: Progress, { plan, tally, stepper, mean, params }: Parts): SavedState {
  const { step, seconds, stopped, best, history, validations } = progress;
  const remembered = Object.entries(stepper.state().arrays).map(([name, array]) => [OPTIMIZER + name, array] as const);
  const meta: Meta = {
    fit: identityOf(plan),
    step,
    seconds,
    stopped: stopped ?? false,
    tally: { ...tally.state(), sums: [...tally.state().sums] },
    best: best ? { epoch: best.epoch, ...(best.step !== undefined && { step: best.step }), score: best.score } : null,
    ...(mean && { meanOf: mean.count }),
    history: history.map(encodeRecord),
    ...(validations.length > 0 && { validations: validations.map(encodeRecord) }),
  };
  return {
    meta: meta as unknown as Json,
    arrays: {
      params: params().slice(),
      ...(best && { best: best.params.slice() }),
      ...(mean && mean.count > 0 && { mean: mean.data.slice() }),
      ...Object.fromEntries(remembered),
    },
  };
}

/** @throws {InputError} when the state is of another fit, damaged, or not finite */
export function restore({ meta: json, arrays }: SavedState, { plan, tally, stepper, mean, params }: Parts): Progress {
  const meta = parseMeta(json, plan);
  const { step, seconds, stopped, history, validations = [] } = meta;
  params().set(arrayNamed(arrays, 'params', params().length));
  const remembered = Object.keys(arrays).filter((name) => name.startsWith(OPTIMIZER));
  stepper.restore({
    step,
    arrays: Object.fromEntries(remembered.map((name) => [name.slice(OPTIMIZER.length), floatsNamed(arrays, name)])),
  });
  if (mean && meta.meanOf) mean.restore(meta.meanOf, arrayNamed(arrays, 'mean', params().length));
  // Checkpoints from before there were weights don't say what rows count.
  tally.restore({ ...meta.tally, weight: meta.tally.weight ?? meta.tally.rows });
  const best = meta.best ? bestOf(meta.best, arrayNamed(arrays, 'best', params().length).slice()) : undefined;
  // Checkpoints from before there was early stopping say true.
  const ended = stopped === true ? 'stop' : stopped || undefined;
  return {
    step,
    seconds,
    stopped: ended,
    best,
    history: history.map(decodeRecord),
    validations: validations.map(decodeRecord),
  };
}

const bestOf = ({ step, ...best }: NonNullable<Meta['best']>, params: Float32Array): Best => ({
  ...best,
  ...(step !== undefined && { step }),
  params,
});

/** The identity is compared first: a state of another kind is better told by it than by what its entries lack. */
function parseMeta(json: Json, plan: Plan): Meta {
  const identity = z.object({ fit: metaSchema.shape.fit }).safeParse(json);
  checkIdentity(identity.data?.fit, plan);
  const parsed = metaSchema.safeParse(json);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw damaged(`its entry ${showValue(path.join('.'))} is wrong (${message})`);
  }
  const { tally, history, step } = parsed.data;
  if (tally.sums.length !== Object.keys(plan.functions).length)
    throw damaged(`its tally has ${tally.sums.length} sums, there are ${Object.keys(plan.functions).length} scores`);
  const at = history.findIndex((record, i) => record.epoch !== i + 1 || record.step > step);
  if (at >= 0) throw damaged(`entry ${at} of its history is epoch ${history[at]!.epoch}, step ${history[at]!.step}`);
  return parsed.data;
}

const damaged = (what: string): InputError =>
  new InputError('model', `nn: the checkpoint is damaged: ${what}; delete it to begin anew`);

/** What must be the same for a fit to go on; epochs and steps may differ, so that a finished fit can be prolonged. */
function identityOf(plan: Plan): Meta['fit'] {
  const { options, data, validation, optimizer, batchSize, dropLast, seed, functions, validateEvery } = plan;
  const { model } = options;
  const facts = {
    model: layoutOf(model.params, 'params').leaves.map(({ path, shape }) => `${path}[${shape.join(', ')}]`),
    optimizer: { name: optimizer.name, ...optimizer.settings },
    ...(model.inputs && {
      inputs: data.inputs.map(({ name, dtype, shape }) => `${name}: ${dtype}[${shape.join(', ')}]`),
    }),
    rows: { data: data.rows, validation: validation?.rows ?? 0 },
    batchSize,
    dropLast,
    seed,
    metrics: Object.keys(functions),
    validateEvery,
    ...onlyWhereGiven(plan),
  };
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, JSON.stringify(fact)]));
}

/** Facts that are left out where they are as ever, so that checkpoints from before there were such options are still read. */
function onlyWhereGiven({ trained, gradients, meanFrom, validateEverySteps }: Plan): Record<string, unknown> {
  const { accumulate, clipNorm, clipValue } = gradients;
  return {
    ...(trained.parts && { trained: trained.parts.map(({ offset, size, factor }) => [offset, size, factor]) }),
    ...(accumulate > 1 && { accumulate }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(clipValue !== undefined && { clipValue }),
    ...(meanFrom !== undefined && { mean: { from: meanFrom } }),
    ...(validateEverySteps !== undefined && { validateEverySteps }),
  };
}

function checkIdentity(saved: Meta['fit'] | undefined, plan: Plan): void {
  for (const [name, now] of Object.entries(identityOf(plan))) {
    const then = saved?.[name];
    if (then === now) continue;
    throw new InputError(
      'model',
      `nn: the checkpoint is of another fit: its ${name} is ${then === undefined ? 'missing' : oneLine(then)}, this one's ${now.slice(0, MOST_SHOWN)}; ` +
        'give this fit a checkpoint of its own',
    );
  }
}

/** Characters of a fact that a message shows. */
const MOST_SHOWN = 400;

/** What a file says, for a message: without line breaks, and not more than a few lines of a terminal. */
const oneLine = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').slice(0, MOST_SHOWN);

function arrayNamed(arrays: SavedState['arrays'], name: string, size: number): Float32Array {
  const array = floatsNamed(arrays, name);
  if (array.length === size) return array;
  throw damaged(`its ${name} has ${array.length} entries, ${size} are needed`);
}

function floatsNamed(arrays: SavedState['arrays'], name: string): Float32Array {
  const array = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (!(array instanceof Float32Array))
    throw damaged(`its ${name} is ${array ? showValue(array) : 'missing'}; a Float32Array is needed`);
  checkFiniteValues(`nn: the checkpoint's ${name}`, array, 'delete it to begin anew');
  return array;
}

const encodeScores = (given: Scores): StoredScores =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity'),
    ]),
  );

const decodeScores = (stored: StoredScores): Scores =>
  Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, Number(value)])) as Scores;

const encodeRecord = ({ training, validation, ...rest }: EpochRecord): Meta['history'][number] => ({
  ...rest,
  training: encodeScores(training),
  ...(validation && { validation: encodeScores(validation) }),
});

const decodeRecord = ({ training, validation, ...rest }: Meta['history'][number]): EpochRecord => ({
  ...rest,
  training: decodeScores(training),
  ...(validation && { validation: decodeScores(validation) }),
});
