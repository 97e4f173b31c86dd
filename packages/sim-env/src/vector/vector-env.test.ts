import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spaces } from '../../test/arbitrary-space.ts';
import { walker } from '../../test/walker.ts';
import { batch, batchSpace, elementOf } from '../spaces/batch.ts';
import { box } from '../spaces/index.ts';
import { transformObservation } from '../wrappers/index.ts';
import { type VectorEnvOptions, vectorEnv } from './vector-env.ts';
import { VectorError } from './vector-error.ts';

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

const two = (autoreset: VectorEnvOptions['autoreset'] = 'next-step', onError: VectorEnvOptions['onError'] = 'throw') =>
  vectorEnv([walker, walker], { autoreset, onError });

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
    'walker: the actions are outside their space: entry 1 is 2, not from -1 to 1',
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

const FAILING = { failAt: 1 };

/** Four, of which the one that is reset with FAILING throws at its second step. */
const four = (options: VectorEnvOptions = {}) =>
  vectorEnv(
    Array.from({ length: 4 }, () => () => {
      const env = walker();
      let steps = Number.NEGATIVE_INFINITY;
      return {
        ...env,
        reset: (options: Parameters<typeof env.reset>[0]) => {
          steps = options?.options === FAILING ? 0 : Number.NEGATIVE_INFINITY;
          return env.reset(options?.options === FAILING ? { ...options, options: {} } : options);
        },
        step: (action: number) => {
          if (steps++ === 1) throw new Error('out of order');
          return env.step(action);
        },
      };
    }),
    options,
  );

it('says which environment has thrown, gives what the others did, and lets nobody step until it is reset', () => {
  const env = four();
  env.reset({ seed: [0, 0, 0, 0] });
  env.reset({ seed: [0, 0, 0, 0], options: FAILING, resetMask: [false, false, true, false] });
  const actions = Int32Array.of(1, 1, 1, 1);
  env.step(actions);
  const error = (() => {
    try {
      return env.step(actions);
    } catch (thrown) {
      return thrown as VectorError;
    }
  })() as VectorError;
  expect(error).toBeInstanceOf(VectorError);
  expect(error.message).toBe('sim-env: environment 2: out of order');
  expect(error.failures).toEqual([{ environment: 2, error: new Error('out of order') }]);
  expect(error.results!.slice(0, 4)).toEqual([
    Int32Array.of(2, 2, 1, 2),
    Float64Array.of(2, 2, 0, 2),
    new Uint8Array(4),
    new Uint8Array(4),
  ]);
  for (let i = 0; i < 2; i++) {
    expect(() => env.step(actions)).toThrow('environment 2 has failed (out of order) and waits for a reset');
  }
  expect(env.reset({ seed: [0, 0, 5, 0], resetMask: [false, false, true, false] })[0]).toEqual(
    Int32Array.of(2, 2, 5, 2),
  );
  expect(env.step(actions)[0]).toEqual(Int32Array.of(3, 3, 6, 3));
});

describe('where an error ends the episode of the environment that throws', () => {
  const actions = Int32Array.of(1, 1, 1, 1);
  const said = { error: 'out of order', error_stack: expect.stringContaining('vector-env.test') };

  function failing(autoreset: VectorEnvOptions['autoreset']) {
    const env = four({ autoreset, onError: 'reset' } as VectorEnvOptions);
    env.reset({ seed: [0, 0, 0, 0], optionsOfEach: [undefined, undefined, FAILING, undefined] });
    env.step(actions);
    return { env, failed: env.step(actions) };
  }

  it('truncates it there, and the next step resets it while the others go on', () => {
    const { env, failed } = failing('next-step');
    expect(failed.slice(0, 4)).toEqual([
      Int32Array.of(2, 2, 1, 2),
      Float64Array.of(2, 2, 0, 2),
      new Uint8Array(4),
      Uint8Array.of(0, 0, 1, 0),
    ]);
    expect(failed[4]).toEqual([{}, {}, said, {}]);
    const [, rewards, , truncations, infos] = env.step(actions);
    expect([rewards[2], truncations, infos]).toEqual([0, new Uint8Array(4), [{}, {}, {}, {}]]);
    const [observations] = env.step(actions);
    expect((observations as Int32Array)[0]).toBe(4);
  });

  it('truncates and resets it in the same step', () => {
    const [, , , truncations, infos] = failing('same-step').failed;
    expect(truncations).toEqual(Uint8Array.of(0, 0, 1, 0));
    expect(infos[2]).toEqual({ final_obs: 1, final_info: said });
  });

  it('leaves its reset to the caller, who is told of a step before that', () => {
    const { env, failed } = failing('disabled');
    expect(failed[3]).toEqual(Uint8Array.of(0, 0, 1, 0));
    const resetMask = [false, false, true, false];
    expect((env.reset({ seed: [0, 0, 5, 0], resetMask })[0] as Int32Array)[2]).toBe(5);
    expect((env.step(actions)[0] as Int32Array)[2]).toBe(6);
  });

  it('throws what its caller did wrong', () => {
    const env = two('disabled', 'reset');
    expect(() => env.step(Int32Array.of(1, 1))).toThrow('step before reset');
    env.reset({ seed: 3 });
    expect(() => env.step(Int32Array.of(1, 2))).toThrow('outside their space');
    expect(() => env.reset({ optionsOfEach: [{}] })).toThrow('there are 1 options, but 2 environments');
  });
});

it('refuses a first reset that leaves some out, the same environment twice, and options that are none', () => {
  expect(() => two().reset({ resetMask: [true, false] })).toThrow('environment 1 has not been reset yet');
  const one = walker();
  expect(() => vectorEnv([() => one, () => one])).toThrow('environment 1 is made twice');
  expect(() => vectorEnv([walker], { autoReset: 'disabled' } as never)).toThrow('did you mean autoreset?');
  expect(() => vectorEnv([walker], { autoreset: 'never' as never })).toThrow(
    'autoreset is next-step or same-step or disabled',
  );
  expect(() => two().reset({ mask: [true] } as never)).toThrow('there is no setting "mask"');
});
