import type { Objective } from '../objective.ts';

/** An objective with the settings of a paper, and what it was trained with there. */
export interface PublishedObjective {
  readonly objective: Objective;
  /** Where the settings stand. */
  readonly source: string;
  /** On which data. */
  readonly data: string;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Steps of training, where the source says so. */
  readonly steps?: number;
}

const study = 'Locatello et al. 2019, arXiv 1811.12359, and its code (unsupervised_study_v1)';
const studied = { data: 'all of the study', batchSize: 64, learningRate: 1e-4, steps: 300_000 } as const;

/**
 * Objectives with published settings, by name. Those of the study of Locatello et al. are a value within its grid, which the source names; the study trains all with Adam
 * (β₁ 0.9, β₂ 0.999) and ten latents.
 */
export const publishedObjectives = {
  'β-VAE': { objective: { name: 'beta', beta: 4 }, source: `${study}: β 1, 2, 4, 6, 8, 16`, ...studied },
  FactorVAE: {
    objective: { name: 'factor', gamma: 10 },
    source: `${study}: γ 10, 20, 30, 40, 50, 100; discriminator of 6 layers of 1000, Kim and Mnih 2018, arXiv 1802.05983`,
    ...studied,
  },
  'β-TCVAE': {
    objective: { name: 'tc', alpha: 1, beta: 6, gamma: 1, estimator: 'weighted' },
    source: 'Chen et al. 2018, arXiv 1802.04942, section 6 and its code: β = 6, batches of 2048, 50 epochs',
    data: 'dSprites',
    batchSize: 2048,
    learningRate: 1e-3,
    steps: 18_000,
  },
  'DIP-VAE-I': {
    objective: { name: 'dip-i', offDiagonal: 10, diagonal: 100 },
    source: `${study}: λ_od 1, 2, 5, 10, 20, 50 and λ_d = 10 λ_od, as Kumar et al. 2018, arXiv 1711.00848`,
    ...studied,
  },
  'DIP-VAE-II': {
    objective: { name: 'dip-ii', offDiagonal: 10, diagonal: 10 },
    source: `${study}: λ_od 1, 2, 5, 10, 20, 50 and λ_d = λ_od, as Kumar et al. 2018, arXiv 1711.00848`,
    ...studied,
  },
  AnnealedVAE: {
    objective: { name: 'annealed', gamma: 1000, capacity: 25, over: 100_000 },
    source: `Burgess et al. 2018, arXiv 1804.03599, section 5: γ = 1000, C to 25 nats over 100,000 steps; ${study}`,
    ...studied,
    data: 'dSprites',
  },
  QLAE: {
    objective: { name: 'quantized', quantization: 0.01, commitment: 0.01, weightDecay: 0.1 },
    source: 'Hsu et al. 2023, arXiv 2305.18378, and its code: two latents a factor, 10 values each',
    data: '3D Shapes',
    batchSize: 128,
    learningRate: 1e-3,
    steps: 200_000,
  },
} as const satisfies Readonly<Record<string, PublishedObjective>>;
