import { describe, expect, it } from 'vitest';
import { loadDigits } from '../../digits/index.ts';
import { taskContext } from '../task-context.ts';
import { firstWeights, readPicture, trainBoth } from './model.ts';
import { HIDDEN, type LapermTasks, PIXELS, SHARED } from './tasks.ts';
import { profileOf } from './tiles.ts';

type Progress = LapermTasks['train']['progress'];
const context = (show?: (value: Progress) => void) => taskContext<Progress>(new AbortController().signal, show);

describe('from 0 and one value', () => {
  const plan = { start: 'shared', period: 50, seed: 21 } as const;

  it('permutations alone learn the digits, and no value changes', async () => {
    const shown: Progress[] = [];
    const { trained, result } = await trainBoth(
      plan,
      context((value) => void shown.push(value)),
    );
    const { initial, laperm, adam } = result;
    expect(laperm.accuracy.at(-1)).toBeGreaterThan(0.7);
    expect(adam.accuracy.at(-1)).toBeGreaterThan(0.88);
    expect(laperm).toMatchObject({ unchanged: true, values: 2 });
    expect(laperm.moved).toBeGreaterThan(0.1);
    expect(laperm.bits).toBeLessThan(1.5);
    expect(new Set(initial)).toEqual(new Set([0, Math.fround(SHARED.value)]));
    for (let neuron = 0; neuron < HIDDEN; neuron++) {
      expect(profileOf(laperm.weights, neuron)).toEqual(profileOf(initial, neuron));
      expect(profileOf(adam.weights, neuron)).not.toEqual(profileOf(initial, neuron));
    }
    // What is shown on the way is synchronized, too.
    for (const { laperm: now } of shown) expect(profileOf(now.weights, 3)).toEqual(profileOf(initial, 3));

    const { test } = loadDigits();
    let right = 0;
    for (let i = 0; i < 30; i++) {
      const reading = await readPicture(trained, { test: i });
      expect(reading.truth).toBe(test.y[i]);
      expect(reading.laperm.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      right += Number(reading.adam.indexOf(Math.max(...reading.adam)) === reading.truth);
    }
    expect(right).toBeGreaterThan(22);
    const drawn = [...test.x.data.subarray(0, PIXELS)];
    expect((await readPicture(trained, { drawn })).laperm).toEqual((await readPicture(trained, { test: 0 })).laperm);
  });

  it('with too short a period hardly anything changes places', async () => {
    const { result } = await trainBoth({ ...plan, period: 5 }, context());
    expect(result.laperm.accuracy.at(-1)).toBeLessThan(0.6);
    expect(result.laperm.unchanged).toBe(true);
  });
});

it('from random values permutations come nearer to free weights', async () => {
  const { result } = await trainBoth({ start: 'random', period: 20, seed: 22 }, context());
  expect(result.laperm.accuracy.at(-1)).toBeGreaterThan(0.8);
  expect(result.laperm.unchanged).toBe(true);
});

it('the seed decides the first weights', () => {
  const of = (seed: number) => firstWeights({ start: 'shared', seed });
  expect(of(1)).toEqual(of(1));
  expect(of(1)).not.toEqual(of(2));
});
