import { type BlockModel, blockModel, undirected, withRandomEdges } from '@unbraid/data';
import { type Csr, createRandom, rowOfEntries } from '@unbraid/kernels';
import type { Drawing } from './drawing.ts';
import { DIMENSIONS, drawnGraph, type GraphInput, presets } from './model-settings.ts';

type Edges = readonly (readonly [lower: number, higher: number])[];

/** A graph as it is trained on. */
export interface DemoGraph {
  readonly adjacency: Csr;
  /** Its edges, each once, the lower node first; and those without the random ones. */
  readonly edges: Edges;
  readonly quietEdges: Edges;
  readonly features: { readonly data: Float32Array; readonly rows: number; readonly cols: number };
  readonly labels: Int32Array;
  readonly classes: number;
  /** Nodes that weren't added by hand. */
  readonly own: number;
  /** Values of each group's attribute. */
  readonly attributes: readonly Int32Array[];
  /** The part of the edges, random ones included, between nodes of one value, for each dimension. */
  readonly homophily: Float64Array;
}

export function graphOf({ preset, noise, drawing, seed }: GraphInput): DemoGraph {
  const random = createRandom(seed);
  const { homophily } = presets[preset];
  const model = blockModel({ ...drawnGraph, homophily, random: random.split('graph') });
  const { features, labels, attributes } = withNodes(model, drawing, seed);
  const quiet = withEdges(model.adjacency, labels.length, drawing.edges);
  const adjacency = withRandomEdges(quiet, noise, random.split('noise'));
  const edges = edgesOf(adjacency);
  const shares = attributes.map((values) => sameShare(edges, values));
  return {
    ...{ adjacency, edges, quietEdges: edgesOf(quiet), features, labels, attributes },
    classes: drawnGraph.classes,
    own: drawnGraph.nodes,
    homophily: Float64Array.from({ length: DIMENSIONS }, (_, d) => shares[Math.floor(d / drawnGraph.dimensions)]!),
  };
}

/** A node drawn by hand has the attributes of a node of its class, and features drawn around the means of their values. */
function withNodes(model: BlockModel, { nodes }: Drawing, seed: number) {
  const { data, cols } = model.features;
  const count = drawnGraph.nodes + nodes.length;
  const features = { data: new Float32Array(count * cols), rows: count, cols };
  features.data.set(data);
  const labels = Int32Array.from({ length: count }, (_, i) => model.labels[i] ?? nodes[i - drawnGraph.nodes]!.label);
  const attributes = model.attributes.map((values) => Int32Array.from({ length: count }, (_, i) => values[i] ?? 0));
  for (const [k, { label }] of nodes.entries()) {
    const at = drawnGraph.nodes + k;
    const random = createRandom(seed).split(`node ${k}`);
    const alike = [...model.labels.keys()].filter((i) => model.labels[i] === label);
    const donor = alike[random.int(alike.length)]!;
    const row = random.normal(features.data.subarray(at * cols, (at + 1) * cols));
    for (const values of attributes) values[at] = values[donor]!;
    for (let d = 0; d < cols; d++) row[d]! += meanOf(model, d, donor);
  }
  return { features, labels, attributes };
}

/** The mean of a dimension over the nodes that have a node's value of its attribute. */
function meanOf({ features, attributes }: BlockModel, dimension: number, node: number): number {
  const { data, cols } = features;
  const values = attributes[Math.floor(dimension / drawnGraph.dimensions)]!;
  let [sum, count] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (value !== values[node]) continue;
    sum += data[i * cols + dimension]!;
    count++;
  }
  return sum / count;
}

/** An edge that is there already stays one. */
function withEdges(adjacency: Csr, nodes: number, added: Drawing['edges']): Csr {
  const sources = [...rowOfEntries(adjacency), ...added.map(([from]) => from)];
  const targets = [...adjacency.columns, ...added.map(([, to]) => to)];
  return undirected(nodes, sources, targets).adjacency;
}

/** Each edge once, the lower node first. */
export function edgesOf({ rows, starts, columns }: Csr): Edges {
  return Array.from({ length: rows }, (_, i) =>
    [...columns.subarray(starts[i]!, starts[i + 1]!)].filter((j) => j > i).map((j) => [i, j] as const),
  ).flat();
}

/** The part of the edges whose ends have one value. */
const sameShare = (edges: Edges, values: Int32Array): number =>
  edges.filter(([i, j]) => values[i] === values[j]).length / edges.length;
