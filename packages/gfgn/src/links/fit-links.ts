import { checkSettings, count, emitWarning, given, oneOf } from '@unbraid/checks';
import { createWorkspace, type Runtime, type Scope, type TensorSpec, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { array, object } from 'zod';
import { chosenModel, innerWidth } from '../fit/chosen-model.ts';
import { arraysOf, factsFor } from '../fit/facts.ts';
import { featuresIn } from '../fit/features-in.ts';
import { bestOf } from '../fit/fit.ts';
import { checkOutputs, openTrained, takeStep } from '../fit/learner.ts';
import { runEpochs, unfinishedNotices } from '../fit/loop.ts';
import {
  type BestEpoch,
  type FitResult,
  type TrainedModel,
  type TrainingOptions,
  trainingSettings,
} from '../fit/options.ts';
import { unreadEdges } from '../fit/unread-edges.ts';
import { edgesInOrder } from '../graphs/edge-rows.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import type { ModelFacts, NodeModel } from '../models.ts';
import { ownNetwork } from '../network-model.ts';
import { featuresOf, type NodeGraphLike } from '../node-graph.ts';
import { structureOf } from '../structure.ts';
import { measure } from '../tasks/measure.ts';
import { linksOf } from './check-links.ts';
import { linkScores } from './link-metrics.ts';
import { compileLinkStep, LINK_TASK, type LinkStep, linkEvaluator } from './link-programs.ts';
import { type LinkScoreName, linkParams, linkScoreNames } from './link-score.ts';
import { drawNegatives, type Pairs } from './pairs.ts';
import type { LinkSplit, Links } from './split-links.ts';

/** What `fitLinks` takes. */
export interface FitLinksOptions extends TrainingOptions {
  /** Of the nodes: as in `NodeGraphLike`. */
  readonly features: NodeGraphLike['features'];
  /** Edges by what they are used for: `splitLinks(adjacency)`. */
  readonly links: LinkSplit;
  /** How two nodes become the logit of an edge. Default `dot`. */
  readonly score?: LinkScoreName;
  /** Edges in a step, which has as many pairs without one. Default 65,536. */
  readonly batchSize?: number;
  /** The k of hits at k. Default 10, 50 and 100. */
  readonly hits?: readonly number[];
}

/** A trained model of edges: plain data, but for layers of one's own. */
export interface TrainedLinkModel extends Omit<TrainedModel, 'task'> {
  readonly score: LinkScoreName;
}

/** What `fitLinks` gives: scores are ROC AUC. */
export interface FitLinksResult extends TrainedLinkModel, Pick<FitResult, 'history' | 'seconds' | 'warnings'> {
  /** The best epoch, and by k the part of the test edges that score above the k-th best pair without one; NaN without test edges. */
  readonly best: BestEpoch & { readonly testHits: Readonly<Record<number, number>> };
}

const schema = object({
  ...trainingSettings,
  features: given<NodeGraphLike['features']>(),
  links: given<LinkSplit>(),
  score: oneOf(...linkScoreNames).default('dot'),
  batchSize: count().default(2 ** 16),
  hits: array(count(), { error: 'a list of whole numbers' }).default([10, 50, 100]),
});

/** A model of nodes and its parameters beside those of the score. @throws {InputError} `setting`, for a network that doesn't say how wide its output is */
function linkModel(
  options: Parameters<typeof chosenModel>[0],
  score: LinkScoreName,
  facts: Pick<ModelFacts, 'inputs' | 'nodes'>,
) {
  const width = innerWidth('gfgn: fitLinks', options);
  const nodes = chosenModel(options, { ...facts, classes: width });
  return { nodes, params: linkTree(nodes, score) };
}

/** Parameters of the whole. @param nodes gives `settings.classes` numbers for a node */
export const linkTree = (nodes: NodeModel, score: LinkScoreName) =>
  ({ nodes: nodes.params, score: linkParams(score, nodes.settings.classes) }) as unknown as AnyNodeLayer['params'];

/**
 * Trains a model to tell pairs of nodes with an edge from pairs without (Kipf and Welling 2016, arXiv 1611.07308, without the variational part) by Adam on the
 * logistic loss. Pairs without an edge are drawn anew in each epoch, as many as edges. The parameters of the epoch best in validation are kept.
 * @throws {InputError} in one line, for settings, features and links that don't fit
 * @throws {DivergedError} when the loss, a gradient, the outputs or the parameters are not finite
 */
export async function fitLinks(options: FitLinksOptions): Promise<FitLinksResult> {
  const checked = checkSettings('gfgn: fitLinks', schema, options);
  const { score, signal, onWarning = emitWarning, epochs } = checked;
  const links = linksOf(checked.links);
  const features = featuresOf(checked.features, { rows: links.adjacency.rows, name: 'node' });
  const { nodes, params } = linkModel(checked, score, { inputs: features.cols, nodes: features.rows });
  signal?.throwIfAborted();
  const runtime = checked.runtime ?? (await defaultRuntime());
  const result = await withScope((scope) =>
    train(scope, runtime, { nodes, tree: params }, { ...checked, links, features }),
  );
  const unread = unreadEdges(nodes, links.edgeFeatures);
  const warnings = [...(unread === undefined ? [] : [unread]), ...unfinishedNotices(result.history, epochs)];
  for (const warning of warnings) onWarning(warning);
  return { settings: nodes.settings, score, ...result, ...ownNetwork(nodes.settings, checked.model), warnings };
}

type Checked = Omit<ReturnType<typeof schema.parse>, 'features'> & { readonly features: ReturnType<typeof featuresOf> };

async function train(
  scope: Scope,
  runtime: Runtime,
  { nodes, tree }: { readonly nodes: NodeModel; readonly tree: AnyNodeLayer['params'] },
  options: Checked,
) {
  const { links, features, score, batchSize, hits } = options;
  const trained = openTrained(scope, runtime, tree, options);
  const { params, grads, stepper } = trained;
  const structure = structureOf(links.adjacency);
  const edges = edgesInOrder(links.edgeFeatures, structure);
  const model = { nodes, score, specs: tree as TensorSpec, structure, features, edges };
  const workspace = scope.own(createWorkspace(runtime.arena));
  const memory = { params, x: featuresIn(scope, runtime, features), workspace };
  const most = Math.min(batchSize, links.train.from.length);
  const step = await compileLinkStep(scope, runtime, model, 2 * most, { ...memory, grads });
  const held = [links.validation, links.test].flatMap(({ positive, negative }) => [positive, negative]);
  const evaluate = await linkEvaluator(scope, runtime, model, Math.max(...held.map(({ from }) => from.length)), memory);
  const on = async ({ positive, negative }: Links, epoch: number) => {
    const both = [
      checkOutputs(await evaluate(positive), epoch),
      checkOutputs(await evaluate(negative), epoch),
    ] as const;
    return { both, measured: measureLinks(...both) };
  };
  const { best, history, seconds } = await runEpochs(
    {
      ...{ params, stepper, learn: learner(step, trained, options, most) },
      facts: factsOfLinks(nodes, options),
      ...(links.validation.positive.from.length > 0 && {
        validate: async (epoch) => (await on(links.validation, epoch)).measured,
      }),
    },
    options,
  );
  const { both, measured } = await on(links.test, best.epoch);
  const nothing = Object.fromEntries(hits.map((k) => [k, Number.NaN]));
  const testHits = both[0].length > 0 ? linkScores(...both, hits).hits : nothing;
  const unknown = measureLinks(new Float32Array(), new Float32Array());
  return { best: { ...bestOf(best, unknown, measured), testHits }, history, seconds, params: params.data.slice() };
}

/** What a checkpoint must agree with. */
function factsOfLinks(model: NodeModel, options: Checked): string {
  const { links, features, score, batchSize } = options;
  const { train, validation, test } = links;
  const pairs = Object.entries({ train, ...validation, tested: test.positive, untested: test.negative });
  return factsFor(options, {
    ...{ model, task: LINK_TASK, weighing: {}, settings: { score, batchSize } },
    data: {
      ...Object.fromEntries(
        pairs.flatMap(([name, { from, to }]) => [
          [`${name} from`, from],
          [`${name} to`, to],
        ]),
      ),
      ...arraysOf('edges', links.adjacency),
      ...arraysOf('all', links.all),
      ...arraysOf('features', features),
      ...arraysOf('edgeFeatures', links.edgeFeatures),
    },
  });
}

/** As `measure`, of logits of pairs with an edge and of pairs without. */
function measureLinks(positive: Float32Array, negative: Float32Array) {
  const logits = new Float32Array(positive.length + negative.length);
  logits.set(positive);
  logits.set(negative, positive.length);
  const labels = Int32Array.from(logits, (_, i) => Number(i < positive.length));
  return measure(logits, { ...LINK_TASK, rows: logits.length, labels }, {}, Int32Array.from(logits.keys()));
}

/** Makes the steps of an epoch: edges in an order that is drawn anew, each batch with as many pairs without an edge. */
function learner(
  step: LinkStep,
  trained: ReturnType<typeof openTrained>,
  { links, learningRate }: Checked,
  most: number,
) {
  const { train, all } = links;
  const random = trained.random.split('links');
  return async (epoch: number): Promise<number> => {
    const order = random.split('order').split(epoch).permutation(train.from.length);
    let sum = 0;
    for (let at = 0; at < order.length; at += most) {
      const edges = order.subarray(at, at + most);
      const stream = random.split('negatives').split(epoch).split(at);
      writePairs(step, train, edges, drawNegatives(all, edges.length, stream));
      step.inputs.key.int32.set([trained.bits ^ epoch, at]);
      await step.run();
      const loss = step.outputs.loss.float32[0]!;
      takeStep(trained, loss, learningRate, epoch);
      sum += loss * edges.length;
    }
    return sum / order.length;
  };
}

/** Edges first, then pairs without; what is left of the room counts nothing. */
function writePairs({ inputs }: LinkStep, train: Pairs, edges: Int32Array, negative: Pairs): void {
  for (const end of ['from', 'to'] as const) {
    const out = inputs[end].int32.fill(0);
    for (const [i, edge] of edges.entries()) out[i] = train[end][edge]!;
    out.set(negative[end], edges.length);
  }
  inputs.target.float32.fill(0).fill(1, 0, edges.length);
  inputs.weight.float32.fill(0).fill(1, 0, 2 * edges.length);
}
