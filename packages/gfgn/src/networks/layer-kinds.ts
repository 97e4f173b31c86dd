import { InputError } from '@unbraid/checks';
import { gatLayer } from '../layers/gat.ts';
import { gcnLayer } from '../layers/gcn.ts';
import { gfgnGraph } from '../layers/gfgn-graph.ts';
import { gfgnNeighbor } from '../layers/gfgn-neighbor.ts';
import { gfgnPair } from '../layers/gfgn-pair.ts';
import { ginLayer } from '../layers/gin.ts';
import { graphTransformerLayer } from '../layers/graph-transformer.ts';
import { nodeDense } from '../layers/node-dense.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { sageLayer } from '../layers/sage.ts';

/** Layers by the names that networks call them. */
export const layerKinds = [
  'mlp',
  'gcn',
  'sage',
  'sageMax',
  'gat',
  'gatSep',
  'gin',
  'graphTransformer',
  'gfgnGraph',
  'gfgnNeighbor',
  'gfgnPair',
] as const;
/** One of `layerKinds`. */
export type LayerKind = (typeof layerKinds)[number];

/** What layers of a network are told besides their widths. */
export interface LayerSettings {
  /** Of attention. */
  readonly heads: number;
  /** Of attention. */
  readonly dropout: number;
  /** λ of the GFGN layers. */
  readonly limit: number;
  /** Width of the features of edges that attention sees, 0 for none; of `gatSep` and `graphTransformer`. */
  readonly edgeFeatures: number;
}

/** @throws {InputError} `setting`, unless a layer's outputs can be those of so many heads */
function widthOfHead(kind: LayerKind, outputs: number, heads: number): number {
  if (outputs % heads === 0) return outputs / heads;
  throw new InputError(
    'setting',
    `gfgn: ${heads} heads of ${kind} don't divide a width of ${outputs}; give another hidden or heads`,
  );
}

/** A layer by its name. */
export function layerOf(kind: LayerKind, inputs: number, outputs: number, settings: LayerSettings): AnyNodeLayer {
  const { heads, dropout, limit, edgeFeatures } = settings;
  const head = () => widthOfHead(kind, outputs, heads);
  const kinds: Readonly<Record<LayerKind, () => unknown>> = {
    mlp: () => nodeDense(inputs, outputs),
    gcn: () => gcnLayer(inputs, outputs),
    sage: () => sageLayer(inputs, outputs),
    sageMax: () => sageLayer(inputs, outputs, { aggregate: 'max' }),
    gat: () => gatLayer(inputs, head(), heads, { dropout }),
    gatSep: () => gatLayer(inputs, head(), heads, { ego: 'separate', dropout, edgeFeatures }),
    gin: () => ginLayer(inputs, outputs),
    graphTransformer: () => graphTransformerLayer(inputs, head(), heads, { dropout, edgeFeatures }),
    gfgnGraph: () => gfgnGraph(inputs, outputs, { limit }),
    gfgnNeighbor: () => gfgnNeighbor(inputs, outputs, { limit }),
    gfgnPair: () => gfgnPair(inputs, outputs, { limit }),
  };
  return kinds[kind]() as AnyNodeLayer;
}
