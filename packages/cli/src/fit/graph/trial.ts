import type { RunContext } from '@unbraid/experiment';
import { classify, csrFromEntries, type FitResult, fit, type NodeGraph } from '@unbraid/gfgn';
import type { Runtime } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import type { CountedUnits } from '../counted-units.ts';
import { libraryName, type Recipe, type Trained } from './candidates.ts';
import { normalized } from './features.ts';
import { depthOf, sampleOf } from './sample.ts';
import type { GraphSettings } from './settings.ts';
import type { GraphSource } from './source.ts';
import type { Parts } from './splits.ts';

/** What all trainings of a run share. */
export interface Bench extends CountedUnits {
  readonly context: RunContext<GraphSettings>;
  readonly source: GraphSource;
  readonly runtime: Runtime;
}

/** A training. */
export interface Plan {
  readonly model: Trained;
  readonly recipe: Recipe;
  readonly x: Csr | Matrix;
  readonly parts: Parts;
  readonly seed: number;
  /** Whether the gates act on the features themselves. */
  readonly gateInputs?: boolean;
}

/** How a training with some settings went; accuracies from 0 to 1. */
export interface Trial {
  readonly validation: number;
  readonly validationLoss: number;
  /** The class of each test node, in their order. */
  readonly predicted: Int32Array;
}

/** The graph as a model sees it. */
function graphFor(
  { adjacency, labels, classes }: GraphSource,
  model: Trained,
  x: Csr | Matrix,
  normalize: boolean,
): NodeGraph {
  const { rows } = adjacency;
  return {
    adjacency: model === 'logistic' ? csrFromEntries(rows, rows, { rows: [], columns: [] }) : adjacency,
    features: normalized(x, normalize),
    labels,
    classes: classes.length,
  };
}

/** Trains a model. @returns what was learned, and the graph that it was learned on */
export async function train(
  bench: Bench,
  plan: Plan,
): Promise<{ readonly fitted: FitResult; readonly graph: NodeGraph }> {
  const { context, source, runtime } = bench;
  const { model, recipe, x, parts, seed, gateInputs = false } = plan;
  const { normalize, ...settings } = recipe;
  const { epochs, patience } = context.settings;
  const graph = graphFor(source, model, x, normalize);
  const fitted = await fit({
    ...settings,
    model: libraryName(model),
    ...(!gateInputs && depthOf(model, context.settings)),
    gateInputs,
    graph,
    split: parts,
    epochs,
    patience,
    seed,
    signal: context.signal,
    runtime,
    ...sampleOf(model, context.settings),
    // Scales were seen to, rare classes were told of once, and what other settings end like shows which of them is chosen.
    onWarning: () => {},
    onEpoch: ({ epoch }) => bench.tell(`epoch ${epoch}`),
  });
  return { fitted, graph };
}

/** Trains, and predicts the test nodes. @param key the unit's */
export async function trialOf(bench: Bench, key: string, plan: Plan): Promise<Trial> {
  const { context, runtime } = bench;
  const { fitted, graph } = await train(bench, plan);
  const predicted = (await classify(fitted, graph, { runtime })) as Int32Array;
  const { epoch, validationLoss, validationAccuracy: validation } = fitted.best;
  const { seconds } = fitted;
  context.log({ fit: key, epoch, validationLoss, validation, test: fitted.best.testAccuracy, seconds });
  return {
    validation,
    validationLoss,
    predicted: Int32Array.from(plan.parts.test, (node) => predicted[node]!),
  };
}
