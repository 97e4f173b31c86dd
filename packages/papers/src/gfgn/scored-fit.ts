import type { GraphData, GraphSplit } from '@unbraid/data';
import { type FitOptions, fit, predict } from '@unbraid/gfgn';
import type { Runtime } from '@unbraid/graph';
import { rocAucScore } from '@unbraid/nn';

/** How a training did, in percent. */
export interface Scored {
  readonly test: number;
  readonly validation: number;
  /** That of the lowest validation loss, whose parameters are measured. */
  readonly epoch: number;
  readonly seconds: number;
}

/** Trains a classifier and scores it: by ROC AUC where there are two classes (of the difference of both logits), else by accuracy. */
export async function scoredFit(
  options: Omit<FitOptions, 'graph' | 'split' | 'runtime'> & {
    readonly graph: GraphData;
    readonly split: GraphSplit;
    readonly runtime: Runtime;
  },
): Promise<Scored> {
  const { graph, split, runtime } = options;
  const trained = await fit(options);
  const { best, seconds } = trained;
  if (graph.classes !== 2) {
    const [test, validation] = [100 * best.testAccuracy, 100 * best.validationAccuracy];
    return { test, validation, epoch: best.epoch, seconds };
  }
  const { data } = await predict(trained, graph, { runtime });
  const area = (nodes: Int32Array) =>
    100 *
    rocAucScore(
      nodes.map((node) => graph.labels[node]!),
      Float64Array.from(nodes, (node) => data[2 * node + 1]! - data[2 * node]!),
    );
  return { test: area(split.test), validation: area(split.validation), epoch: best.epoch, seconds };
}
