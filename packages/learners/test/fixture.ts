import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** An array as python/fixtures write it. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface DistributionCase {
  readonly kind: 'categorical' | 'gaussian' | 'squashed-gaussian';
  readonly choices?: readonly number[];
  readonly outputs: FixtureTensor;
  readonly actions: FixtureTensor;
  readonly mask?: FixtureTensor;
  readonly logProb: FixtureTensor;
  readonly entropy?: FixtureTensor;
  readonly mode: FixtureTensor;
}

export interface AdvantagesCase {
  readonly discount: number;
  readonly lambda: number;
  readonly rewards: FixtureTensor;
  readonly values: FixtureTensor;
  readonly lastValues: FixtureTensor;
  readonly ended: FixtureTensor;
  readonly advantages: FixtureTensor;
  readonly returns: FixtureTensor;
}

export interface UpdateCase {
  readonly kind: 'categorical' | 'gaussian';
  readonly settings: Readonly<
    Record<'learningRate' | 'clipRange' | 'entropyCoefficient' | 'valueCoefficient' | 'clipNorm', number>
  >;
  readonly parameters: FixtureTensor;
  readonly observations: FixtureTensor;
  readonly actions: FixtureTensor;
  readonly logProbs: FixtureTensor;
  readonly advantages: FixtureTensor;
  readonly returns: FixtureTensor;
  readonly mask?: FixtureTensor;
  readonly gradients: FixtureTensor;
  readonly after: FixtureTensor;
  readonly statistics: Readonly<
    Record<'policyLoss' | 'valueLoss' | 'entropy' | 'approximateKl' | 'clipFraction', number>
  >;
}

interface Fixture {
  readonly distributions: readonly DistributionCase[];
  readonly advantages: readonly AdvantagesCase[];
  readonly updates: readonly UpdateCase[];
}

/** What Stable-Baselines3 computed: python/fixtures/ppo.py. */
export const fixture = JSON.parse(
  readFileSync(fileURLToPath(new URL('./fixtures/ppo.json', import.meta.url)), 'utf8'),
) as Fixture;

export const floats = ({ data }: FixtureTensor): Float32Array<ArrayBuffer> => Float32Array.from(data);
