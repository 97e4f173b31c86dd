import { InputError } from '@unbraid/checks';
import { type Csr, csrFromEntries, type Random, rowOfEntries } from '@unbraid/kernels';

/** How much larger than the mean a part may be. */
const SLACK = 1.1;

/** Rounds over all nodes of one level. */
const ROUNDS = 5;

/** A level on which clusters did not become fewer than this share of its nodes is the last. */
const LEAST_GAIN = 0.95;

/** A graph whose nodes stand for so many nodes each. */
interface Level {
  readonly graph: Csr;
  readonly sizes: Int32Array;
}

/**
 * Parts of a graph with few edges between them: the part of each node, from 0. Clusters of at most 1.1 · nodes / parts grow by size-constrained label propagation, and
 * are contracted to the nodes of a smaller graph on which they grow on (Meyerhenke, Sanders and Schulz 2014); what is left is put into parts, the largest first
 * and each into the smallest. Time is that of some walks over the edges.
 * @param graph symmetric, without self loops; weights tell how much edges count
 * @throws {InputError} `setting`, unless there are at least as many nodes as parts
 */
export function partitionNodes(graph: Csr, parts: number, random: Random): Int32Array {
  if (!(Number.isSafeInteger(parts) && parts >= 1 && parts <= graph.rows))
    throw new InputError(
      'setting',
      `gfgn: ${graph.rows} nodes can't be in ${parts} parts; give at most one for each node`,
    );
  const limit = Math.max(1, Math.floor((SLACK * graph.rows) / parts));
  let level: Level = { graph, sizes: new Int32Array(graph.rows).fill(1) };
  let clusterOf = Int32Array.from({ length: graph.rows }, (_, i) => i);
  for (let depth = 0; level.graph.rows > parts; depth++) {
    const { labels, count } = numbered(propagate(level, limit, random.split(depth)));
    if (count > LEAST_GAIN * level.graph.rows) break;
    clusterOf = clusterOf.map((cluster) => labels[cluster]!);
    level = contract(level, labels, count);
  }
  const partOf = pack(level.sizes, parts);
  return clusterOf.map((cluster) => partOf[cluster]!);
}

/** Each node goes to the neighbouring cluster that it has the heaviest edges to and that has room for it, round after round. */
function propagate({ graph, sizes }: Level, limit: number, random: Random): Int32Array {
  const { rows, starts, columns, values } = graph;
  const labels = Int32Array.from({ length: rows }, (_, i) => i);
  const loads = sizes.slice();
  const weightTo = new Float64Array(rows);
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of random.split(round).permutation(rows)) {
      const own = labels[node]!;
      for (let e = starts[node]!; e < starts[node + 1]!; e++) weightTo[labels[columns[e]!]!]! += values[e]!;
      let best = own;
      for (let e = starts[node]!; e < starts[node + 1]!; e++) {
        const label = labels[columns[e]!]!;
        if (weightTo[label]! > weightTo[best]! && loads[label]! + sizes[node]! <= limit) best = label;
      }
      for (let e = starts[node]!; e < starts[node + 1]!; e++) weightTo[labels[columns[e]!]!] = 0;
      loads[own]! -= sizes[node]!;
      loads[best]! += sizes[node]!;
      labels[node] = best;
    }
  }
  return labels;
}

/** The same clusters, called 0, 1, … */
function numbered(labels: Int32Array): { labels: Int32Array; count: number } {
  const numbers = new Int32Array(labels.length).fill(-1);
  let count = 0;
  const renamed = labels.map((label) => {
    if (numbers[label] === -1) numbers[label] = count++;
    return numbers[label]!;
  });
  return { labels: renamed, count };
}

/** A node for each cluster, and the edges between clusters added up. */
function contract({ graph, sizes }: Level, labels: Int32Array, count: number): Level {
  const own = rowOfEntries(graph);
  const across = own.map((_, e) => e).filter((e) => labels[own[e]!] !== labels[graph.columns[e]!]);
  const merged = new Int32Array(count);
  for (const [node, size] of sizes.entries()) merged[labels[node]!]! += size;
  const smaller = csrFromEntries(count, count, {
    rows: across.map((e) => labels[own[e]!]!),
    columns: across.map((e) => labels[graph.columns[e]!]!),
    values: Float32Array.from(across, (e) => graph.values[e]!),
  });
  return { graph: smaller, sizes: merged };
}

/** Puts things of sizes into parts, the largest first, each into the part that is smallest then. */
function pack(sizes: Int32Array, parts: number): Int32Array {
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const partOf = new Int32Array(sizes.length);
  // A heap of parts by their loads: the smallest is at its top.
  const loads = new Float64Array(parts);
  const heap = Int32Array.from({ length: parts }, (_, part) => part);
  const isLess = (a: number, b: number) =>
    loads[heap[a]!]! < loads[heap[b]!]! || (loads[heap[a]!] === loads[heap[b]!] && heap[a]! < heap[b]!);
  for (const each of order) {
    const part = heap[0]!;
    partOf[each] = part;
    loads[part]! += sizes[each]!;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < parts && isLess(left, least)) least = left;
      if (right < parts && isLess(right, least)) least = right;
      if (least === at) break;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
  return partOf;
}
