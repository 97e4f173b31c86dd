import type { Random } from '@unbraid/kernels';
import type { GraphData } from './graph-data.ts';
import { undirected } from './undirected.ts';

export interface BlockModelOptions {
  readonly nodes: number;
  /**
   * The homophily of each group of feature dimensions: the part of edges between nodes that have the same value of the group's attribute, above 0
   * and below 1. 1 / `values` is what chance gives: above it a dimension is homophilous, below heterophilous.
   */
  readonly homophily: readonly number[];
  /** Feature dimensions of each group. Default 8. */
  readonly dimensions?: number;
  /** Values that an attribute takes. Default 4. */
  readonly values?: number;
  /** Mean number of edges of a node. Default 10. */
  readonly degree?: number;
  /** Distance of the means of features from zero, in standard deviations of their noise. Default 1. */
  readonly signal?: number;
  readonly classes?: number;
  readonly random: Random;
}

export interface BlockModel extends GraphData {
  /** The homophily of each feature dimension, as asked for. */
  readonly homophily: Float32Array;
  /** The part of the edges that was drawn within equal values, for each group. */
  readonly drawn: Float32Array;
}

/**
 * A contextual stochastic block model with several attributes. Each node has a value of each attribute, drawn evenly; an edge's chance is the
 * product over attributes of h_k where its ends have the same value and (1 − h_k) / (values − 1) where not; a feature dimension of group k is normal
 * around a mean that the node's value of attribute k has in it. The class is the one of the largest sum of random votes, one from each
 * attribute and of the same size for all, so that every dimension tells of it and none is enough. Deshpande et al. (2018) have one attribute.
 *
 * @throws RangeError for a setting out of range.
 */
export function blockModel(options: BlockModelOptions): BlockModel {
  const { nodes, homophily, dimensions = 8, values = 4, degree = 10, signal = 1, classes = 4, random } = options;
  check({ nodes, dimensions, values, classes });
  const wrong = homophily.find((h) => !(h > 0 && h < 1));
  if (homophily.length === 0 || wrong !== undefined)
    throw new RangeError(`data: homophily is ${wrong ?? 'empty'}; a list of numbers above 0 and below 1 is needed`);
  if (!(degree >= 0 && degree < nodes))
    throw new RangeError(`data: degree is ${degree}; it must be at least 0 and below the number of nodes, ${nodes}`);
  const attributes = homophily.map((_, k) => drawInts(nodes, values, random.split(`attribute ${k}`)));
  const edges = drawEdges(attributes, homophily, values, Math.round((nodes * degree) / 2), random.split('edges'));
  const { adjacency, report } = undirected(nodes, edges.sources, edges.targets, 'the block model');
  const drawn = Float32Array.from(
    attributes,
    (a) => edges.sources.filter((s, e) => a[s] === a[edges.targets[e]!]).length / edges.sources.length,
  );
  return {
    name: 'block model',
    adjacency,
    features: drawFeatures(attributes, { dimensions, values, signal, random }),
    labels: drawLabels(attributes, values, classes, random.split('votes')),
    classes,
    report,
    homophily: Float32Array.from(
      { length: homophily.length * dimensions },
      (_, d) => homophily[Math.floor(d / dimensions)]!,
    ),
    drawn,
  };
}

function check(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    const least = name === 'dimensions' ? 1 : 2;
    if (!(Number.isInteger(count) && count >= least))
      throw new RangeError(`data: ${name} is ${count}; a whole number of at least ${least} is needed`);
  }
}

const drawInts = (count: number, below: number, random: Random) =>
  Int32Array.from({ length: count }, () => random.int(below));

/** Different pairs of nodes, by rejection. */
function drawEdges(
  attributes: readonly Int32Array[],
  homophily: readonly number[],
  values: number,
  count: number,
  random: Random,
) {
  const nodes = attributes[0]!.length;
  const chances = homophily.map((h) => ({ same: h, other: (1 - h) / (values - 1) }));
  const most = chances.reduce((product, { same, other }) => product * Math.max(same, other), 1);
  const taken = new Set<number>();
  const [sources, targets]: [number[], number[]] = [[], []];
  while (sources.length < count && taken.size < (nodes * (nodes - 1)) / 2) {
    const [i, j] = [random.int(nodes), random.int(nodes)];
    const pair = Math.min(i, j) * nodes + Math.max(i, j);
    if (i === j || taken.has(pair)) continue;
    const chance = attributes.reduce(
      (product, a, k) => product * (a[i] === a[j] ? chances[k]!.same : chances[k]!.other),
      1,
    );
    if (random.next() * most >= chance) continue;
    taken.add(pair);
    sources.push(i);
    targets.push(j);
  }
  return { sources, targets };
}

interface FeatureOptions {
  readonly dimensions: number;
  readonly values: number;
  readonly signal: number;
  readonly random: Random;
}

function drawFeatures(attributes: readonly Int32Array[], { dimensions, values, signal, random }: FeatureOptions) {
  const [nodes, cols] = [attributes[0]!.length, attributes.length * dimensions];
  const data = random.split('noise').normal(new Float32Array(nodes * cols));
  for (const [k, attribute] of attributes.entries()) {
    // Half of the values on either side in each dimension, so that each dimension has the mean 0 and the same signal.
    const stream = random.split(`means ${k}`);
    for (let d = 0; d < dimensions; d++) {
      const order = stream.permutation(values);
      for (let i = 0; i < nodes; i++)
        data[i * cols + k * dimensions + d]! += order[attribute[i]!]! * 2 < values ? signal : -signal;
    }
  }
  return { data, rows: nodes, cols };
}

function drawLabels(attributes: readonly Int32Array[], values: number, classes: number, random: Random): Int32Array {
  const votes = attributes.map(() => drawVotes(values, classes, random));
  return Int32Array.from({ length: attributes[0]!.length }, (_, i) => {
    const sums = Array.from({ length: classes }, (_, c) =>
      attributes.reduce((sum, a, k) => sum + votes[k]![a[i]! * classes + c]!, 0),
    );
    return sums.indexOf(Math.max(...sums));
  });
}

/**
 * What each value says for each class, [values, classes]: normal, less the means of values and of classes, and of one size: so no class is ahead of the
 * others, and no attribute tells much more of the class than another.
 */
function drawVotes(values: number, classes: number, random: Random): Float64Array {
  const drawn = Float64Array.from(random.normal(new Float32Array(values * classes)));
  const meanOf = (count: number, at: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => drawn[at(i)]!).reduce((sum, vote) => sum + vote, 0) / count;
  const ofValues = Array.from({ length: values }, (_, v) => meanOf(classes, (c) => v * classes + c));
  const ofClasses = Array.from({ length: classes }, (_, c) => meanOf(values, (v) => v * classes + c));
  const whole = meanOf(drawn.length, (i) => i);
  const centred = drawn.map((vote, i) => vote - ofValues[Math.floor(i / classes)]! - ofClasses[i % classes]! + whole);
  const size = Math.hypot(...centred);
  return centred.map((vote) => vote / size);
}
