import { expect, it, onTestFinished } from 'vitest';
import { blocking } from './built-blocking.ts';
import { edges, varied, wide } from './fixtures/served-more.js';

it.each([edges, varied, wide])('brings elements of every space through a thread as they are: %#', (make) => {
  const [env, here] = [make({ suspension: blocking() }), make()];
  onTestFinished(() => env.close());
  const { actionSpace } = env;
  expect(env.reset({ seed: 5 })).toEqual(here.reset({ seed: 5 }));
  actionSpace.seed(3);
  for (let i = 0; i < 20; i++) {
    const action = actionSpace.sample() as never;
    const result = env.step(action);
    expect(result).toEqual(here.step(action));
    expect(result[0]).toEqual(action);
  }
});
