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
