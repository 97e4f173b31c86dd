import type { Progress } from '../context.ts';
import type { Scalars } from '../values.ts';

/** What `track` takes. */
export interface TrackOptions {
  /** Epochs, steps or iterations that there will be, for the progress. @defaultValue `epochs`, `steps` or `iterations` of the run's `config`, where it has them */
  readonly total?: number;
  /** Each how-manieth record becomes a line; the first and the last always do. @defaultValue 1 */
  readonly every?: number;
  /** What every line says beside the record, such as `{ fold: 3 }`. */
  readonly also?: Scalars;
}

/** Where a tracked record goes. */
export interface Tracked {
  log(record: Scalars): void;
  progress(progress: Progress): void;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A listener for `onEpoch`, `onStep` or `onIteration` of whatever trains: what is told to it becomes a line, and progress. The first entry of a record is its number, counted
 * from 1, as everywhere in Unbraid.
 */
export function trackerOf(run: Tracked, { total, every = 1, also = {} }: TrackOptions): (record: object) => void {
  return (record) => {
    const line = lineOf(record);
    const [unit, done] = Object.entries(line)[0] ?? [];
    const label = `${unit}s`;
    const planned = total ?? run.config[label];
    const isCounted = unit !== undefined && typeof done === 'number';
    if (!isCounted || done === 1 || done % every === 0 || done === planned) run.log({ ...also, ...line });
    if (isCounted && typeof planned === 'number' && planned > 0)
      run.progress({ done, total: Math.max(done, planned), label });
  };
}

/** Times are in `timeline.jsonl`, so that lines are the same whenever they are made. */
const TIME = /^seconds|Seconds$|PerSecond$/;

/** Numbers, texts and truth values; those of an object inside by both names: `training: { loss }` is `trainingLoss`. Arrays, functions and times are left out. */
function lineOf(record: object): Scalars {
  const line: Scalars = {};
  for (const [key, value] of Object.entries(record)) {
    if (isScalar(value)) line[key] = value;
    else if (isPlain(value))
      for (const [name, inner] of Object.entries(value))
        if (isScalar(inner)) line[key + name.charAt(0).toUpperCase() + name.slice(1)] = inner;
  }
  return Object.fromEntries(Object.entries(line).filter(([key]) => !TIME.test(key)));
}

const isScalar = (value: unknown): value is Scalars[string] => ['number', 'string', 'boolean'].includes(typeof value);

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
