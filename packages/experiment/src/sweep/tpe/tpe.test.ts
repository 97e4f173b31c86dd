import { readFileSync } from 'node:fs';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { deviation, mean } from '../../statistics.ts';
import { roundsOf } from '../proposals.ts';
import { sweepSettings } from '../settings.ts';
import type { Configuration, Space } from '../space.ts';
import { normalCdf, normalMass, truncatedNormal } from './normal.ts';
import { parzen } from './parzen.ts';
import { proposeByTpe, type Scored, split } from './propose.ts';

interface Fixture {
  readonly densities: readonly {
    readonly history: readonly Scored[];
    readonly points: readonly Configuration[];
    readonly joint: readonly [good: number[], rest: number[]];
    readonly single: Readonly<Record<string, readonly [good: number[], rest: number[]]>>;
  }[];
  /** The best of 50 trials of 30 seeds. */
  readonly best: Readonly<Record<string, Readonly<Record<'tpe' | 'rounds' | 'single' | 'random', number[]>>>>;
}

const { densities, best }: Fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/tpe.json', import.meta.url), 'utf8'),
);

const real = (from: number, to: number, log = false) => ({ kind: 'real', from, to, log, list: false }) as const;
const integer = (from: number, to: number, step = 1, log = false) =>
  ({ kind: 'integer', from, to, step, log, list: false }) as const;
const choices = (...values: string[]) => ({ kind: 'choices', values }) as const;

/** That of python/fixtures/tpe.py. */
const space: Space = {
  x: real(-5, 10),
  rate: real(1e-5, 1, true),
  layers: integer(1, 9),
  width: integer(16, 256, 16),
  units: integer(1, 1000, 1, true),
  kind: choices('relu', 'tanh', 'gelu'),
};

describe('the densities of tpe', () => {
  it.each(densities.map((each) => [each.history.length, each] as const))(
    "are Optuna's, of a history of %i trials",
    (_, { history, points, joint, single }) => {
      const [good, rest] = split(history);
      const compare = (within: Space, expected: readonly (readonly number[])[]) => {
        for (const [side, observations] of [good, rest].entries()) {
          const estimator = parzen(within, observations);
          for (const [i, point] of points.entries()) {
            expect(Math.abs(estimator.logDensity(point) - expected[side]![i]!)).toBeLessThan(1e-6);
          }
        }
      };
      compare(space, joint);
      for (const [key, dimension] of Object.entries(space)) compare({ [key]: dimension }, single[key]!);
    },
  );

  it.each(densities.map((each) => [each.history.length, each] as const))(
    "rank candidates by expected improvement as Optuna's do, of a history of %i trials",
    (_, { history, points, joint: [l, g] }) => {
      const [good, rest] = split(history).map((each) => parzen(space, each));
      const rank = (gains: readonly number[]) => gains.map((_, i) => i).sort((a, b) => gains[b]! - gains[a]!);
      const own = points.map((point) => good!.logDensity(point) - rest!.logDensity(point));
      expect(rank(own)).toEqual(rank(l.map((value, i) => value - g[i]!)));
    },
  );

  it('have samples that they fit', () => {
    const observations = [{ x: -2 }, { x: -1.5 }, { x: 6 }];
    const within: Space = { x: real(-5, 10) };
    const estimator = parzen(within, observations);
    const random = createRandom(3);
    const drawn = Array.from({ length: 4000 }, () => estimator.sample(random).x as number);
    // The probability of each tenth of the range, by the midpoint rule.
    for (let bin = 0; bin < 10; bin++) {
      const [low, step] = [-5 + 1.5 * bin, 1.5 / 100];
      const points = Array.from({ length: 100 }, (_, i) => low + (i + 0.5) * step);
      const probability = points.reduce((sum, x) => sum + Math.exp(estimator.logDensity({ x })) * step, 0);
      const share = drawn.filter((x) => x >= low && x < low + 1.5).length / drawn.length;
      expect(Math.abs(share - probability)).toBeLessThan(
        4 * Math.sqrt((probability * (1 - probability)) / 4000) + 1e-4,
      );
    }
  });
});

