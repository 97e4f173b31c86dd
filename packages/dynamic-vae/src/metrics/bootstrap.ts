import { checkSettings, count, finite, given, InputError } from '@unbraid/checks';
import { selectRows } from '@unbraid/data';
import { type Seed, streamOf } from '@unbraid/kernels';
import * as z from 'zod';
import type { Codes, Factors } from './codes.ts';
import { drawer } from './draw.ts';
import { measuredMeans, type Representation } from './representation.ts';

/** What `bootstrapIntervals` takes beside the metric, codes and factors. */
export interface BootstrapSettings {
  /** Of the images that are drawn. Default 0. */
  readonly seed?: Seed;
  /** Sets of images that are drawn, by default 200. */
  readonly samples?: number;
  /** Confidence of the intervals, in (0, 1), by default 0.95. */
  readonly level?: number;
}

/** A number with its interval. */
export interface Interval {
  /** Of all images. */
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** The standard deviation over the sets that were drawn: the standard error of `value`. */
  readonly deviation: number;
  /** How many sets were drawn again, since the metric refused them. */
  readonly redrawn: number;
}

/**
 * Intervals of metrics by the bootstrap over images: they are drawn with replacement, as many as there are, and the metric is computed anew. The
 * intervals are the basic ones, 2 · value − quantiles (Davison and Hinkley 1997, section 5.2): metrics from estimated information grow where images
 * repeat, and that shift is turned around, not put into the interval. They tell what other images would change, not what another training would;
 * and they may reach beyond the metric's range.
 *
 * A set that the metric refuses as `data`, such as one where no image has a factor's rare value, is drawn again: the interval is then of sets that
 * have it, and `redrawn` says how many did not.
 *
 * Copies of an image have one group (`Factors.groups`), so that none is in training and test both.
 *
 * @param metric gives numbers by name of codes [images, latents] and factors; it must draw the same on the same, as ours do
 * @returns an interval for each of its numbers
 * @throws {InputError} `data` where codes or factors do not fit, or the metric refuses 100 sets in a row; `not-finite` where it gives such a number
 */
export function bootstrapIntervals<C extends Representation, K extends string>(
  metric: (codes: C, factors: Factors) => Readonly<Record<K, number>>,
  codes: C,
  factors: Factors,
  settings: BootstrapSettings = {},
): Readonly<Record<K, Interval>> {
  const { seed, samples, level } = checkSettings('dynamic-vae: bootstrapIntervals', schema, settings);
  const { rows } = measuredMeans('the bootstrap', codes, factors);
  const random = streamOf(seed).split('bootstrap');
  const values = metric(codes, factors);
  const names = Object.keys(values) as K[];
  const draws = names.map(() => new Float64Array(samples));
  checkNumbers(names, values, 'of all images');
  let redrawn = 0;
  for (let s = 0; s < samples; s++) {
    const draw = drawer(random.split(s));
    const { drawn, refused } = drawAgain(() => {
      const picked = Int32Array.from({ length: rows }, () => draw(rows));
      return metric(pickCodes(codes, picked), pickFactors(factors, picked));
    });
    redrawn += refused;
    checkNumbers(names, drawn, `of drawn set ${s}`);
    names.forEach((name, k) => {
      draws[k]![s] = drawn[name];
    });
  }
  const intervals = names.map((name, k) => [name, { ...intervalOf(values[name], draws[k]!, level), redrawn }] as const);
  return Object.fromEntries(intervals) as Record<K, Interval>;
}

const schema = z.object({
  seed: given<Seed>().default(0),
  samples: count().default(200),
  level: finite({ above: 0, below: 1 }).default(0.95),
});

/** Each of the names: a number that a drawn set lacks would be NaN among the others. */
function checkNumbers<K extends string>(names: readonly K[], values: Readonly<Record<K, number>>, where: string): void {
  const bad = names.find((name) => !Number.isFinite(values[name]));
  if (bad === undefined) return;
  throw new InputError(
    'not-finite',
    `dynamic-vae: the metric's ${bad} ${where} is ${values[bad]}; it can have no interval`,
  );
}

/** Sets in a row that a metric may refuse: of a value that one image has more than a third are without it. */
const TRIES = 100;

/** The metric of the first set that it does not refuse, with how many it did. */
function drawAgain<T>(measure: () => T): { readonly drawn: T; readonly refused: number } {
  for (let refused = 0; ; refused++) {
    try {
      return { drawn: measure(), refused };
    } catch (error) {
      if (!(error instanceof InputError && error.code === 'data')) throw error;
      if (refused + 1 < TRIES) continue;
      throw new InputError(
        'data',
        `dynamic-vae: bootstrapIntervals: the metric takes all images but refused ${TRIES} sets drawn from them in a row, the last with "${error.message}"; give more images that have rare values, or leave out the factor`,
        { cause: error },
      );
    }
  }
}

function intervalOf(value: number, draws: Float64Array, level: number): Omit<Interval, 'redrawn'> {
  const sorted = draws.toSorted();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  };
  const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
  const squares = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return {
    value,
    lower: 2 * value - at((1 + level) / 2),
    upper: 2 * value - at((1 - level) / 2),
    deviation: draws.length > 1 ? Math.sqrt(squares / (draws.length - 1)) : 0,
  };
}

function pickCodes<C extends Representation>(codes: C, rows: Int32Array): C {
  if (!('mean' in codes)) return selectRows(codes, rows) as C;
  const { mean, logVariance } = codes as Codes;
  return { mean: selectRows(mean, rows), logVariance: selectRows(logVariance, rows) } as Codes as C;
}

function pickFactors({ values, sizes, ordered, groups }: Factors, rows: Int32Array): Factors {
  const count = sizes.length;
  const picked = new Int32Array(rows.length * count);
  rows.forEach((row, i) => {
    for (let k = 0; k < count; k++) picked[i * count + k] = values[row * count + k]!;
  });
  const group = Float64Array.from(rows, (row) => groups?.[row] ?? row);
  return { values: picked, sizes, ...(ordered && { ordered }), groups: group };
}
