import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

type Numbers = readonly number[];

type Batch = Readonly<
  Record<'observations' | 'actions' | 'nextObservations' | 'terminated' | 'rewards' | 'discounts', Numbers>
>;

interface LossAndGradient {
  readonly loss: number;
  readonly grad: Numbers;
}

interface SacParams extends Readonly<Record<'actorParams' | 'criticParams' | 'targetParams', Numbers>> {
  readonly logAlpha: number;
}

interface OffPolicy {
  readonly sizes: {
    readonly rows: number;
    readonly inputs: number;
    readonly hidden: Numbers;
    readonly choices: number;
    readonly actionSize: number;
  };
  readonly dqn: {
    readonly batch: Batch;
    readonly params: Numbers;
    readonly targetParams: Numbers;
    readonly plain: LossAndGradient;
    readonly double: LossAndGradient;
    readonly after: Numbers;
  };
  readonly sac: SacParams & {
    readonly batch: Batch;
    readonly noise: Numbers;
    readonly nextNoise: Numbers;
    readonly first: {
      readonly criticLoss: number;
      readonly criticGrad: Numbers;
      readonly actorLoss: number;
      readonly actorGrad: Numbers;
      readonly alphaGrad: number;
    };
    readonly after: SacParams;
  };
}

/** What Stable-Baselines3's DQN and SAC compute: python/fixtures/off_policy.py. */
export const offPolicy = JSON.parse(
  readFileSync(new URL('./fixtures/off-policy.json', import.meta.url), 'utf8'),
) as OffPolicy;

/** To 1e-5 of the larger of 1 and what is wanted. */
export function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found).toHaveLength(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[i]!)));
}
