import { checkSettings, count, finite, having, InputError, integer } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';
import { Matrix as MlMatrix, SingularValueDecomposition } from 'ml-matrix';
import * as z from 'zod';
import type { Matrix } from '../matrix.ts';
import { drawEdges } from './block-model-edges.ts';
import type { GraphData } from './graph-data.ts';
import { undirected } from './undirected.ts';

/** What `blockModel` draws. */
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
  /** Mean number of edges of a node, above 0. Default 10. */
  readonly degree?: number;
  /** Distance of the means of features from zero, in standard deviations of their noise. Default 1. */
  readonly signal?: number;
  readonly classes?: number;
  readonly random: Random;
}

/** A graph that was drawn, and what is true of it. */
export interface BlockModel extends GraphData {
  readonly features: Matrix;
  /** The homophily of each feature dimension, as asked for. */
  readonly homophily: Float32Array;
  /** The part of the edges that was drawn within equal values, for each group. */
  readonly drawn: Float32Array;
  /** The value of each node, for each group's attribute. */
  readonly attributes: readonly Int32Array[];
}

/**
 * A contextual stochastic block model with several attributes. Each node has a value of each attribute, drawn evenly; an edge's chance is the
 * product over attributes of h_k where its ends have the same value and (1 − h_k) / (values − 1) where not; a feature dimension of group k is normal
 * around a mean that the node's value of attribute k has in it. The class is the one of the largest sum of random votes, one from each
 * attribute and of the same size for all, so that every dimension tells of it and none is enough. Deshpande et al. (2018) have one attribute.
 *
 * @throws InputError for a setting out of range, for no edges, for more than 2^24 of them, and for more than 2^20 values times classes.
 */
export function blockModel(options: BlockModelOptions): BlockModel {
  const settings = checkSettings('data: blockModel', schema, options);
  const { nodes, homophily, dimensions, values, signal, classes, random } = settings;
  const edgeCount = countEdges(settings);
  const attributes = homophily.map((_, k) => drawInts(nodes, values, random.split(`attribute ${k}`)));
  const edges = drawEdges({ attributes, homophily, values, count: edgeCount, random });
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
    notes: [],
    homophily: Float32Array.from(
      { length: homophily.length * dimensions },
      (_, d) => homophily[Math.floor(d / dimensions)]!,
    ),
    drawn,
    attributes,
  };
}

const schema = z.object({
  nodes: integer({ min: 2, max: 2 ** 26 }),
  homophily: z
    .array(finite({ above: 0, below: 1 }), 'a list of numbers above 0 and below 1')
    .min(1, 'a list of numbers'),
  dimensions: count().default(8),
  values: integer({ min: 2, max: 2 ** 16 }).default(4),
  degree: finite({ above: 0 }).default(10),
  signal: finite().default(1),
  classes: integer({ min: 2, max: 2 ** 16 }).default(4),
  random: having<Random>('a random stream', 'split', 'int'),
});

/** Votes of an attribute, values times classes, whose rotation doesn't take too long. */
const MOST_VOTES = 2 ** 20;

/** A set of pairs takes no more. */
const MOST_EDGES = 2 ** 24 - 1;

function countEdges({ nodes, degree, homophily, dimensions, values, classes }: z.output<typeof schema>): number {
  if (!(degree < nodes))
    throw new InputError('setting', `data: degree is ${degree}; it must be below the number of nodes, ${nodes}`);
  const edges = Math.round((nodes * degree) / 2);
  if (edges === 0)
    throw new InputError('setting', `data: ${nodes} nodes of degree ${degree} have no edge; give a higher degree`);
  if (edges > MOST_EDGES)
    throw new InputError(
      'limit',
      `data: ${nodes} nodes of degree ${degree} have ${edges} edges; up to ${MOST_EDGES} are drawn`,
    );
  if (values * classes > MOST_VOTES)
    throw new InputError(
      'limit',
      `data: ${values} values of ${classes} classes are ${values * classes} votes; up to ${MOST_VOTES} are drawn`,
    );
  const entries = nodes * homophily.length * dimensions;
  if (entries < 2 ** 31) return edges;
  throw new InputError(
    'limit',
    `data: ${entries} features of ${nodes} nodes are too many; up to ${2 ** 31 - 1} are drawn`,
  );
}

const drawInts = (count: number, below: number, random: Random) =>
  Int32Array.from({ length: count }, () => random.int(below));

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
 * What each value says for each class, [values, classes], less the means of values and of classes, so that no class is ahead of the others. A random rotation, of one
 * size: all singular values but those of the means are the same, so that any two halves of the values differ in their votes by as much as any other two, no feature
 * dimension tells much more of the class than another, and no attribute does.
 */
function drawVotes(values: number, classes: number, random: Random): Float64Array {
  const drawn = Float64Array.from(random.normal(new Float32Array(values * classes)));
  const meanOf = (count: number, at: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => drawn[at(i)]!).reduce((sum, vote) => sum + vote, 0) / count;
  const ofValues = Array.from({ length: values }, (_, v) => meanOf(classes, (c) => v * classes + c));
  const ofClasses = Array.from({ length: classes }, (_, c) => meanOf(values, (v) => v * classes + c));
  const whole = meanOf(drawn.length, (i) => i);
  const centred = drawn.map((vote, i) => vote - ofValues[Math.floor(i / classes)]! - ofClasses[i % classes]! + whole);
  return unitSize(rotationNear(centred, classes));
}

const unitSize = (votes: Float64Array): Float64Array => {
  const size = norm(votes);
  return votes.map((vote) => vote / size);
};

/** The Euclidean norm, by the steps of V8's `Math.hypot`: that takes no list of any length, and other engines round it otherwise. */
function norm(list: Float64Array): number {
  const most = list.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  if (most === 0) return 0;
  // Kahan's summation.
  let [sum, lost] = [0, 0];
  for (const value of list) {
    const square = (Math.abs(value) / most) ** 2 - lost;
    const next = sum + square;
    lost = next - sum - square;
    sum = next;
  }
  return Math.sqrt(sum) * most;
}

/** Singular values below this part of the largest are those of the means, which are 0. */
const NOTHING = 1e-9;

/**
 * The nearest matrix whose singular values are all 1 or 0: U Vᵀ of those above 0 (the polar factor; Higham 2008, Functions of Matrices, chapter 8).
 * @param matrix row-major
 */
function rotationNear(matrix: Float64Array, cols: number): Float64Array {
  const rows = matrix.length / cols;
  const factors = new SingularValueDecomposition(MlMatrix.from1DArray(rows, cols, matrix), { autoTranspose: true });
  const { leftSingularVectors: u, rightSingularVectors: v, diagonal } = factors;
  const kept = diagonal.map((value, k) => (value > NOTHING * diagonal[0]! ? k : -1)).filter((k) => k >= 0);
  return matrix.map((_, at) => {
    const [i, j] = [Math.floor(at / cols), at % cols];
    return kept.reduce((sum, k) => sum + u.get(i, k) * v.get(j, k), 0);
  });
}
