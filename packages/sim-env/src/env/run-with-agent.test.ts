import { expect, it } from 'vitest';
import { steps, Walker, walker } from '../../test/walker.ts';
import { runOwnRule, runWithAgent } from '../index.ts';

const { definition } = walker;

it('gives the return of an environment’s episode, without suspending', () => {
  const env = walker();
  const options = { length: 20 };
  let [place] = env.reset({ seed: 3, options });
  let total = 0;
  const act = (at: number) => (at % 3) - 1;
  for (let over = false; !over; ) {
    const [next, reward, terminated] = env.step(act(place));
    [place, total, over] = [next, total + reward, terminated];
  }
  expect(runWithAgent(definition, act, { seed: 3, options })).toEqual({ steps: 20, return: total, truncated: false });
});

it('judges the model’s own rule as an agent would be judged', () => {
  const rule = (place: number) => (place < 4 ? 1 : -1);
  const options = { seed: 3, options: { length: 15 } };
  expect(runOwnRule(definition, options)).toEqual(runWithAgent(definition, rule, options));
});

it('stops at the limit of steps, as an environment truncates', () => {
  const env = walker({ maxEpisodeSteps: 7 });
  env.reset({ seed: 1 });
  let total = 0;
  for (let i = 0; i < 7; i++) total += env.step(1)[1];
  const simulations: Walker[] = [];
  const watched = {
    ...definition,
    simulation: () => {
      simulations.push(new Walker());
      return simulations.at(-1)!;
    },
  };
  expect(runWithAgent(watched, () => 1, { seed: 1, maxEpisodeSteps: 7 })).toEqual({
    steps: 7,
    return: total,
    truncated: true,
  });
  expect(runOwnRule(watched, { seed: 1, maxEpisodeSteps: 7 }).steps).toBe(7);
  expect(simulations.map(({ unwound }) => unwound)).toEqual([1, 1]);
});

it('tells errors of the agent from errors of the model', () => {
  const fails = () => {
    throw new RangeError('I do not know');
  };
  expect(() => runWithAgent(definition, fails, { seed: 1 })).toThrow(/^I do not know$/);
  expect(() => runWithAgent(definition, () => 5, { seed: 1 })).toThrow('the action is outside its space');
  class Broken extends Walker {
    override *run(): Generator<unknown, void, unknown> {
      yield* this.decide(1);
      throw new TypeError('broken');
    }
  }
  const broken = { name: 'broken', simulation: () => new Broken(), decision: steps };
  expect(() => runWithAgent(broken, () => 1, { seed: 1 })).toThrow('broken: the model failed after decision 1: broken');
});