describe('the normal distribution', () => {
  // Values of scipy.stats.norm.cdf.
  it.each([
    [-30, 4.906713927147908e-198],
    [-10, 7.61985302416047e-24],
    [-5, 2.866515718791933e-7],
    [-3.1, 0.0009676032132183563],
    [-2.9, 0.0018658133003840375],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [3.5, 0.9997673709209645],
  ])('has the probability below %d', (x, expected) => {
    expect(Math.abs(normalCdf(x) - expected)).toBeLessThanOrEqual(1e-12 * expected);
  });

  it('is exact in both tails and drawn within its ends', () => {
    expect(normalMass(5, 6)).toBeCloseTo(normalMass(-6, -5), 20);
    expect(truncatedNormal(0, -1, 2)).toBeCloseTo(-1, 12);
    expect(truncatedNormal(0.5, -2, 2)).toBeCloseTo(0, 12);
    expect(truncatedNormal(1 - 2 ** -53, -1, 2)).toBeCloseTo(2, 6);
  });
});

const functions: Readonly<Record<string, { readonly space: Space; readonly of: (c: Configuration) => number }>> = {
  sphere: {
    space: { a: real(-5, 5), b: real(-5, 5), c: real(-5, 5) },
    of: (configuration) => Object.values(configuration).reduce<number>((sum, x) => sum + (x as number) ** 2, 0),
  },
  branin: {
    space: { x: real(-5, 10), y: real(0, 15) },
    of: (configuration) => {
      const [x, y] = [configuration.x as number, configuration.y as number];
      const bend = y - (5.1 / (4 * Math.PI ** 2)) * x ** 2 + (5 / Math.PI) * x - 6;
      return bend ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
    },
  },
  mixed: {
    space: {
      rate: real(1e-6, 1, true),
      width: integer(16, 256, 16),
      kind: { kind: 'choices', values: ['relu', 'tanh', 'gelu', 'silu'] },
    },
    of: ({ rate, width, kind }) => {
      const cost = { relu: 0.5, tanh: 1, gelu: 0, silu: 0.2 }[kind as string]!;
      return (Math.log10(rate as number) + 3) ** 2 + (((width as number) - 96) / 80) ** 2 + cost;
    },
  },
};

function bestOf50(name: string, method: 'tpe' | 'random', round: number, seed: number): number {
  const { space: within, of } = functions[name]!;
  const settings = sweepSettings.parse({ space: within, method, trials: 50, metric: 'loss', goal: 'min', round });
  const known: Scored[] = [];
  for (const configurations of roundsOf(settings, seed, () => [...known]))
    for (const configuration of configurations) known.push({ settings: configuration, loss: of(configuration) });
  return Math.min(...known.map(({ loss }) => loss));
}

describe('tpe', () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);

  // By itself within what chance allows: 2.5 standard errors of the difference.
  it.each(Object.keys(functions).flatMap((name) => [[name, 1, 'tpe'] as const, [name, 4, 'rounds'] as const]))(
    'comes as near the least of %s in 50 trials as Optuna, in rounds of %i',
    (name, round, theirs) => {
      const [own, other] = [seeds.map((seed) => bestOf50(name, 'tpe', round, seed)), best[name]![theirs]];
      const error = Math.hypot(deviation(own) / Math.sqrt(own.length), deviation(other) / Math.sqrt(other.length));
      expect(mean(own)).toBeLessThan(mean(other) + 2.5 * error);
      expect(mean(own)).toBeLessThan(mean(best[name]!.random));
    },
  );

  it('proposes the same for the same history and stream', () => {
    const { history } = densities[2]!;
    expect(proposeByTpe(space, history, createRandom(1))).toEqual(proposeByTpe(space, history, createRandom(1)));
  });

  it('learns nothing from trials that failed but where not to go', () => {
    const within: Space = { kind: { kind: 'choices', values: ['works', 'fails'] } };
    const history = Array.from({ length: 20 }, (_, i): Scored => {
      const kind = i % 2 === 0 ? 'works' : 'fails';
      return { settings: { kind }, loss: kind === 'works' ? 1 : Infinity };
    });
    const random = createRandom(2);
    const proposed = Array.from({ length: 20 }, (_, i) => proposeByTpe(within, history, random.split(i)).kind);
    expect(proposed.filter((kind) => kind === 'works').length).toBe(20);
  });
});
