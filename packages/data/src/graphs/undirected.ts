import { InputError } from '@unbraid/checks';
import { type Csr, csrFromEntries, entryAt, rowOfEntries } from '@unbraid/kernels';
import type { EdgeReport } from './graph-data.ts';

/** What `undirected` may be told. */
export interface UndirectedOptions {
  /** A weight above 0 for each edge, the same wherever an edge stands again; all 1 where it is left out. */
  readonly weights?: ArrayLike<number>;
  /** Edges are listed at both of their ends, so that the other end's entry repeats nothing. Default false. */
  readonly bothEnds?: boolean;
}

/**
 * The symmetric adjacency matrix of edges given in any direction, once or several times; self loops are left out.
 *
 * @throws InputError for a node out of range and a weight that is not finite and above 0, with the number of the edge, and for an edge of two weights.
 */
export function undirected(
  nodes: number,
  sources: ArrayLike<number>,
  targets: ArrayLike<number>,
  name = 'the graph',
  options: UndirectedOptions = {},
): { adjacency: Csr; report: EdgeReport } {
  checkEdges(nodes, sources, targets, name, options);
  const { weights } = options;
  const open = openEdges(sources, targets);
  const least = open.map((e) => Math.min(sources[e]!, targets[e]!));
  const most = open.map((e) => Math.max(sources[e]!, targets[e]!));
  const once = csrFromEntries(nodes, nodes, { rows: least, columns: most });
  const edges = once.columns.length;
  // Of each edge: how often it stands upwards and downwards, and its weight.
  const [up, down] = [new Int32Array(edges), new Int32Array(edges)];
  const weightOf = new Float32Array(edges);
  for (const [i, e] of open.entries()) {
    const edge = entryAt(once, least[i]!, most[i]!);
    const weight = Math.fround(weights?.[e] ?? 1);
    const seen = up[edge]! + down[edge]! > 0;
    if (seen && weightOf[edge] !== weight)
      throw new InputError(
        'file',
        `data: ${name} gives the edge between ${least[i]} and ${most[i]} the weights ${weightOf[edge]} and ${weight}; give it one`,
      );
    weightOf[edge] = weight;
    (sources[e]! < targets[e]! ? up : down)[edge]!++;
  }
  const listed = options.bothEnds
    ? up.reduce((total, count, edge) => total + Math.max(count, down[edge]!), 0)
    : open.length;
  const report = {
    edges,
    selfLoops: sources.length - open.length,
    repeated: listed - edges,
    oneWay: up.reduce((total, count, edge) => total + Number(count === 0 || down[edge] === 0), 0),
  };
  return { adjacency: mirrored({ ...once, values: weightOf }), report };
}

/** The numbers of the edges that are no self loops. */
function openEdges(sources: ArrayLike<number>, targets: ArrayLike<number>): Int32Array {
  const open = new Int32Array(sources.length);
  let count = 0;
  for (let e = 0; e < sources.length; e++) if (sources[e] !== targets[e]) open[count++] = e;
  return open.subarray(0, count);
}

function checkEdges(
  nodes: number,
  sources: ArrayLike<number>,
  targets: ArrayLike<number>,
  name: string,
  { weights }: UndirectedOptions,
): void {
  if (!(Number.isInteger(nodes) && nodes >= 0 && nodes < 2 ** 31))
    throw new InputError('data', `data: ${name} has ${nodes} nodes; a whole number from 0 to ${2 ** 31 - 1} is needed`);
  for (const list of [targets, ...(weights ? [weights] : [])]) {
    if (list.length !== sources.length)
      throw new InputError('data', `data: ${name} has ${sources.length} sources for ${list.length} of their edges`);
  }
  for (let e = 0; e < sources.length; e++) {
    for (const node of [sources[e]!, targets[e]!]) {
      if (!(Number.isInteger(node) && node >= 0 && node < nodes))
        throw new InputError(
          'data',
          `data: edge ${e} of ${name} has the node ${node}; its nodes are 0 to ${nodes - 1}`,
        );
    }
    const weight = Math.fround(weights?.[e] ?? 1);
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY))
      throw new InputError(
        'data',
        `data: edge ${e} of ${name}, from ${sources[e]} to ${targets[e]}, has the weight ${weights![e]}; a float32 above 0 is needed`,
      );
  }
}

/** An upper triangle and its mirror image. */
function mirrored(upper: Csr): Csr {
  const { rows, columns, values } = upper;
  const row = rowOfEntries(upper);
  const joined = (a: Int32Array, b: Int32Array) => {
    const both = new Int32Array(2 * a.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };
  const twice = new Float32Array(2 * values.length);
  twice.set(values);
  twice.set(values, values.length);
  return csrFromEntries(rows, rows, { rows: joined(row, columns), columns: joined(columns, row), values: twice });
}
