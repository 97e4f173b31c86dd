import type { ModelName } from '@unbraid/gfgn';

/** The models that the paper's tables compare, for which settings were searched. */
export const comparedModels = [
  'mlp',
  'gcn',
  'sgc',
  'gat',
  'gfgnGraph',
  'gfgnNeighbor',
  'gfgnPair',
] as const satisfies readonly ModelName[];
/** One of `comparedModels`. */
export type ComparedModel = (typeof comparedModels)[number];
