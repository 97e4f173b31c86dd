import {
  type AnyNodeLayer,
  eachNode,
  fagcnPropagation,
  gprPropagation,
  h2gcnPropagation,
  type LayerKind,
  type ModelName,
  nodeDense,
  nodeDropout,
  nodeSequence,
  residualNetwork,
} from '@unbraid/gfgn';
import { activation } from '@unbraid/nn';

/** What a network is built with. */
export interface NetworkShape {
  readonly inputs: number;
  readonly outputs: number;
  /** Width of every layer between. */
  readonly hidden: number;
  /** Residual blocks. */
  readonly depth: number;
  readonly dropout: number;
}

/** A model of the comparison: one by name, whose two layers and dropout `fit` makes itself, or a network. */
export type Contender = { readonly name: ModelName } | { readonly network: (shape: NetworkShape) => AnyNodeLayer };

/** Of layers whose trees of parameters are of any type. */
const sequence = nodeSequence as unknown as (layers: readonly AnyNodeLayer[]) => AnyNodeLayer;

/** Heads of attention, as in the protocol. */
const HEADS = 8;

/** The network of Platonov et al. (2023, arXiv 2302.11640, Section 4) with such a layer in its blocks. */
const inBlocks = (layer: LayerKind) => ({
  network: (shape: NetworkShape): AnyNodeLayer => residualNetwork({ ...shape, layer, heads: HEADS }),
});

/** Dropout, a linear map and ReLU, and dropout: what models made for such graphs begin with. */
const embedding = ({ inputs, hidden, dropout }: NetworkShape): AnyNodeLayer[] => [
  nodeDropout(dropout),
  nodeDense(inputs, hidden),
  eachNode(activation('relu')),
  nodeDropout(dropout),
];

/** Rounds of H2GCN, which leave own features and those of one and of two steps in each round side by side. */
const H2GCN_ROUNDS = 2;
const H2GCN_PARTS = 2 ** (H2GCN_ROUNDS + 1) - 1;

/** Models made for graphs whose neighbours differ: Zhu et al. 2020, arXiv 2006.11468; Chien et al. 2021, arXiv 2006.07988; Bo et al. 2021, arXiv 2101.00797. */
const specialized = {
  h2gcn: {
    network: (shape: NetworkShape) =>
      sequence([
        ...embedding(shape),
        h2gcnPropagation(shape.hidden, H2GCN_ROUNDS) as AnyNodeLayer,
        nodeDense(H2GCN_PARTS * shape.hidden, shape.outputs),
      ]),
  },
  gprGnn: {
    network: (shape: NetworkShape) =>
      sequence([...embedding(shape), nodeDense(shape.hidden, shape.outputs), gprPropagation() as AnyNodeLayer]),
  },
  fagcn: {
    network: (shape: NetworkShape) =>
      sequence([
        ...embedding(shape),
        fagcnPropagation(shape.hidden, { steps: shape.depth }) as unknown as AnyNodeLayer,
        nodeDense(shape.hidden, shape.outputs),
      ]),
  },
} satisfies Readonly<Record<string, Contender>>;

/**
 * The models that are compared, in the order of tables: what sees no edges, standard ones, those made for such graphs, GFGN as its paper has it, GFGN in the same
 * blocks as the standard ones.
 */
export const contenders = {
  mlp: { name: 'mlp' },
  resnet: inBlocks('mlp'),
  gcn: inBlocks('gcn'),
  sage: inBlocks('sage'),
  gat: inBlocks('gat'),
  gatSep: inBlocks('gatSep'),
  graphTransformer: inBlocks('graphTransformer'),
  ...specialized,
  gfgnGraph: { name: 'gfgnGraph' },
  gfgnNeighbor: { name: 'gfgnNeighbor' },
  gfgnPair: { name: 'gfgnPair' },
  gfgnGraphResidual: inBlocks('gfgnGraph'),
  gfgnNeighborResidual: inBlocks('gfgnNeighbor'),
  gfgnPairResidual: inBlocks('gfgnPair'),
} satisfies Readonly<Record<string, Contender>>;

/** One of `contenderNames`. */
export type ContenderName = keyof typeof contenders;
/** Names of the models that are compared. */
export const contenderNames = Object.keys(contenders) as [ContenderName, ...ContenderName[]];

/** What each is, for descriptions. */
export const contenderTitles: Readonly<Record<ContenderName, string>> = {
  mlp: 'an MLP of two layers, which sees no edges',
  resnet: 'residual blocks without edges',
  gcn: 'GCN in residual blocks',
  sage: 'GraphSAGE with means in residual blocks',
  gat: 'GAT in residual blocks',
  gatSep: 'GAT beside own features in residual blocks',
  graphTransformer: 'the graph transformer in residual blocks',
  h2gcn: 'H2GCN',
  gprGnn: 'GPR-GNN',
  fagcn: 'FAGCN',
  gfgnGraph: 'GFGN of two layers with gates of the graph',
  gfgnNeighbor: 'GFGN of two layers with gates of nodes',
  gfgnPair: 'GFGN of two layers with gates of edges',
  gfgnGraphResidual: 'GFGN with gates of the graph in residual blocks',
  gfgnNeighborResidual: 'GFGN with gates of nodes in residual blocks',
  gfgnPairResidual: 'GFGN with gates of edges in residual blocks',
};
