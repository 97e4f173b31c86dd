import { InputError } from '@unbraid/checks';
import { checkCsr } from '@unbraid/kernels';
import { edgeFeaturesOf } from '../node-graph.ts';
import { pairsOf } from './pairs.ts';
import type { LinkSplit, Links } from './split-links.ts';

const WHO = 'gfgn: fitLinks';
const PARTS = ['adjacency', 'all', 'train', 'validation', 'test'] as const satisfies readonly (keyof LinkSplit)[];

/**
 * Edges by what they are used for, checked.
 * @throws {InputError} `data`, for parts that are missing, matrices that are none or of other nodes, ends that are no nodes, nothing to learn from, and
 * parts held out that have pairs of one kind only
 */
export function linksOf(given: LinkSplit): LinkSplit {
  const parts = (given ?? {}) as Partial<LinkSplit>;
  const missing = PARTS.find((part) => typeof parts[part] !== 'object' || parts[part] === null);
  if (missing) throw new InputError('data', `${WHO} takes links as splitLinks gives them; links.${missing} is missing`);
  const adjacency = checkCsr(given.adjacency, `${WHO}'s links.adjacency`);
  const all = checkCsr(given.all, `${WHO}'s links.all`);
  const nodes = adjacency.rows;
  if (all.rows !== nodes || all.cols !== nodes)
    throw new InputError(
      'data',
      `${WHO}'s links.all is ${all.rows} × ${all.cols}, links.adjacency has ${nodes} nodes; both are of the same nodes`,
    );
  const train = pairsOf('links.train', given.train, nodes);
  if (train.from.length === 0)
    throw new InputError('data', `${WHO}'s links.train is empty; give at least one edge to learn from`);
  const edgeFeatures = edgeFeaturesOf({ adjacency, edgeFeatures: given.edgeFeatures });
  const held = (part: 'validation' | 'test') => heldOut(part, given[part], nodes);
  return { adjacency, edgeFeatures, all, train, validation: held('validation'), test: held('test') };
}

/** ROC AUC is of pairs with an edge and of pairs without. */
function heldOut(part: string, { positive, negative }: Links, nodes: number): Links {
  const links = {
    positive: pairsOf(`links.${part}.positive`, positive, nodes),
    negative: pairsOf(`links.${part}.negative`, negative, nodes),
  };
  const [edges, none] = [links.positive.from.length, links.negative.from.length];
  if (edges > 0 === none > 0) return links;
  throw new InputError(
    'data',
    `${WHO}'s links.${part} has ${edges} pairs with an edge and ${none} without; give some of both, or none`,
  );
}
