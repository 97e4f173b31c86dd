import { withDice, withFeatureNoise, withRandomEdges } from '@unbraid/data';
import type { NodeGraph } from '@unbraid/gfgn';
import type { Random } from '@unbraid/kernels';

/** Ways to spoil a graph. */
export const noiseKinds = ['edges', 'dice', 'features'] as const;
/** One of `noiseKinds`. */
export type NoiseKind = (typeof noiseKinds)[number];

interface Kind {
  /** Levels that there are unless others are asked for. */
  readonly levels: readonly number[];
  /** Of a level, for titles. */
  readonly unit: string;
  readonly title: string;
  /** A graph at a level, from a stream that is the same for all levels. */
  spoil(graph: NodeGraph, level: number, random: Random): NodeGraph;
}

const percent = (level: number): string => `${Math.round(1000 * level) / 10}%`;

export const kinds: Readonly<Record<NoiseKind, Kind>> = {
  edges: {
    levels: [0, 0.25, 0.5, 1, 1.5, 2],
    unit: 'random edges as a part of the graph’s own',
    title: 'as random edges are added',
    spoil: (graph, level, random) => ({ ...graph, adjacency: withRandomEdges(graph.adjacency, level, random) }),
  },
  dice: {
    levels: [0, 0.05, 0.1, 0.2, 0.4],
    unit: 'edges that DICE took away within classes or added between them, as a part of the graph’s own',
    title: 'as DICE attacks its edges',
    spoil: (graph, level, random) => ({ ...graph, adjacency: withDice(graph.adjacency, graph.labels, level, random) }),
  },
  features: {
    levels: [0, 0.5, 1, 2, 4],
    unit: 'normal noise in standard deviations of each feature',
    title: 'as noise is added to its features',
    spoil: (graph, level, random) =>
      level === 0 ? graph : { ...graph, features: withFeatureNoise(graph.features, level, random) },
  },
};

/** A level as columns and axes name it: a share of edges in percent, noise as a number. */
export const levelName = (kind: NoiseKind, level: number): string =>
  kind === 'features' ? `${level} σ` : percent(level);
