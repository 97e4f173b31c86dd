import type { GraphData, GraphSplit } from '@unbraid/data';
import { type FitOptions, fit } from '@unbraid/gfgn';

/** How a training did, in percent. */
export interface Scored {
  readonly test: number;
  readonly validation: number;
  /** That of the best validation score, whose parameters are measured. */
  readonly epoch: number;
  readonly seconds: number;
}

/** Trains a classifier and scores it: by ROC AUC where there are two classes, of one logit, else by accuracy. The epoch that counts is chosen by the same score. */
export async function scoredFit(
  options: Omit<FitOptions, 'graph' | 'split' | 'task' | 'monitor'> & {
    readonly graph: GraphData;
    readonly split: GraphSplit;
  },
): Promise<Scored> {
  const task = options.graph.classes === 2 ? 'binary' : 'classification';
  const { best, seconds } = await fit({ ...options, task, monitor: 'score' });
  const { testScore, validationScore, epoch } = best;
  return { test: 100 * testScore, validation: 100 * validationScore, epoch, seconds };
}

/** Numbers that a network gives for a node: one logit where there are two classes. */
export const outputsFor = ({ classes }: Pick<GraphData, 'classes'>): number => (classes === 2 ? 1 : classes);
