import type { Method } from '../method.ts';
import { graphGrammar } from './flags.ts';

/** `fit gfgn`. */
export const gfgn: Method = {
  name: 'gfgn',
  description: 'classes of the nodes of a graph, from a table of nodes and one of edges (Graph Feature Gating Network)',
  grammar: graphGrammar,
  load: async () => (await import('./experiment.ts')).module,
};
