import type { ModelName } from '@unbraid/gfgn';
import type { Drawing } from './drawing.ts';

/** What is compared, in the order in which it is trained. */
export const models = ['gfgnGraph', 'gcn', 'mlp'] as const satisfies readonly ModelName[];
export type Compared = (typeof models)[number];

/** Splits of the nodes into those to learn from, to choose by and to test on; results are means over them. */
export const SPLITS = 3;

/** λ = 1: from no smoothing to that of a GCN. */
export const training = {
  ...{ hidden: 16, dropout: 0.2, limit: 1, learningRate: 0.02, weightDecay: 0, epochs: 100 },
} as const;

/** Random edges, in parts of those that there are, at which the accuracies are drawn. */
export const LEVELS = [0, 0.5, 1, 1.5, 2] as const;

/** Homophily of each group of feature dimensions: the part of the edges between nodes of one value; of two values chance gives a half. */
export const presets = {
  mixed: { label: 'Alike in some features', homophily: [0.9, 0.65, 0.4] },
  alike: { label: 'Alike in all', homophily: [0.9, 0.85, 0.8] },
  unlike: { label: 'Unlike in all', homophily: [0.3, 0.2, 0.1] },
} as const;
export type Preset = keyof typeof presets;

export const drawnGraph = { nodes: 160, dimensions: 2, values: 2, classes: 2, degree: 8 } as const;
export const DIMENSIONS = presets.mixed.homophily.length * drawnGraph.dimensions;

export interface GraphInput {
  readonly preset: Preset;
  /** Random edges that are added, as a part of those that there are. */
  readonly noise: number;
  readonly drawing: Drawing;
  readonly seed: number;
}
