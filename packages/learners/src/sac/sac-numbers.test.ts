import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { box } from '@unbraid/sim-env';
import { expect, test } from 'vitest';
import { expectClose, offPolicy } from '../../test/off-policy.ts';
import { squashedGaussian } from '../distributions/squashed-gaussian.ts';
import { reluNetwork } from '../networks/relu-network.ts';
import { targetOf } from '../training/target-params.ts';
import { trainable } from '../training/trainable.ts';
import { twinCritics } from './critics.ts';
import { learntCoefficient } from './entropy-coefficient.ts';
import { compileSacSteps } from './steps.ts';

const { sizes, sac } = offPolicy;

/** Rounds on the fixture's batch and noise, as `sac` makes them. @param learningRate 0 leaves all as it is */
function rounds(count: number, learningRate: number) {
  const distribution = squashedGaussian(box({ low: -1, high: 1, shape: [sizes.actionSize] }));
  const actor = reluNetwork(sizes.inputs, sizes.hidden, distribution.outputs);
  const critics = twinCritics(sizes.inputs, sizes.actionSize, sizes.hidden);
  const widths = { inputs: sizes.inputs, actionSize: sizes.actionSize, maskSize: 0 };
  const runtime = nodeRuntime({ threads: 1 });
  return withScope(async (scope) => {
    const policy = trainable(scope, runtime, 'policy', Float32Array.from(sac.actorParams));
    const values = trainable(scope, runtime, 'critics', Float32Array.from(sac.criticParams));
    const following = targetOf(scope, runtime, 'following', values.params);
    following.params.data.set(sac.targetParams);
    const alpha = learntCoefficient(scope, runtime, -sizes.actionSize);
    alpha.restore({ ...alpha.state(), entropyCoefficient: Float32Array.of(sac.logAlpha) });
    const steps = await compileSacSteps(
      scope,
      runtime,
      { actor, critics, distribution, widths, batchSize: sizes.rows },
      {
        actorParams: policy.params,
        criticParams: values.params,
        targetParams: following.params,
        actorGrads: policy.grads,
        criticGrads: values.grads,
      },
    );
    const { inputs } = steps.critic;
    for (const key of ['observations', 'actions', 'nextObservations', 'rewards'] as const)
      inputs[key].float32.set(sac.batch[key]);
    inputs.discounts.float32.set(sac.batch.discounts.map((each, i) => (sac.batch.terminated[i] ? 0 : each)));
    inputs.noise.float32.set(sac.nextNoise);
    steps.actor.inputs.noise.float32.set(sac.noise);
    for (let round = 0; round < count; round++) {
      inputs.alpha.float32[0] = alpha.value();
      await steps.critic.run();
      values.step(learningRate);
      await steps.actor.run();
      policy.step(learningRate);
      alpha.learn(steps.actor.outputs.logProb.float32[0]!, learningRate);
      following.follow(learningRate === 0 ? 0 : 0.1);
    }
    return {
      criticLoss: steps.critic.outputs.value.float32[0]!,
      criticGrad: values.grads.data.slice(),
      actorLoss: steps.actor.outputs.loss.float32[0]!,
      actorGrad: policy.grads.data.slice(),
      logProb: steps.actor.outputs.logProb.float32[0]!,
      actorParams: policy.params.data.slice(),
      criticParams: values.params.data.slice(),
      targetParams: following.params.data.slice(),
      logAlpha: Math.log(alpha.value()),
    };
  });
}

test('losses and gradients of Stable-Baselines3', async () => {
  const found = await rounds(1, 0);
  const { criticLoss, criticGrad, actorLoss, actorGrad, alphaGrad } = sac.first;
  expectClose([found.criticLoss, found.actorLoss], [criticLoss, actorLoss]);
  expectClose(found.criticGrad, criticGrad);
  expectClose(found.actorGrad, actorGrad);
  expectClose([-(found.logProb - sizes.actionSize)], [alphaGrad]);
  expect(found.criticParams).toEqual(Float32Array.from(sac.criticParams));
});

test('three of its updates: critics, policy, α and target critics', async () => {
  const found = await rounds(3, 0.01);
  expectClose(found.criticParams, sac.after.criticParams);
  expectClose(found.actorParams, sac.after.actorParams);
  expectClose(found.targetParams, sac.after.targetParams);
  expectClose([found.logAlpha], [sac.after.logAlpha]);
});
