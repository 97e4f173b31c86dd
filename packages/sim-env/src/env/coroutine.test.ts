import fc from 'fast-check';
import { expect, expectTypeOf, it } from 'vitest';
import { Walker, walker } from '../../test/walker.ts';
import {
  box,
  coroutine,
  definePerspective,
  dict,
  discrete,
  generateEnv,
  ModelError,
  makeStep,
  runWithAgent,
  together,
} from '../index.ts';

it('follows Gymnasium’s interface from reset to the end', () => {
  const env = walker();
  const started = env.reset({ seed: 3, options: { length: 2 } });
  expectTypeOf(started[0]).toEqualTypeOf<number>();
  expect(started).toEqual([3, {}]);
  expect(env.step(1)).toEqual([4, 1, false, false, {}]);
  // The model has ended: what was seen last, and no reward, where the perspective says nothing of it.
  expect(env.step(1)).toEqual([4, 0, true, false, {}]);
  expect(() => env.step(1)).toThrow('walker: step after the end of the episode; call reset');
  expect(env.reset({ seed: 5 })[0]).toBe(5);
  env.close();
  env.close();
  expect(() => env.step(1)).toThrow('step after close');
  expect(() => env.reset()).toThrow('reset after close');
});

it('refuses step before reset, and actions and seeds that are none', () => {
  const env = walker();
  expect(() => env.step(1)).toThrow('walker: step before reset; call reset first');
  env.reset();
  expect(() => env.step(2)).toThrow('walker: the action is outside its space: expected an integer from -1 to 1, got 2');
  // A refused action changes nothing.
  expect(env.step(1)[1]).toBe(1);
  expect(() => env.reset({ seed: 1.5 })).toThrow('a seed is an integer');
});

it('hands the seed to the model, and draws further seeds from it', () => {
  const placesOf = (seed: number) => {
    const env = walker();
    return [env.reset({ seed })[0], ...Array.from({ length: 10 }, () => env.reset()[0])];
  };
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(placesOf(seed)).toEqual(placesOf(seed));
      expect(placesOf(seed)[0]).toBe(seed % 8);
    }),
  );
  expect(placesOf(1)).not.toEqual(placesOf(9));
});

it('truncates at the limit of steps, unless the model ends there', () => {
  const env = walker({ maxEpisodeSteps: 2 });
  env.reset({ seed: 0 });
  expect(env.step(1).slice(2, 4)).toEqual([false, false]);
  expect(env.step(1).slice(2, 4)).toEqual([false, true]);
  expect(() => env.step(1)).toThrow('after the end');
  env.reset({ seed: 0, options: { length: 2 } });
  env.step(1);
  expect(env.step(1).slice(2, 4)).toEqual([true, false]);
  expect(() => walker({ maxEpisodeSteps: 0 })).toThrow('maxEpisodeSteps is a positive integer, got 0');
});

it('gives each environment a simulation of its own', () => {
  const [a, b] = [walker(), walker()];
  a.reset({ seed: 0 });
  b.reset({ seed: 4 });
  expect([a.step(1)[0], b.step(-1)[0], a.step(1)[0], b.step(-1)[0]]).toEqual([1, 3, 2, 2]);
});

it('unwinds the model where it is reset or closed amid an episode', () => {
  const simulations: Walker[] = [];
  const env = generateEnv({
    ...walker.definition,
    simulation: () => {
      const simulation = new Walker();
      simulations.push(simulation);
      return simulation;
    },
  })();
  const resets = 10_000;
  for (let i = 0; i < resets; i++) {
    env.reset();
    env.step(1);
  }
  env.close();
  expect(simulations).toHaveLength(1);
  expect(simulations[0]).toMatchObject({ stopped: resets, unwound: resets });
});

