import { expect, it } from 'vitest';
import fixture from '../../../test/fixtures/classic-control.json' with { type: 'json' };
import { type Env, runOwnRule } from '../../index.ts';
import { CartPole, CartPoleModel, MountainCar, MountainCarModel, Pendulum, PendulumModel } from '../index.ts';

const kinds = [
  { name: 'CartPole', make: CartPole, model: () => new CartPoleModel() },
  { name: 'Pendulum', make: Pendulum, model: () => new PendulumModel() },
  { name: 'MountainCar', make: MountainCar, model: () => new MountainCarModel() },
] as const;

for (const { name, make, model } of kinds) {
  const { steps, space, runs, draws } = fixture[name];
  const environment = () => make() as unknown as Env;

  it(`${name} goes where Gymnasium's does from the same states by the same actions`, () => {
    for (const { state, actions, observations, rewards, terminated } of runs) {
      const env = environment();
      env.reset({ seed: 0, options: { state } });
      actions.forEach((action, i) => {
        const [observation, reward, over, truncated] = env.step(name === 'Pendulum' ? Float32Array.of(action) : action);
        observations[i]!.forEach((entry, j) => {
          expect(Math.abs((observation as Float32Array)[j]! - entry)).toBeLessThan(1e-6);
        });
        expect(Math.abs(reward - rewards[i]!)).toBeLessThan(1e-6);
        expect([over, truncated]).toEqual([terminated && i === actions.length - 1, false]);
      });
    }
  });

  it(`${name} has Gymnasium's spaces and limit of steps, and draws its first states from the same ranges`, () => {
    const env = environment();
    expect(env.spec.maxEpisodeSteps).toBe(steps);
    const { low, high } = env.observationSpace as unknown as { low: Float64Array; high: Float64Array };
    const numbers = (text: string) => JSON.parse(text.replaceAll('-inf', '-1e999').replaceAll('inf', '1e999'));
    expect([...Float32Array.from(low)]).toEqual([...Float32Array.from(numbers(space.low))]);
    expect([...Float32Array.from(high)]).toEqual([...Float32Array.from(numbers(space.high))]);
    const drawn = Array.from({ length: 2000 }, (_, seed) => {
      const one = model();
      one.reset(seed);
      return Object.values(one).slice(0, draws.mean.length) as number[];
    });
    draws.mean.forEach((mean, j) => {
      const column = drawn.map((state) => state[j]!);
      const width = draws.largest[j]! - draws.least[j]!;
      const ours = column.reduce((sum, x) => sum + x) / 2000;
      const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - ours) ** 2, 0) / 2000);
      // Means of 2000 uniform numbers are within 0.03 widths of each other in all but one of 100,000 cases.
      expect(Math.abs(ours - mean)).toBeLessThanOrEqual(0.03 * width);
      expect(Math.abs(deviation - draws.deviation[j]!)).toBeLessThanOrEqual(0.03 * width);
      expect(Math.abs(Math.min(...column) - draws.least[j]!)).toBeLessThanOrEqual(0.01 * width);
      expect(Math.abs(Math.max(...column) - draws.largest[j]!)).toBeLessThanOrEqual(0.01 * width);
    });
  });

  it(`${name} refuses a reset to no state`, () => {
    const reset = (options: unknown) => () => environment().reset({ options });
    expect(reset({ state: [Number.NaN, 0] })).toThrow('finite numbers are needed');
    expect(reset({ start: [0, 0] })).toThrow('options are');
    expect(reset([0, 0])).toThrow('options are');
    expect(reset({})).not.toThrow();
  });
}

it('balances, swings up and climbs by the rules of its models', () => {
  expect(runOwnRule(CartPole.definition, { seed: 1, maxEpisodeSteps: 500 })).toEqual({
    steps: 500,
    return: 500,
    truncated: true,
  });
  const swing = runOwnRule(Pendulum.definition, { seed: 1, maxEpisodeSteps: 200 });
  expect(swing.truncated).toBe(true);
  expect(swing.return).toBeGreaterThan(-600);
  const climb = runOwnRule(MountainCar.definition, { seed: 1, maxEpisodeSteps: 200 });
  expect(climb.truncated).toBe(false);
  expect(climb.return).toBe(-climb.steps);
});

it('shows where things stand', () => {
  const drawn = (make: typeof CartPole | typeof Pendulum | typeof MountainCar, state: readonly number[]) => {
    const env = make() as unknown as Env;
    env.reset({ options: { state } });
    return env.render() as string;
  };
  const lines = drawn(CartPole, [1, 0, 0, 0]).split('\n');
  // The middle of 49 characters is the 24th, counted from 0; 1 m is 10 to the right.
  expect(lines[5]!.trim()).toBe('█████');
  expect(lines[5]!.indexOf('█')).toBe(32);
  expect(lines[0]!.indexOf('o')).toBe(34);
  expect(drawn(Pendulum, [0, 0]).split('\n')[0]!.indexOf('o')).toBe(10);
  expect(
    drawn(Pendulum, [Math.PI / 2, 0])
      .split('\n')[5]!
      .indexOf('o'),
  ).toBe(0);
  const hills = drawn(MountainCar, [-0.5, 0]).split('\n');
  expect(hills.some((line) => line.includes('⚑'))).toBe(true);
  expect(hills.findIndex((line) => line.includes('█'))).toBeGreaterThan(hills.findIndex((line) => line.includes('⚑')));
});
