import { z } from 'zod';
import { type Candidate, tunedParts, tuneNetwork } from '../learn/tuned-network.ts';
import type { Baseline, TableMethod } from '../method.ts';
import { trialsTable } from '../report/trials.ts';
import { type TableSettings, tableSettings } from '../settings.ts';
import { linearBaseline } from './linear.ts';

/** Settings of networks that are trained by gradients, as a method and as a baseline. */
export const networkSettings = {
  hidden: z.array(z.int().min(1).max(4096)).default([128, 64]).describe('Widths of the hidden layers'),
  rates: z
    .array(z.number().positive())
    .min(1)
    .default([0.01, 0.003, 0.001])
    .describe('Learning rates that are tried in the first fold'),
  decay: z.number().min(0).default(0.01).describe('Weight decay of AdamW'),
  steps: z.int().min(1).default(6000).describe('Most steps of a training'),
  patience: z.int().min(1).default(20).describe('Epochs without a better validation loss after which training ends'),
};

export const mlpSettings = z.object({ ...tableSettings, ...networkSettings });
export type MlpSettings = z.output<typeof mlpSettings>;

const DEFAULTS = z.object(networkSettings).parse({});

type NetworkPart = Pick<MlpSettings, keyof typeof networkSettings>;

const candidates = ({ hidden, rates, decay, steps, patience }: NetworkPart): Candidate[] =>
  rates.map((learningRate) => ({
    name: `rate ${learningRate}`,
    settings: { hidden, learningRate, decay, steps, patience },
  }));

/** A network of ReLU layers, trained by AdamW. */
export const mlp: TableMethod<MlpSettings> = {
  name: 'mlp',
  label: 'MLP',
  parts: (settings) => tunedParts(settings, candidates(settings)),
  async choose(bench) {
    const { settings } = bench.context;
    const { chosen, trials, learner, outputs, epochs } = await tuneNetwork(bench, 'MLP', candidates(settings));
    return {
      learner,
      outputs,
      chosen: `${settings.hidden.join('-')} hidden, ${chosen.name}`,
      summary: { learningRate: chosen.settings.learningRate, epochs: mean(epochs) },
      report: async (report) => trialsTable(report, trials, chosen.name),
    };
  },
  baselines: [linearBaseline],
};

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The same network, with the same defaults, beside another method. */
export const mlpBaseline: Baseline<TableSettings> = {
  label: () => 'MLP',
  key: 'mlpScore',
  parts: (settings) => tunedParts(settings, candidates(DEFAULTS)),
  outputs: async (bench) => (await tuneNetwork(bench, 'MLP', candidates(DEFAULTS))).outputs,
};
