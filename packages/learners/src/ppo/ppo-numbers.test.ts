import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { adam } from '@unbraid/nn';
import { box, discrete, type Space } from '@unbraid/sim-env';
import { expect, test } from 'vitest';
import { fixture, floats, type UpdateCase } from '../../test/fixture.ts';
import { distributionFor } from '../index.ts';
import { denseActorCritic } from '../networks/actor-critic.ts';
import { generalizedAdvantages } from './generalized-advantages.ts';
import { createRollout } from './rollout.ts';
import { learnFrom } from './update.ts';
import { compileUpdates } from './update-step.ts';

function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i]!)));
}

test.each(fixture.advantages)('advantages of Stable-Baselines3, γ = $discount and λ = $lambda', (given) => {
  const { discount, lambda, rewards, values, ended, lastValues } = given;
  const advantages = new Float32Array(rewards.data.length);
  const rollout = {
    rewards: floats(rewards),
    values: floats(values),
    ended: Uint8Array.from(ended.data),
    lastValues: floats(lastValues),
  };
  generalizedAdvantages(rollout, discount, lambda, advantages);
  expectClose(advantages, given.advantages.data);
  expectClose(
    advantages.map((each, i) => each + rollout.values[i]!),
    given.returns.data,
  );
});

const spaces = { categorical: discrete(4), gaussian: box({ low: -1, high: 1, shape: [2] }) };

/** One update on all rows at once, as the fixture's; returns gradients, parameters and statistics. */
function updated(given: UpdateCase) {
  const { settings, observations, mask } = given;
  const distribution = distributionFor<Space>(spaces[given.kind]);
  const [rows, inputs] = observations.shape as [number, number];
  const networks = denseActorCritic(distribution, {
    inputs,
    hidden: [5, 4],
    valueHidden: [5, 4],
    activation: 'tanh',
    shared: false,
    logStd: 0,
  });
  const widths = { inputs, actionSize: distribution.actionSize, maskSize: mask ? distribution.outputs : 0 };
  const rollout = createRollout(rows, widths);
  for (const key of ['observations', 'actions', 'logProbs', 'advantages', 'returns'] as const)
    rollout[key].set(given[key].data);
  if (mask) rollout.masks.set(mask.data);
  const runtime = nodeRuntime({ threads: 1 });
  return withScope(async (scope) => {
    const params = { data: floats(given.parameters) };
    const grads = { data: new Float32Array(params.data.length) };
    const optimizer = scope.own(adam({ epsilon: 1e-5 }).create(params.data.length, runtime));
    const parts = { networks, distribution, widths, weights: settings };
    const steps = await compileUpdates(scope, runtime, parts, { sizes: [rows], params, grads });
    const { clipNorm, ...rates } = settings;
    const { kernels } = runtime;
    const made = { kernels, steps, params, grads, optimizer, widths, batchSize: rows, epochs: 1, clipNorm };
    const updater = { ...made, normalizeAdvantages: true, targetKl: undefined };
    const statistics = await learnFrom(updater, rollout, rates, createRandom(0));
    return { gradients: grads.data, after: params.data, statistics };
  });
}

test.each(fixture.updates)('an update of Stable-Baselines3: $kind, $settings', async (given) => {
  const { gradients, after, statistics } = await updated(given);
  expectClose(gradients, given.gradients.data);
  expectClose(after, given.after.data);
  for (const [name, wanted] of Object.entries(given.statistics))
    expectClose([statistics[name as keyof typeof statistics]], [wanted]);
});
