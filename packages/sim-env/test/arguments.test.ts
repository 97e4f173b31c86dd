import { expect, it, onTestFinished } from 'vitest';
import { Pension } from '../dist/models/index.js';
import { blocking } from '../dist/node/index.js';

it('makes a model in a thread of its own with the arguments', () => {
  const env = Pension({ suspension: blocking({ execArgv: [] }), arguments: { individuals: 2, years: 30 } });
  onTestFinished(() => env.close());
  let [observation] = env.reset({ seed: 1 });
  let steps = 0;
  for (let over = false; !over; steps++) {
    // The company's clients, of whom there are no more than people.
    expect(observation[3]).toBeLessThanOrEqual(2);
    const [next, , terminated, truncated] = env.step(Float32Array.of(0.5));
    [observation, over] = [next, terminated || truncated];
  }
  // Each at most once a year.
  expect(steps).toBeLessThanOrEqual(60);
});
