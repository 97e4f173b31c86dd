import { expect, test } from 'vitest';
import { corridor } from '../../test/corridor.ts';
import { type ActOptions, evaluatePolicy } from '../index.ts';

test('episodes begin at their own seeds, and end by termination or truncation', async () => {
  const right = await evaluatePolicy({ act: () => 1 }, corridor(), { episodes: 20, seed: 5 });
  expect(right.returns).toHaveLength(20);
  right.returns.forEach((total, i) => {
    expect(total).toBeCloseTo(1 - 0.01 * right.lengths[i]!, 9);
  });
  const again = await evaluatePolicy({ act: () => 1 }, corridor(), { episodes: 19, seed: 6 });
  expect(again.returns).toEqual(right.returns.subarray(1));
  let turn = 0;
  const never = await evaluatePolicy({ act: () => turn++ % 2 }, corridor(10), { episodes: 3 });
  expect([...never.lengths]).toEqual([30, 30, 30]);
});

test('mean and deviation are those of the returns', async () => {
  const { mean, std, returns } = await evaluatePolicy({ act: () => 1 }, corridor(), { episodes: 8 });
  const squares = returns.reduce((sum, x) => sum + x * x, 0) / 8;
  expect(std).toBeCloseTo(Math.sqrt(squares - mean ** 2), 9);
});

test('a policy gets the mask of the info, and whether to draw', async () => {
  const seen: ActOptions[] = [];
  const act = (_: unknown, options?: ActOptions) => {
    seen.push(options!);
    return 1;
  };
  await evaluatePolicy({ act }, corridor(), { episodes: 5, deterministic: false });
  expect(seen.every(({ deterministic, actionMask }) => deterministic === false && actionMask!.length === 2)).toBe(true);
});

test('episodes begin as options of their resets say', async () => {
  const seen: unknown[] = [];
  const env = corridor();
  const watched = {
    ...env,
    reset(options: { readonly seed?: number; readonly options?: unknown }) {
      seen.push(options.options);
      return env.reset(options);
    },
  };
  await evaluatePolicy({ act: () => 1 }, watched, { episodes: 3, resetOptions: (episode) => ({ episode }) });
  expect(seen).toEqual([{ episode: 0 }, { episode: 1 }, { episode: 2 }]);
});

test('options are checked, and a signal ends it', async () => {
  const policy = { act: () => 1 };
  await expect(evaluatePolicy(policy, corridor(), { episodes: 0 })).rejects.toThrow(
    "learners: evaluatePolicy's episodes is 0; an integer of at least 1 is needed",
  );
  await expect(evaluatePolicy(policy, corridor(), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  );
});
