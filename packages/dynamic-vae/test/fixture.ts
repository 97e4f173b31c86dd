import { readFileSync } from 'node:fs';
import type { VaeSettings } from '../src/index.ts';

/** A tensor's gradient: its norm, and every `stride`-th entry. */
export interface GradientSummary {
  readonly norm: number;
  readonly entries: readonly number[];
}

/** What PyTorch computed of a batch; `about` in the file says how. */
export interface VaeCase {
  readonly settings: Required<Omit<VaeSettings, 'latent'>>;
  readonly beta: number;
  readonly bounds: readonly number[];
  readonly reconstruction: number;
  readonly kl: readonly number[];
  readonly gradient: readonly GradientSummary[];
  readonly gamma?: number;
  readonly discriminatorBounds?: readonly number[];
  readonly totalCorrelation?: number;
  readonly discriminatorLoss?: number;
  readonly discriminatorGradient?: readonly GradientSummary[];
}

export const pytorch = JSON.parse(readFileSync(new URL('./fixtures/vae.json', import.meta.url), 'utf8')) as {
  readonly rows: number;
  readonly stride: number;
  readonly cases: readonly VaeCase[];
};
