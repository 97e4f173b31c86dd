import type { Targets, TaskFacts } from './task.ts';

/**
 * Targets of a regression with what makes them standardized, learnt on `rows`: losses of quantities of any unit are then alike. A quantity that is
 * the same everywhere is only moved.
 */
export function withScale(targets: Targets, rows: Int32Array): Targets {
  if (targets.name !== 'regression') return targets;
  const { values, outputs } = targets;
  const [means, deviations]: [number[], number[]] = [[], []];
  for (let d = 0; d < outputs; d++) {
    const known = Array.from(rows, (row) => values![row * outputs + d]!).filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(known.length, 1);
    means.push(mean);
    deviations.push(variance > 0 ? Math.sqrt(variance) : 1);
  }
  return { ...targets, scale: { means, deviations } };
}

/** Outputs [rows, outputs] of a model in the units of its task, in place. */
export function unscale(outputs: Float32Array, { outputs: cols, scale }: TaskFacts): Float32Array {
  if (!scale) return outputs;
  for (let i = 0; i < outputs.length; i++)
    outputs[i] = scale.means[i % cols]! + scale.deviations[i % cols]! * outputs[i]!;
  return outputs;
}
