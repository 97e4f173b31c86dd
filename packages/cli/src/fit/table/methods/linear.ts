import { best, pathsOf } from '../learn/galu-paths.ts';
import type { Baseline } from '../method.ts';
import type { Answers } from '../scores/answers.ts';
import type { TableSettings } from '../settings.ts';

/** λ from 10⁻² to 10^2.5, ten of them: between where it does nothing and where it leaves little. */
export const RIDGES = Array.from({ length: 10 }, (_, i) => Number((10 ** (-2 + i / 2)).toPrecision(3)));

const linearLabel = (task: Answers['task']): string =>
  task === 'regression' ? 'ridge regression' : 'logistic regression';

/** Ridge regression, or logistic regression, its ridge chosen by the same folds. */
export const linearBaseline: Baseline<TableSettings> = {
  label: linearLabel,
  key: 'baselineScore',
  parts: ({ folds }) => folds,
  async outputs(bench) {
    const plan = { gates: 'gaussian', members: 1, neurons: [0], ridges: RIDGES } as const;
    const paths = await pathsOf(bench, linearLabel(bench.source.answers.task), plan);
    return paths.outputsOf(best(paths.points));
  },
};
