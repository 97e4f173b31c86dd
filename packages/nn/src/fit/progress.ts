import { layoutOf } from '@unbraid/graph';
import type { Stepper } from '../optimizers/optimizer.ts';
import type { Json, SavedState } from './checkpoint.ts';
import type { Best, EpochRecord } from './fit-result.ts';
import type { Plan } from './plan.ts';
import type { Scores, Tally } from './scores.ts';

/** How far a fit has come. */
export interface Progress {
  /** Steps made. */
  step: number;
  seconds: number;
  /** Whether `stop` has ended it. */
  stopped: boolean;
  best: Best | undefined;
  readonly history: EpochRecord[];
}

/** What else belongs to the state. */
export interface Parts {
  readonly plan: Plan;
  /** Of the epoch under way. */
  readonly tally: Tally;
  readonly stepper: Stepper;
  /** The parameters' present view. */
  readonly params: () => Float32Array;
}

const OPTIMIZER = 'optimizer.';

interface Meta {
  readonly fit: Readonly<Record<string, string>>;
  readonly step: number;
  readonly seconds: number;
  readonly stopped: boolean;
  readonly tally: ReturnType<Tally['state']>;
  readonly best: { readonly epoch: number; readonly score: number } | null;
  readonly history: readonly EpochRecord[];
}

export function save(progress: Progress, { plan, tally, stepper, params }: Parts): SavedState {
  const { step, seconds, stopped, best, history } = progress;
  const remembered = Object.entries(stepper.state().arrays).map(([name, array]) => [OPTIMIZER + name, array] as const);
  const meta: Meta = {
    fit: identityOf(plan),
    step,
    seconds,
    stopped,
    tally: tally.state(),
    best: best ? { epoch: best.epoch, score: best.score } : null,
    history: history.map(encodeRecord),
  };
  return {
    meta: meta as unknown as Json,
    arrays: { params: params().slice(), ...(best && { best: best.params.slice() }), ...Object.fromEntries(remembered) },
  };
}

/** @throws {Error} when the state is of another fit */
export function restore({ meta: json, arrays }: SavedState, { plan, tally, stepper, params }: Parts): Progress {
  const meta = json as unknown as Meta;
  checkIdentity(meta, plan);
  const { step, seconds, stopped, history } = meta;
  params().set(arrayNamed(arrays, 'params', params().length));
  const remembered = Object.keys(arrays).filter((name) => name.startsWith(OPTIMIZER));
  stepper.restore({
    step,
    arrays: Object.fromEntries(remembered.map((name) => [name.slice(OPTIMIZER.length), floatsNamed(arrays, name)])),
  });
  tally.restore(meta.tally);
  const best = meta.best ? { ...meta.best, params: arrayNamed(arrays, 'best', params().length).slice() } : undefined;
  return { step, seconds, stopped, best, history: history.map(decodeRecord) };
}

/** What must be the same for a fit to go on; epochs and steps may differ, so that a finished fit can be prolonged. */
function identityOf({ options, optimizer, batchSize, dropLast, seed, functions, validateEvery }: Plan): Meta['fit'] {
  const { model, data, validation } = options;
  const facts = {
    model: layoutOf(model.params, 'params').leaves.map(({ path, shape }) => `${path}[${shape.join(', ')}]`),
    optimizer: { name: optimizer.name, ...optimizer.settings },
    rows: { data: data.x.rows, validation: validation?.x.rows ?? 0 },
    batchSize,
    dropLast,
    seed,
    metrics: Object.keys(functions),
    validateEvery,
  };
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, JSON.stringify(fact)]));
}

function checkIdentity(meta: Meta | null, plan: Plan): void {
  for (const [name, now] of Object.entries(identityOf(plan))) {
    const then = meta?.fit?.[name];
    if (then === now) continue;
    throw new Error(
      `nn: the checkpoint is of another fit: its ${name} is ${then ?? 'missing'}, this one's ${now}; ` +
        'give this fit a checkpoint of its own',
    );
  }
}

function arrayNamed(arrays: SavedState['arrays'], name: string, size: number): Float32Array {
  const array = floatsNamed(arrays, name);
  if (array.length === size) return array;
  throw new Error(`nn: the checkpoint's ${name} has ${array.length} entries, ${size} are needed`);
}

function floatsNamed(arrays: SavedState['arrays'], name: string): Float32Array {
  const array = arrays[name];
  if (array instanceof Float32Array) return array;
  throw new Error(`nn: the checkpoint's ${name} is ${array?.constructor.name ?? 'missing'}; a Float32Array is needed`);
}

// JSON has no NaN and no infinities, which validation may give; they are kept as text.
const encodeScores = (scores: Scores): Scores =>
  Object.fromEntries(
    Object.entries(scores).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  ) as Scores;

const decodeScores = (scores: Scores): Scores =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, Number(value)])) as Scores;

const mapScores =
  (f: (scores: Scores) => Scores) =>
  ({ training, validation, ...rest }: EpochRecord): EpochRecord => ({
    ...rest,
    training: f(training),
    ...(validation && { validation: f(validation) }),
  });

const encodeRecord = mapScores(encodeScores);
const decodeRecord = mapScores(decodeScores);
