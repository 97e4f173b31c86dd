import type { RunContext } from '@unbraid/experiment';

/** How learning for one reward went. */
export interface PensionResult {
  readonly name: string;
  /** Return of each episode while learning. */
  readonly curve: Float64Array;
  /** Means over the evaluation episodes. */
  readonly ruleReturn: number;
  readonly agentReturn: number;
}

/** The table of returns, and the learning curves. */
export async function reportPension(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  results: readonly PensionResult[],
): Promise<void> {
  context.table('returns', {
    title: 'Mean return of an episode',
    caption:
      'The model’s own rule and the agent that decides in its place, on the same seeds, which the agent has not learnt from.',
    columns: ['reward', 'rule', 'agent', 'agent / rule'],
    rows: results.map(({ name, ruleReturn, agentReturn }) => [
      name,
      ruleReturn.toFixed(0),
      agentReturn.toFixed(0),
      (agentReturn / ruleReturn).toFixed(2),
    ]),
  });
  const points = results.flatMap(({ name, curve }) =>
    smooth(curve).map((value, episode) => ({ name, episode, value })),
  );
  // Lines and no rules, for two rules of one return are to be told apart.
  const rules = results.flatMap(({ name, ruleReturn, curve }) =>
    [0, curve.length - 1].map((episode) => ({ name, episode, value: ruleReturn })),
  );
  await context.figure('learning', {
    title: 'Learning to decide in the place of the model’s rule',
    caption:
      'Return of each episode while learning, mean of a twentieth of all episodes around it, for three rewards on the same model. Dashed: the model’s own rule.',
    plot: (plot) => ({
      x: { label: 'episode', grid: true },
      y: { label: 'return (sum of rewards)', grid: true },
      color: { legend: true, label: 'reward' },
      marks: [
        plot.line(points, { x: 'episode', y: 'value', stroke: 'name' }),
        plot.line(rules, { x: 'episode', y: 'value', stroke: 'name', strokeDasharray: '4,4' }),
      ],
    }),
  });
}

/** Means over a window, shorter at both ends. */
function smooth(curve: Float64Array): number[] {
  const reach = Math.max(1, Math.round(curve.length / 40));
  return Array.from(curve, (_, i) => {
    const window = curve.subarray(Math.max(0, i - reach), i + reach + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}
