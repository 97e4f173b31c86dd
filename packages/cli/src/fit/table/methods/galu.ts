import { z } from 'zod';
import { trainGalu } from '../learn/galu.ts';
import { best, pathsOf } from '../learn/galu-paths.ts';
import type { Choice, TableMethod } from '../method.ts';
import { gridReport } from '../report/grid.ts';
import { tableSettings } from '../settings.ts';
import { linearBaseline, RIDGES } from './linear.ts';
import { mlpBaseline } from './mlp.ts';

export const galuSettings = z.object({
  ...tableSettings,
  neurons: z
    .array(z.int().min(0).max(100_000))
    .min(1)
    .default([0, 16, 64])
    .describe('Numbers of neurons that are tried; 0 is the linear model'),
  ridge: z
    .array(z.number().positive())
    .min(1)
    .default(RIDGES)
    .describe('λ of the penalty λ‖W‖² that are tried, beside the loss summed over rows'),
  gates: z
    .enum(['sparse', 'gaussian', 'differences', 'k-means', 'relu'])
    .default('sparse')
    .describe('Where gates come from: sparse look at one to three columns each'),
  members: z.int().min(1).max(100).default(1).describe('Networks with gates of their own whose outputs are averaged'),
  mlp: z.boolean().default(true).describe('Whether a network of ReLU layers is trained for comparison'),
});
export type GaluFitSettings = z.output<typeof galuSettings>;

/** GaLU: gates drawn, the linear parts solved for. */
export const galu: TableMethod<GaluFitSettings> = {
  name: 'galu',
  label: 'GaLU',
  parts: ({ folds }) => folds,
  async choose(bench): Promise<Choice> {
    const { settings } = bench.context;
    const paths = await pathsOf(bench, 'GaLU', { ...settings, ridges: settings.ridge });
    const { neurons, ridge } = best(paths.points);
    const linear = paths.points.filter((point) => point.neurons === 0);
    return {
      learner: { learn: (part, options) => trainGalu(part, { ...settings, neurons, ridge }, options) },
      outputs: paths.outputsOf(best(paths.points)),
      chosen: `${neurons === 0 ? 'no neurons, the linear model' : `${neurons} neurons`}, ridge ${ridge}`,
      summary: { neurons, ridge, members: settings.members },
      ...(linear.length > 0 && { found: { baselineScore: paths.outputsOf(best(linear)) } }),
      report: (report) => gridReport(report, paths.points, best(paths.points), bench.source.answers.task),
    };
  },
  baselines: [
    {
      ...linearBaseline,
      parts: (settings: GaluFitSettings) => (settings.neurons.includes(0) ? 0 : settings.folds),
    },
    { ...mlpBaseline, isWanted: ({ mlp }: GaluFitSettings) => mlp },
  ],
};
