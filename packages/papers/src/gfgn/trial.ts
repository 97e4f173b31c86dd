import type { MetricColumn, RunContext } from '@unbraid/experiment';
import { fit, type ModelName, type NodeGraph, type NodeSplit } from '@unbraid/gfgn';
import type { Runtime } from '@unbraid/graph';
import type { ModelTrial } from './model-trials.ts';
import type { Recipe } from './recipes.ts';

/** What the lines of trials are. */
export const trialMetrics: Readonly<Record<string, MetricColumn>> = {
  test: { description: 'Accuracy on the test nodes', unit: '%', x: 'run', by: ['model'] },
  validation: { description: 'Accuracy on the validation nodes', unit: '%', x: 'run', by: ['model'] },
  epoch: { description: 'Epoch that was best in validation', x: 'run', by: ['model'] },
  seconds: { description: 'Time of training', unit: 's', x: 'run', by: ['model'] },
};

/** One training, in percent. */
export type Trial = ModelTrial<ModelName>;

export interface TrialPlan {
  /** The unit's. */
  readonly key: string;
  readonly model: ModelName;
  readonly run: number;
  readonly graph: NodeGraph;
  readonly split: NodeSplit;
  readonly recipe: Recipe;
}

/** Trains, inside a unit. */
export async function trialOf(
  { seed, signal, log, progress }: RunContext<unknown>,
  runtime: Runtime,
  plan: TrialPlan,
): Promise<Trial> {
  const { key, model, run, graph, split, recipe } = plan;
  const { normalize: _, ...settings } = recipe;
  const { best, seconds } = await fit({
    ...settings,
    model,
    graph,
    split,
    seed: seed + run,
    signal,
    runtime,
    onEpoch: ({ epoch }) => progress({ done: epoch, total: recipe.epochs }),
    // The report has the epoch that was best, and shows the accuracies of all classes together on purpose.
    onWarning: () => {},
  });
  const trial = {
    model,
    run,
    test: 100 * best.testAccuracy,
    validation: 100 * best.validationAccuracy,
    epoch: best.epoch,
    seconds,
  };
  log({ trial: key, ...trial });
  return trial;
}
