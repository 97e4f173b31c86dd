import type { Random } from '@unbraid/kernels';
import type { Distribution } from '../distributions/distribution.ts';
import type { ObservationScaling } from '../normalization/observation-scaling.ts';
import type { RewardScaling } from '../normalization/reward-scaling.ts';
import { ACTION_MASK, writeActionMask } from '../spaces/action-mask.ts';
import type { Episodes } from '../training/episodes.ts';
import type { CompiledActor } from './actor.ts';
import { generalizedAdvantages } from './generalized-advantages.ts';
import type { Rollout } from './rollout.ts';

/** Who acts where. */
export interface Collector {
  readonly episodes: Episodes;
  readonly actor: CompiledActor;
  readonly distribution: Distribution;
  readonly observationScaling: ObservationScaling | undefined;
  readonly rewardScaling: RewardScaling | undefined;
  /** γ */
  readonly discount: number;
  /** λ */
  readonly lambda: number;
}

/**
 * Fills a rollout, with advantages and returns.
 * @param random what actions are drawn by
 * @throws {InputError} `data`, for a mask that doesn't fit; `not-finite`, for observations and rewards that aren't
 */
export async function collect(collector: Collector, rollout: Rollout, random: Random): Promise<void> {
  const { episodes, distribution, observationScaling, rewardScaling } = collector;
  const { count } = episodes;
  const drawn = { actions: new Float32Array(count * distribution.actionSize), logProbs: new Float32Array(count) };
  const masks = rollout.masks.length > 0 ? new Uint8Array(count * distribution.outputs) : undefined;
  for (let at = 0; at < rollout.rows; at += count) {
    const { outputs, values } = await valuesOf(collector, episodes.observations);
    rollout.observations.set(collector.actor.observations, at * (episodes.observations.length / count));
    rollout.values.set(values, at);
    if (masks) readMasks(collector, masks);
    distribution.draw(outputs, drawn, random, masks);
    if (masks) rollout.masks.set(masks, at * distribution.outputs);
    rollout.actions.set(drawn.actions, at * distribution.actionSize);
    rollout.logProbs.set(drawn.logProbs, at);
    const outcomes = episodes.step(drawn.actions);
    for (const [i, { reward, terminated, truncated }] of outcomes.entries()) {
      rollout.rewards[at + i] = reward;
      rollout.ended[at + i] = Number(terminated || truncated);
    }
    rewardScaling?.scale(rollout.rewards.subarray(at, at + count), rollout.ended.subarray(at, at + count));
    if (outcomes.some(({ terminated, truncated }) => truncated && !terminated)) {
      const { values: beyond } = await valuesOf(collector, episodes.finals);
      // A limit of steps is no end of the world: what would have come is worth what the critic says (Pardo et al. 2018).
      for (const [i, { terminated, truncated }] of outcomes.entries())
        if (truncated && !terminated) rollout.rewards[at + i]! += collector.discount * beyond[i]!;
    }
    observationScaling?.learn(episodes.observations);
  }
  const { values } = await valuesOf(collector, episodes.observations);
  const { discount, lambda } = collector;
  generalizedAdvantages({ ...rollout, lastValues: values }, discount, lambda, rollout.advantages);
  for (let i = 0; i < rollout.rows; i++) rollout.returns[i] = rollout.advantages[i]! + rollout.values[i]!;
}

/** Runs the actor on observations as they are. */
async function valuesOf({ actor, observationScaling }: Collector, observations: Float32Array): Promise<CompiledActor> {
  actor.observations.set(observations);
  observationScaling?.apply(actor.observations);
  const pending = actor.run();
  if (pending) await pending;
  return actor;
}

function readMasks({ episodes, distribution }: Collector, masks: Uint8Array): void {
  for (let i = 0; i < episodes.count; i++)
    writeActionMask(episodes.infos[i]![ACTION_MASK], distribution.choices, masks, i * distribution.outputs);
}
