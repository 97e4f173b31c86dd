import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spaces } from '../../test/arbitrary-space.ts';
import { walker } from '../../test/walker.ts';
import { box } from '../spaces/index.ts';
import { transformObservation } from '../wrappers/index.ts';
import { batch, batchSpace, elementOf } from './batch.ts';
import { vectorEnv } from './vector-env.ts';

it('batches elements into the batched space and takes them out again', () => {
  fc.assert(
    fc.property(spaces, fc.integer({ min: 1, max: 4 }), (space, n) => {
      const elements = Array.from({ length: n }, () => space.sample());
      const batched = batch(space, elements);
      expect(batchSpace(space, n).violation(batched)).toBeUndefined();
      expect(elements.map((_, i) => elementOf(space, batched, i))).toEqual(elements);
    }),
  );
});

const two = (autoreset?: 'next-step' | 'same-step' | 'disabled') =>
  vectorEnv([walker, walker], autoreset === undefined ? {} : { autoreset });

it('steps its environments together, each seeded apart', () => {
  const env = two();
  expect(env.reset({ seed: 3 })[0]).toEqual(Int32Array.of(3, 4));
  const [places, rewards, terminations, truncations, infos] = env.step(Int32Array.of(1, -1));
  expect([places, rewards]).toEqual([Int32Array.of(4, 3), Float64Array.of(1, 1)]);
  expect([terminations, truncations, infos]).toEqual([new Uint8Array(2), new Uint8Array(2), [{}, {}]]);
  expect(env.reset({ seed: [6, 1] })[0]).toEqual(Int32Array.of(6, 1));
  env.close();
});

it('resets an ended environment in its next step', () => {
  const env = two();
  env.reset({ seed: 3, options: { length: 1 } });
  const actions = Int32Array.of(1, 1);
  expect(env.step(actions)[2]).toEqual(Uint8Array.of(1, 1));
  const [, rewards, terminations] = env.step(actions);
  expect([rewards, terminations]).toEqual([Float64Array.of(0, 0), Uint8Array.of(0, 0)]);
  expect(env.step(actions)[1]).toEqual(Float64Array.of(1, 1));
});

it('resets an ended environment at once, with the last observation in its info', () => {
  const env = two('same-step');
  env.reset({ seed: 3, options: { length: 1 } });
  const [, , terminations, , infos] = env.step(Int32Array.of(1, 1));
  expect(terminations).toEqual(Uint8Array.of(1, 1));
  expect(infos).toEqual([
    { final_obs: 3, final_info: {} },
    { final_obs: 4, final_info: {} },
  ]);
  expect(env.step(Int32Array.of(1, 1))[1]).toEqual(Float64Array.of(1, 1));
});

it('leaves resetting to its caller', () => {
  const env = two('disabled');
  env.reset({ seed: [0, 0], options: { length: 1 } });
  env.step(Int32Array.of(1, 1));
  expect(() => env.step(Int32Array.of(1, 1))).toThrow('after the end');
  expect(env.reset({ seed: [5, 6], resetMask: [true, false] })[0]).toEqual(Int32Array.of(5, 0));
});

it('refuses no environments, and different ones', () => {
  expect(() => vectorEnv([])).toThrow('there are no environments');
  const other = () => transformObservation(walker(), box({ low: 0, high: 8 }), (place) => Float32Array.of(place));
  expect(() => vectorEnv<never, never>([walker as never, other as never])).toThrow(
    'the spaces of environment 1 differ',
  );
});

it.each([
  [{ seed: [1] }, 'there are 1 seeds, but 2 environments'],
  [{ seed: [1, 0.5] }, 'a seed is an integer'],
  [{ resetMask: [true, true, true] }, 'there are 3 entries of the mask, but 2 environments'],
])('refuses to be reset by %j, and actions outside their space, before anything happens', (options, message) => {
  const env = two();
  env.reset({ seed: 3 });
  expect(() => env.reset(options)).toThrow(message);
  expect(() => env.step(Int32Array.of(1, 2))).toThrow(
    'walker: the actions are outside their space: entry 1 is 2, above 1',
  );
  expect(env.step(Int32Array.of(1, 1))[0]).toEqual(Int32Array.of(4, 5));
});

it('steps and closes the others where one fails', () => {
  const closed: number[] = [];
  const failing = (i: number) => () => {
    const env = walker();
    const fail = () => {
      throw new Error(`${i} fails`);
    };
    const close = () => {
      closed.push(i);
      if (i < 1) fail();
    };
    return { ...env, ...(i < 2 && { step: fail }), close };
  };
  const env = vectorEnv([failing(0), failing(1), failing(2)]);
  env.reset({ seed: 3 });
  expect(() => env.step(Int32Array.of(1, 1, -1))).toThrow('0 fails');
  expect(env.reset({ seed: 7, resetMask: [true, true, false] })[0]).toEqual(Int32Array.of(7, 0, 4));
  expect(() => env.close()).toThrow('0 fails');
  expect(closed).toEqual([0, 1, 2]);
});
