import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { expect, test } from 'vitest';
import { expectClose, offPolicy } from '../../test/off-policy.ts';
import { reluNetwork } from '../networks/relu-network.ts';
import { trainable } from '../training/trainable.ts';
import { compileDqnStep } from './step.ts';

const { sizes, dqn } = offPolicy;
const { batch } = dqn;

/** Some rounds on the fixture's batch. @param masks which choices there are afterwards */
function rounds(
  count: number,
  {
    double = false,
    clipNorm = Number.POSITIVE_INFINITY,
    masks,
  }: { double?: boolean; clipNorm?: number; masks?: number[] },
) {
  const model = reluNetwork(sizes.inputs, sizes.hidden, sizes.choices);
  const widths = { inputs: sizes.inputs, actionSize: 1, maskSize: masks ? sizes.choices : 0 };
  const runtime = nodeRuntime({ threads: 1 });
  return withScope(async (scope) => {
    const values = trainable(scope, runtime, 'values', Float32Array.from(dqn.params));
    const { inputs, outputs, run } = await compileDqnStep(
      scope,
      runtime,
      { model, widths, batchSize: sizes.rows, double },
      { params: values.params, targetParams: { data: Float32Array.from(dqn.targetParams) }, grads: values.grads },
    );
    for (const key of ['observations', 'actions', 'nextObservations', 'rewards'] as const)
      inputs[key].float32.set(batch[key]);
    inputs.discounts.float32.set(batch.discounts.map((discount, i) => (batch.terminated[i] ? 0 : discount)));
    if (masks) inputs.nextMasks!.float32.set(masks);
    let grad = new Float32Array();
    for (let round = 0; round < count; round++) {
      await run();
      grad = values.grads.data.slice();
      values.step(0.01, clipNorm);
    }
    return { loss: outputs.value.float32[0]!, grad, params: values.params.data.slice() };
  });
}

test.each([{ double: false }, { double: true }])('loss and gradient of Stable-Baselines3: %o', async ({ double }) => {
  const wanted = double ? dqn.double : dqn.plain;
  const { loss, grad } = await rounds(1, { double });
  expectClose([loss], [wanted.loss]);
  expectClose(grad, wanted.grad);
});

test('three of its updates, with gradients cut to a norm', async () => {
  const { params } = await rounds(3, { clipNorm: 0.5 });
  expectClose(params, dqn.after);
});

test('targets take no action that a mask forbids', async () => {
  const all = Array.from({ length: sizes.rows * sizes.choices }, () => 1);
  expect((await rounds(1, { masks: all })).loss).toBeCloseTo(dqn.plain.loss, 6);
  for (const double of [false, true]) {
    // With one choice left there is nothing to choose: both kinds of targets are the same.
    const one = all.map((_, i) => Number(i % sizes.choices === 1));
    const { loss } = await rounds(1, { masks: one, double });
    const other = await rounds(1, { masks: one, double: !double });
    expect(loss).toBe(other.loss);
    expect(loss).not.toBeCloseTo(dqn.plain.loss, 3);
  }
});
