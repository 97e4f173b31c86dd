import { laperm as lapermOptimizer } from '@unbraid/laperm';
import { z } from 'zod';
import { type Candidate, tunedParts, tuneNetwork } from '../learn/tuned-network.ts';
import type { TableMethod } from '../method.ts';
import { trialsTable } from '../report/trials.ts';
import { tableSettings } from '../settings.ts';
import { linearBaseline } from './linear.ts';
import { mean, mlpBaseline } from './mlp.ts';

export const lapermSettings = z.object({
  ...tableSettings,
  hidden: z.array(z.int().min(1).max(4096)).default([256, 128]).describe('Widths of the hidden layers'),
  rates: z
    .array(z.number().positive())
    .min(1)
    .default([0.01, 0.003])
    .describe('Learning rates of the inner Adam that are tried in the first fold'),
  periods: z
    .array(z.int().min(1))
    .min(1)
    .default([5, 20])
    .describe('Steps from one permutation to the next that are tried, with each rate'),
  steps: z.int().min(1).default(6000).describe('Most steps of a training'),
  patience: z.int().min(1).default(20).describe('Epochs without a better validation loss after which training ends'),
  mlp: z.boolean().default(true).describe('Whether a network whose weights change is trained for comparison'),
});
export type LapermFitSettings = z.output<typeof lapermSettings>;

const candidates = ({ hidden, rates, periods, steps, patience }: LapermFitSettings): Candidate[] =>
  rates.flatMap((learningRate) =>
    periods.map((period) => ({
      name: `rate ${learningRate}, period ${period}`,
      settings: {
        hidden,
        learningRate,
        decay: 0,
        steps,
        patience,
        drawn: true,
        optimizer: () => lapermOptimizer({ period }),
      },
    })),
  );

/** A network whose weights stay as they were drawn, and only change places. */
export const laperm: TableMethod<LapermFitSettings> = {
  name: 'laperm',
  label: 'LaPerm',
  parts: (settings) => tunedParts(settings, candidates(settings)),
  async choose(bench) {
    const { settings } = bench.context;
    const tuned = await tuneNetwork(bench, 'LaPerm', candidates(settings));
    const { chosen, trials, learner, outputs, epochs } = tuned;
    return {
      learner,
      outputs,
      chosen: `${settings.hidden.join('-')} hidden, ${chosen.name}`,
      summary: { learningRate: chosen.settings.learningRate, epochs: mean(epochs) },
      report: async (report) => trialsTable(report, trials, chosen.name),
    };
  },
  baselines: [linearBaseline, { ...mlpBaseline, isWanted: ({ mlp }: LapermFitSettings) => mlp }],
};
