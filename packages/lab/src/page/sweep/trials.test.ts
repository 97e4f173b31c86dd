import { expect, it } from 'vitest';
import type { Sweep, TrialInfo } from '../../api.ts';
import { parallelAxes } from './parallel.ts';
import { bestConfiguration, historyOf, metricsOf } from './trials.ts';

const trial = (
  number: number,
  configuration: number,
  error: number | string | undefined,
  rate = 10 ** -number,
): TrialInfo => ({
  ...{ number, configuration, seed: number % 2, status: 'done', command: `run ${number}` },
  settings: { rate, act: number % 2 ? 'relu' : 'tanh' },
  summary: error === undefined ? {} : { error, other: 1 },
});
const trials = [trial(3, 2, 0.1), trial(1, 1, 0.4), trial(2, 1, 0.2), trial(4, 2, 'NaN'), trial(5, 3, undefined)];
const sweep: Sweep = {
  ...{ experiment: 'e', metric: 'other', goal: 'min', planned: 5, trials },
  axes: [
    { name: 'rate', log: true },
    { name: 'act', log: false },
  ],
};

it('puts the sweep’s own result first', () => {
  expect(metricsOf(sweep)).toEqual(['other', 'error']);
});

it('finds the configuration whose mean is best, never one with NaN', () => {
  expect(bestConfiguration(trials, 'error', 'min')!.configuration).toBe(1);
  expect(bestConfiguration(trials, 'error', 'min')!.mean).toBeCloseTo(0.3, 12);
  expect(bestConfiguration([trial(5, 3, undefined)], 'error', 'min')).toBeUndefined();
});

it('follows the best through the trials', () => {
  expect(historyOf(trials, 'error', 'min').map(({ number, best }) => [number, best])).toEqual([
    [1, 0.4],
    [2, 0.2],
    [3, 0.1],
  ]);
  expect(historyOf(trials, 'error', 'max').map(({ best }) => best)).toEqual([0.4, 0.4, 0.4]);
});

it('places trials on axes: numbers by size, powers of ten evenly, names in order', () => {
  const [rate, act, error] = parallelAxes(sweep, 'error');
  const [first, , last] = [trials[1]!, trials[2]!, trials[4]!];
  expect([rate!.place(first), rate!.place(last)]).toEqual([1, 0]);
  expect(rate!.place(trials[0]!)).toBeCloseTo(0.5, 12);
  expect([act!.place(first), act!.place(trials[2]!)]).toEqual([0, 1]);
  expect(act!.ticks.map(({ label }) => label)).toEqual(['relu', 'tanh']);
  expect([error!.place(trials[3]!), error!.place(last)]).toEqual([undefined, undefined]);
});