class Fragile {
  mode = '';
  reset(_seed: number, options: unknown): void {
    this.mode = String(options);
    if (this.mode === 'reset') throw new TypeError('broken');
  }
  *run(): Generator<unknown, void, unknown> {
    if (this.mode === 'yields') for (;;) yield 'a tick of its own';
    while (this.mode !== 'never') {
      yield 'a tick of its own';
      yield* this.decide(this.mode === 'outside' ? 7 : 1);
      if (this.mode === 'fails') this.fail();
    }
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *decide(_x: number): Generator<unknown, number, unknown> {
    return 0;
  }
  fail(): void {
    throw new TypeError('broken');
  }
}

const view = definePerspective({
  name: 'view',
  observationSpace: discrete(2),
  actionSpace: discrete(1),
  observation: (_: Fragile, x: number) => x,
  action: [0],
  reward: ({ mode }) => (mode === 'unjudged' ? Number.NaN : 0),
});
makeStep(Fragile.prototype, 'decide', view);
const fragile = generateEnv({ name: 'fragile', simulation: () => new Fragile(), decision: view });

it('brings an error of the model to the caller, with its stack, and can start again', () => {
  const env = fragile({ suspension: coroutine({ timeout: 50 }) });
  env.reset({ options: 'fails' });
  const error = (() => {
    try {
      return env.step(0);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({ message: 'sim-env: fragile: the model failed after decision 1: broken' });
  expect((error as ModelError).cause).toBeInstanceOf(TypeError);
  expect((error as ModelError).stack).toContain('Fragile.fail');
  expect(() => env.step(0)).toThrow('after the end');
  expect(() => env.reset({ options: 'reset' })).toThrow('the model failed before its first decision: broken');
  expect(env.reset({ options: 'works' })).toEqual([1, {}]);
});

it('says so where the model never decides, or takes too long without deciding', () => {
  const env = fragile({ suspension: coroutine({ timeout: 50 }) });
  expect(() => env.reset({ options: 'never' })).toThrow('fragile: the model never decides');
  expect(() => env.reset({ options: 'yields' })).toThrow(
    'the model has neither decided nor ended within 50 ms before its first decision; it is at a yield of its own',
  );
});

it('says which entry of an observation is outside its space, unless it is told not to look', () => {
  expect(() => fragile().reset({ options: 'outside' })).toThrow(
    'perspective view: the observation is outside its space: expected an integer from 0 to 1, got 7',
  );
  expect(() => fragile().reset({ options: 'unjudged' })).toThrow('perspective view: the reward is NaN');
  const lax = generateEnv({ ...fragile.definition, strict: false })();
  expect(lax.reset({ options: 'outside' })[0]).toBe(7);
});

/** Writes to one array, and keeps the action that it was given. */
class Scribe {
  readonly page = new Float32Array(2);
  last: Float32Array = new Float32Array(2);
  days = 3;
  reset(_seed: number, options?: unknown): void {
    this.page.fill(0);
    this.days = (options as { days?: number } | undefined)?.days ?? 3;
  }
  *run(): Generator<unknown, void, unknown> {
    for (let day = 0; day < this.days; day++) {
      const [written] = yield* together([this.write()]);
      this.last = written;
      this.page[0]!++;
    }
  }
  // biome-ignore lint/correctness/useYield: it decides on the spot
  *write(): Generator<unknown, Float32Array, unknown> {
    return new Float32Array(2);
  }
}

const writing = definePerspective({
  name: 'writing',
  observationSpace: dict({ page: box({ low: 0, high: 9, shape: [2] }) }),
  actionSpace: box({ low: -0.7, high: 0.1, shape: [2] }),
  observation: ({ page }: Scribe) => ({ page }),
  action: (written: Float32Array) => written,
  reward: () => 0,
  info: ({ page }) => ({ page, pages: [{ page }] }),
  final: ({ page }: Scribe) => ({ observation: { page }, info: { page } }),
});
makeStep(Scribe.prototype, 'write', writing);
const scribes: Scribe[] = [];
const scribe = generateEnv({
  name: 'scribe',
  simulation: () => {
    scribes.push(new Scribe());
    return scribes.at(-1)!;
  },
  decision: writing,
  render: ({ page }) => ({ width: 1, height: 1, data: new Uint8ClampedArray(page.buffer, 0, 4) }),
});

it('gives arrays of its own at every step, whatever the model writes to afterwards', () => {
  const env = scribe();
  const action = Float32Array.of(0, 0);
  const [first, info] = env.reset();
  const frame = env.render();
  const second = env.step(action);
  const third = env.step(action);
  const last = env.step(action);
  expect([first, second[0], third[0], last[0]].map(({ page }) => page[0])).toEqual([0, 1, 2, 3]);
  expect([info, second[4], third[4], last[4]].map(({ page }) => (page as Float32Array)[0])).toEqual([0, 1, 2, 3]);
  expect((second[4].pages as [{ page: Float32Array }])[0].page[0]).toBe(1);
  expect(frame).toMatchObject({ data: new Uint8ClampedArray(4) });
  const seen: number[] = [];
  const kept: Float32Array[] = [];
  const keep = ({ page }: { readonly page: Float32Array }) => {
    kept.push(page);
    return action;
  };
  runWithAgent(scribe.definition, keep, { seed: 1 });
  for (const page of kept) seen.push(page[0]!);
  expect(seen).toEqual([0, 1, 2]);
});

it('gives the model an action of its own, together with nobody too', () => {
  const env = scribe();
  env.reset();
  const action = Float32Array.of(0.05, -0.5);
  env.step(action);
  action.fill(0);
  expect(scribes.at(-1)!.last).toEqual(Float32Array.of(0.05, -0.5));
});

it('takes for a limit what rounding has put a few units in the last place beyond it', () => {
  const env = scribe();
  env.reset();
  const [low, high] = [Math.fround(-0.7), Math.fround(0.1)];
  const ulp = 2 ** -24;
  env.step(Float32Array.of(low - ulp, high + ulp));
  expect(scribes.at(-1)!.last).toEqual(Float32Array.of(low, high));
  expect(() => env.step(Float32Array.of(low, high + 64 * ulp))).toThrow('entry 1 is 0.1000038');
  expect(() => env.step(Float32Array.of(Number.NaN, 0))).toThrow('entry 0 is NaN');
});

it('says of a step after an error that an error has ended the episode', () => {
  const env = fragile();
  env.reset({ options: 'fails' });
  expect(() => env.step(0)).toThrow('broken');
  expect(() => env.step(0)).toThrow('after the end of the episode, which has failed (fragile: the model failed after');
});

it.each([
  [() => walker({ maxEpisodeStep: 3 } as never), 'there is no setting "maxEpisodeStep"; did you mean maxEpisodeSteps?'],
  [() => walker().reset({ sead: 1 } as never), 'walker: reset: there is no setting "sead"; did you mean seed?'],
  [() => coroutine({ timeout: Number.NaN }), 'timeout is a positive number of milliseconds'],
  [() => coroutine({ timeout: 2 ** 31 }), 'at most 2147483647, got 2147483648'],
  [() => generateEnv({ ...walker.definition, strickt: true } as never), 'did you mean strict?'],
  [
    () => generateEnv({ ...walker.definition, simulation: new Walker() } as never),
    'simulation is a function, got Walker',
  ],
  [() => definePerspective({ ...view, rewards: () => 0 } as never), 'definePerspective: there is no setting "rewards"'],
] as const)('refuses settings that are none: %#', (make, message) => {
  expect(make).toThrow(message);
});
