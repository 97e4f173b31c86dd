import type { FitOptions, ModelName, TaskName } from '@unbraid/gfgn';
import type { GraphModel, GraphSettings } from './settings.ts';

/** A model that is trained: one of the command's, or logistic regression on a node's own columns. */
export type Trained = GraphModel | 'logistic';

/** Models that are trained, the one that is saved first. */
export const trainedModels = ({ model, baselines }: GraphSettings): Trained[] => [
  ...new Set<Trained>([model, ...baselines.filter((name) => name !== 'majority')]),
];

/** How a model is trained. */
export type Recipe = Required<
  Pick<FitOptions, 'hidden' | 'dropout' | 'learningRate' | 'weightDecay' | 'limit' | 'monitor'>
> & {
  /** Whether rows of sparse features are divided by their sums. */
  readonly normalize: boolean;
};

/** Two layers; what was found on graphs without a kind, on citations, on web pages and on social networks (`gfgn/benchmark`). */
const deep = [
  { dropout: 0.5, weightDecay: 5e-4, limit: 1, monitor: 'loss', normalize: true },
  { dropout: 0.8, weightDecay: 5e-4, limit: 2, monitor: 'loss', normalize: true },
  { dropout: 0.3, weightDecay: 5e-5, limit: 0.5, monitor: 'loss', normalize: true },
  { dropout: 0.5, weightDecay: 5e-5, limit: 2, monitor: 'score', normalize: false },
] as const;

/** One linear layer, which needs larger steps and no dropout. */
const linear = [
  { dropout: 0, weightDecay: 5e-5, limit: 1, monitor: 'loss', normalize: true },
  { dropout: 0, weightDecay: 5e-4, limit: 1, monitor: 'loss', normalize: true },
  { dropout: 0, weightDecay: 5e-3, limit: 1, monitor: 'loss', normalize: false },
  { dropout: 0, weightDecay: 5e-6, limit: 1, monitor: 'loss', normalize: false },
] as const;

const isLinear = (model: Trained): boolean => model === 'sgc' || model === 'logistic';

/** GAT has heads; its width is that of one. */
const HEADS = 8;

const rateOf = (model: Trained): number => (isLinear(model) ? 0.1 : model === 'gat' ? 0.005 : 0.01);

/** The settings of a model among which validation chooses; those that the user gives stand in all of them. */
export function candidatesFor(model: Trained, settings: GraphSettings, isSparse: boolean): Recipe[] {
  const { hidden, dropout, learningRate, weightDecay, limit } = settings;
  const made = (isLinear(model) ? linear : deep).slice(0, settings.candidates).map(
    (each): Recipe => ({
      ...each,
      normalize: each.normalize && isSparse,
      hidden: model === 'gat' ? Math.max(1, Math.round(hidden / HEADS)) : hidden,
      dropout: dropout ?? each.dropout,
      learningRate: learningRate ?? rateOf(model),
      weightDecay: weightDecay ?? each.weightDecay,
      limit: limit ?? each.limit,
    }),
  );
  const told = made.map((recipe) => JSON.stringify(recipe));
  return made.filter((_, i) => told.indexOf(told[i]!) === i);
}

const names: Readonly<Record<Trained, ModelName>> = {
  'gfgn-graph': 'gfgnGraph',
  'gfgn-neighbor': 'gfgnNeighbor',
  'gfgn-pair': 'gfgnPair',
  gcn: 'gcn',
  sgc: 'sgc',
  gat: 'gat',
  mlp: 'mlp',
  'gat-sep': 'gatSep',
  sage: 'sage',
  'sage-max': 'sageMax',
  gin: 'gin',
  'graph-transformer': 'graphTransformer',
  'gpr-gnn': 'gprGnn',
  h2gcn: 'h2gcn',
  fagcn: 'fagcn',
  mixhop: 'mixHop',
  linkx: 'linkx',
  // One linear layer, on a graph without edges: what `sgc` smooths is then each node alone.
  logistic: 'sgc',
};

/** What the library calls a model. */
export const libraryName = (model: Trained): ModelName => names[model];

const titles: Readonly<Record<Trained | 'majority', string>> = {
  'gfgn-graph': 'GFGN, a score for each dimension',
  'gfgn-neighbor': 'GFGN, scores for each node',
  'gfgn-pair': 'GFGN, scores for each edge',
  gcn: 'GCN',
  sgc: 'SGC',
  gat: 'GAT',
  mlp: 'MLP, no edges',
  'gat-sep': 'GAT beside own columns',
  sage: 'GraphSAGE, means',
  'sage-max': 'GraphSAGE, maxima',
  gin: 'GIN',
  'graph-transformer': 'graph transformer',
  'gpr-gnn': 'GPR-GNN',
  h2gcn: 'H2GCN',
  fagcn: 'FAGCN',
  mixhop: 'MixHop',
  linkx: 'LINKX',
  logistic: 'logistic regression, no edges',
  majority: 'the most frequent class',
};

/** What a person calls a model, or what is always the same answer. */
export function titleOf(model: Trained | 'majority', task: TaskName): string {
  if (task === 'regression' && model === 'logistic') return 'linear regression, no edges';
  if (task === 'regression' && model === 'majority') return 'the mean of the training nodes';
  return task === 'multilabel' && model === 'majority' ? 'each label as it is mostly' : titles[model];
}
