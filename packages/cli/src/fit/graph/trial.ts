import type { RunContext } from '@unbraid/experiment';
import { csrFromEntries, type FitResult, fit, type NodeGraphLike, predict } from '@unbraid/gfgn';
import type { Runtime } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import type { CountedUnits } from '../counted-units.ts';
import { libraryName, type Recipe, type Trained } from './candidates.ts';
import { normalized } from './features.ts';
import { blocksOf, depthOf, sampleOf } from './sample.ts';
import type { GraphSettings } from './settings.ts';
import type { GraphSource } from './source.ts';
import type { Parts } from './splits.ts';
import type { NodeTargets } from './targets.ts';

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

/** How a training with some settings went. */
export interface Trial {
  /** Accuracy, ROC AUC or R² on validation nodes. */
  readonly validation: number;
  readonly validationLoss: number;
  /** What the model gives for the test nodes, in their order: [nodes, outputs], logits or quantities. */
  readonly outputs: Float32Array;
}

/** The graph as a model sees it. */
function graphFor(
  { adjacency, targets }: GraphSource,
  model: Trained,
  x: Csr | Matrix,
  normalize: boolean,
): NodeGraphLike {
  const { rows } = adjacency;
  return {
    adjacency: model === 'logistic' ? csrFromEntries(rows, rows, { rows: [], columns: [] }) : adjacency,
    features: normalized(x, normalize),
    ...toldOf(targets, rows),
  };
}

/** Targets as the library takes them. Names of classes are told when a model is saved. */
const toldOf = ({ labels, values, names, columns }: NodeTargets, rows: number) =>
  labels
    ? { labels, classes: names.length }
    : { targets: { data: values!, rows, cols: columns.length }, classes: [...names] };

/** Trains a model. @returns what was learned, and the graph that it was learned on */
export async function train(
  bench: Bench,
  plan: Plan,
): Promise<{ readonly fitted: FitResult; readonly graph: NodeGraphLike }> {
  const { context, source, runtime } = bench;
  const { model, recipe, x, parts, seed, gateInputs = false } = plan;
  const { normalize, ...settings } = recipe;
  const { epochs, patience, task, classWeights } = context.settings;
  const graph = graphFor(source, model, x, normalize);
  const fitted = await fit({
    ...settings,
    model: libraryName(model),
    ...(!gateInputs && depthOf(model, context.settings)),
    gateInputs,
    graph,
    task,
    ...(classWeights === 'balanced' && { classWeights }),
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
  const { data, cols } = await predict(fitted, graph, { runtime, ...blocksOf(plan.model, context.settings) });
  const { epoch, validationLoss, validationScore: validation } = fitted.best;
  const { seconds } = fitted;
  context.log({ fit: key, epoch, validationLoss, validation, test: fitted.best.testScore, seconds });
  const { test } = plan.parts;
  const outputs = new Float32Array(test.length * cols);
  for (const [at, node] of test.entries()) outputs.set(data.subarray(node * cols, (node + 1) * cols), at * cols);
  return { validation, validationLoss, outputs };
}
