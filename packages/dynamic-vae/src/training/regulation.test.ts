import { describe, expect, it, test } from 'vitest';
import { incrementalPI } from '../control/incremental-pi.ts';
import { positionalPI } from '../control/positional-pi.ts';
import type { Objective } from './objective.ts';
import { regulationOf } from './regulation.ts';

/** β at first, then of each step from its own KL divergence. */
function betas(objective: Objective, kls: readonly number[]): number[] {
  const { start, step } = regulationOf(objective);
  const states = [start];
  kls.forEach((kl, i) => {
    states.push(step(states.at(-1)!, i, kl));
  });
  return states.map(({ beta }) => beta);
}

it('β is constant without a controller', () => {
  expect(betas({ name: 'vae' }, [3, 5])).toEqual([1, 1, 1]);
  expect(betas({ name: 'factor' }, [3, 5])).toEqual([1, 1, 1]);
  expect(betas({ name: 'beta' }, [3, 5])).toEqual([4, 4, 4]);
  expect(betas({ name: 'beta', beta: 0 }, [3])).toEqual([0, 0]);
});

it('DynamicVAE sees the moving average and the set point of the step', () => {
  const { start, step } = regulationOf({ name: 'dynamic', window: 2, setPoint: (t) => 1 + t });
  const controller = incrementalPI();
  const first = controller.step(controller.start, { kl: 2, setPoint: 1 });
  const second = controller.step(first, { kl: 5, setPoint: 2 });
  const states = [step(start, 0, 4)];
  states.push(step(states[0]!, 1, 6));
  expect(states.map(({ beta }) => beta)).toEqual([first.beta, second.beta]);
  expect(states.map(({ feedback, setPoint }) => [feedback, setPoint])).toEqual([
    [2, 1],
    [5, 2],
  ]);
});

it('ControlVAE sees the KL divergence of the step alone', () => {
  const controller = positionalPI();
  const expected = controller.step(controller.start, { kl: 7, setPoint: 0.5 });
  expect(betas({ name: 'control' }, [7]).at(-1)).toBe(expected.beta);
});

describe('its state', () => {
  it('survives JSON', () => {
    const { start, step } = regulationOf({ name: 'dynamic' });
    const state = step(step(start, 0, 3), 1, 4);
    expect(step(JSON.parse(JSON.stringify(state)), 2, 5)).toEqual(step(state, 2, 5));
  });
});

test.each([
  [{ name: 'beta', beta: -1 }, "the objective's beta is -1; a finite number of at least 0 is needed"],
  [{ name: 'factor', gamma: Number.NaN }, "the objective's gamma is NaN; a finite number of at least 0 is needed"],
  [
    { name: 'factor', discriminator: { learningRate: 0 } },
    "the objective's discriminator's learningRate is 0; a finite number above 0 is needed",
  ],
  [{ name: 'vae', beta: 2 } as Objective, 'the objective has no setting "beta"; the nearest are name'],
  [{ name: 'dynamic', controller: { ki: 1 } }, 'the incremental K_i is 1; it must be negative'],
  [{ name: 'control', controller: { ki: -1 } }, 'the positional K_i is -1; it must be positive'],
  [{ name: 'dynamic', setPoint: { step: -1 } }, 'the set point would fall by 1 in every window'],
  [{ name: 'dynamic', window: 0 }, "the objective's window is 0; an integer of at least 1 is needed"],
  [
    { name: 'info' as 'vae' },
    'the objective\'s name is "info"; "vae", "beta", "factor", "control", "dynamic", "tc", "dip-i", "dip-ii", "annealed" or "quantized" is needed',
  ],
] satisfies [Objective, string][])('the objective %o is refused', (objective, message) => {
  expect(() => regulationOf(objective)).toThrow(`dynamic-vae: ${message}`);
});
