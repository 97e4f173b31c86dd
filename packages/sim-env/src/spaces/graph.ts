import { EnvError } from '../env-error.ts';
import { type Batched, batch, countOf, elementOf } from './batch.ts';
import { checkNoMask } from './choices.ts';
import { describeValue } from './describe-value.ts';
import type { MaskLike } from './mask.ts';
import { createSampler, seedParts } from './sampler.ts';
import { checkSpace, type Space } from './space.ts';
import type { SpaceOf } from './space-of.ts';

/** Graphs of any size: an element of one space for each node, and of another for each edge. */
export interface Graph<N extends Space = Space, E extends Space | null = Space | null>
  extends SpaceOf<GraphValue<N, E>> {
  readonly type: 'Graph';
  readonly nodeSpace: N;
  /** null: there are no edges. */
  readonly edgeSpace: E;
  /** A graph of `numNodes` nodes (default 10) and `numEdges` edges (default any number that fewer than all ordered pairs are). */
  sample(mask?: MaskLike, numNodes?: number, numEdges?: number): GraphValue<N, E>;
}

/** Elements of a Graph. */
export type GraphValue<N extends Space, E extends Space | null> = GraphInstance<
  Batched<N>,
  E extends Space ? Batched<E> : never
>;

/** One graph, as Gymnasium's of the same name. Nodes and edges stand together as `batch` makes them. */
export interface GraphInstance<Nodes = unknown, Edges = unknown> {
  readonly nodes: Nodes;
  /** null where there are no edges. */
  readonly edges: Edges | null;
  /** From which node to which, counted from 0: two entries for each edge, in its order. null where there are no edges. */
  readonly edgeLinks: Int32Array | null;
}

const KEYS = ['nodes', 'edges', 'edgeLinks'] as const;

/** Nodes of a sample: Gymnasium's choice. */
const NODES = 10;

/** @throws EnvError for what is no space, and for one without entries, whose elements cannot be counted */
export function graph<N extends Space, E extends Space | null = null>(nodeSpace: N, edgeSpace?: E): Graph<N, E> {
  const edgesOf = (edgeSpace ?? null) as E;
  for (const [name, space] of [
    ['node', nodeSpace],
    ['edge', edgesOf],
  ] as const) {
    if (name === 'edge' && space === null) continue;
    checkSpace(`graph: the space of ${name}s`, space);
    if (countOf(space!, batch(space!, [])) === undefined)
      throw new EnvError('setting', `sim-env: graph: ${name}s of a ${space!.type} without entries cannot be counted`);
  }
  const { random, seed } = createSampler();
  const parts: readonly Space[] = edgesOf === null ? [nodeSpace] : [nodeSpace, edgesOf];

  function violation(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null || !KEYS.every((key) => Object.hasOwn(value, key)))
      return `expected ${KEYS.join(', ')}, got ${describeValue(value)}`;
    const { nodes, edges, edgeLinks } = value as GraphInstance;
    const wrongNodes = batchViolation(nodeSpace, nodes, 'nodes');
    if (wrongNodes !== undefined) return wrongNodes;
    if (edges === null && edgeLinks === null) return undefined;
    if (edgesOf === null) return 'there are edges, but no space of edges';
    return (
      batchViolation(edgesOf, edges, 'edges') ??
      linkViolation(edgeLinks, countOf(edgesOf, edges)!, countOf(nodeSpace, nodes)!)
    );
  }

  function sample(mask: MaskLike, numNodes = NODES, numEdges?: number): GraphValue<N, E> {
    checkNoMask('Graph', mask);
    checkCount('numNodes', numNodes, 1);
    checkCount('numEdges', numEdges ?? 0, 0);
    const nodes = Array.from({ length: numNodes }, () => nodeSpace.sample());
    const count = edgesOf === null ? 0 : (numEdges ?? random().int(Math.max(1, numNodes * (numNodes - 1))));
    if (count === 0) return { nodes: batch(nodeSpace, nodes), edges: null, edgeLinks: null } as GraphValue<N, E>;
    const edges = Array.from({ length: count }, () => edgesOf!.sample());
    const edgeLinks = Int32Array.from({ length: 2 * count }, () => random().int(numNodes));
    return { nodes: batch(nodeSpace, nodes), edges: batch(edgesOf!, edges), edgeLinks } as GraphValue<N, E>;
  }

  return {
    type: 'Graph',
    nodeSpace,
    edgeSpace: edgesOf,
    sample,
    seed(own) {
      seed(own);
      seedParts(parts, own);
    },
    violation,
    contains: (value): value is GraphValue<N, E> => violation(value) === undefined,
    toJSON: () => ({ type: 'Graph', node_space: nodeSpace.toJSON(), edge_space: edgesOf?.toJSON() ?? null }),
  };
}

function batchViolation(space: Space, batched: unknown, name: string): string | undefined {
  const count = countOf(space, batched);
  if (count === undefined) return `${name}: expected elements that stand together, got ${describeValue(batched)}`;
  for (let i = 0; i < count; i++) {
    const wrong = space.violation(elementOf(space, batched, i));
    if (wrong !== undefined) return `${name}: element ${i}: ${wrong}`;
  }
  return undefined;
}

function linkViolation(links: unknown, edges: number, nodes: number): string | undefined {
  if (!(links instanceof Int32Array) || links.length !== 2 * edges)
    return `edgeLinks: expected an Int32Array of ${2 * edges}, two entries for each edge, got ${describeValue(links)}`;
  const i = links.findIndex((node) => node < 0 || node >= nodes);
  return i < 0 ? undefined : `edgeLinks: entry ${i} is ${links[i]}, not from 0 to ${nodes - 1}`;
}

function checkCount(name: string, count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new EnvError('setting', `sim-env: graph: ${name} is an integer, ${least} or more, got ${describeValue(count)}`);
}
