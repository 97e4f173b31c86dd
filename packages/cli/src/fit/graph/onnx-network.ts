import { InputError } from '@unbraid/checks';
import { createModel, type TrainedModel } from '@unbraid/gfgn';
import { layoutOf } from '@unbraid/graph';
import type { GraphBuilder } from '@unbraid/onnx/proto';

/** A graph's edges as a file's nodes read them. */
interface Edges {
  /** float32 [nodes, 1]: D_i, the row sums of A + I, and their square roots. */
  readonly degrees: string;
  readonly roots: string;
  /** int64 [edges twice, 1]: both ends of each edge in both directions. */
  readonly own: string;
  readonly other: string;
  /** float32 [edges twice, 1] */
  readonly weights: string;
  /** float32 [nodes, 1]: the row sums of A. */
  readonly open: string;
}

/** A part of the network: what it reads and gives is float32 [nodes, width]. */
interface Part {
  readonly build: GraphBuilder;
  readonly edges: Edges;
  /** A parameter of the layer, by its name. */
  parameter(name: string): string;
  readonly limit: number;
}

/** Σ over a node's edges of `values`, float32 [edges twice, width], added to `start`, [nodes, width]. */
const gathered = ({ build, edges }: Part, start: string, values: string, reduction = 'add'): string =>
  build.node('ScatterND', [start, edges.own, values], { reduction: { text: reduction } });

/** Rows of `x` at one end of each edge. */
const at = ({ build }: Part, x: string, ends: string): string => build.node('GatherND', [x, ends]);

const zerosLike = ({ build }: Part, x: string): string => build.node('Sub', [x, x]);

/** Ã z, of which the entry of an edge is w / √(D_i D_j), and that of a node itself 1 / D_i. */
function smoothed(part: Part, z: string): string {
  const { build, edges } = part;
  const scaled = build.node('Div', [z, edges.roots]);
  const sent = build.node('Mul', [edges.weights, at(part, scaled, edges.other)]);
  const sum = gathered(part, scaled, sent);
  return build.node('Div', [sum, edges.roots]);
}

/** The mean of z over neighbours, by weight; 0 without any. */
function neighbours(part: Part, z: string): string {
  const { build, edges } = part;
  const sum = gathered(part, zerosLike(part, z), build.node('Mul', [edges.weights, at(part, z, edges.other)]));
  const one = build.floats(Float32Array.of(1), []);
  const none = build.node('Equal', [edges.open, build.floats(Float32Array.of(0), [])]);
  return build.node('Div', [sum, build.node('Where', [none, one, edges.open])]);
}

const times = ({ build, parameter }: Part, x: string, weight: string): string =>
  build.node('MatMul', [x, parameter(weight)]);
const plus = ({ build, parameter }: Part, x: string): string => build.node('Add', [x, parameter('bias')]);

/** λ σ(x) */
const score = ({ build, limit }: Part, x: string): string =>
  build.node('Mul', [build.node('Sigmoid', [x]), build.floats(Float32Array.of(limit), [])]);

/** z − s ⊙ (z − Ã z) */
function gate(part: Part, z: string, scores: string): string {
  const { build } = part;
  return build.node('Sub', [z, build.node('Mul', [scores, build.node('Sub', [z, smoothed(part, z)])])]);
}

type Layer = (part: Part, x: string, heads: number, width: number) => string;

/** Gates of what a layer's weight has made of its input. */
const gates = {
  gfgnGraph(part: Part, z: string): string {
    const mean = part.build.node('ReduceMean', [z, part.build.integers([0])], { keepdims: { integer: 1 } });
    return gate(part, z, score(part, plus(part, times(part, mean, 'gate'))));
  },
  gfgnNeighbor(part: Part, z: string): string {
    const argument = part.build.node('Add', [
      plus(part, times(part, z, 'own')),
      times(part, neighbours(part, z), 'other'),
    ]);
    return gate(part, z, score(part, argument));
  },
  gfgnPair(part: Part, z: string): string {
    const { build, edges } = part;
    const [low, high] = [build.floats(Float32Array.of(-40), []), build.floats(Float32Array.of(40), [])];
    const held = (x: string) => build.node('Clip', [x, low, high]);
    const [a, b] = [held(plus(part, times(part, z, 'own'))), held(times(part, z, 'other'))];
    const scores = score(part, build.node('Add', [at(part, a, edges.own), at(part, b, edges.other)]));
    const scaled = build.node('Div', [z, edges.roots]);
    const differences = build.node('Sub', [at(part, scaled, edges.own), at(part, scaled, edges.other)]);
    const sent = build.node('Mul', [build.node('Mul', [edges.weights, scores]), differences]);
    return build.node('Sub', [z, build.node('Div', [gathered(part, zerosLike(part, z), sent), edges.roots])]);
  },
};

/** Attention (Veličković et al. 2018, equations 3 to 5), a node among its own neighbours. */
function attention(part: Part, x: string, heads: number, width: number): string {
  const { build, edges, parameter } = part;
  const h = build.node('Reshape', [times(part, x, 'weight'), build.integers([-1, heads, width])]);
  const ends = (name: string) =>
    build.node('ReduceSum', [build.node('Mul', [h, parameter(name)]), build.integers([2])], {
      keepdims: { integer: 0 },
    });
  const [left, right] = [ends('left'), ends('right')];
  const leaky = (z: string) => build.node('LeakyRelu', [z], { alpha: { float: 0.2 } });
  const own = leaky(build.node('Add', [left, right]));
  const others = leaky(build.node('Add', [at(part, left, edges.own), at(part, right, edges.other)]));
  const top = gathered(part, own, others, 'max');
  const ownPart = build.node('Exp', [build.node('Sub', [own, top])]);
  const otherParts = build.node('Exp', [build.node('Sub', [others, at(part, top, edges.own)])]);
  const total = gathered(part, ownPart, otherParts);
  const wide = (z: string) => build.node('Unsqueeze', [z, build.integers([2])]);
  const sent = build.node('Mul', [wide(otherParts), at(part, h, edges.other)]);
  const sum = gathered(part, build.node('Mul', [wide(ownPart), h]), sent);
  const mean = build.node('Div', [sum, wide(total)]);
  return plus(part, build.node('Reshape', [mean, build.integers([-1, heads * width])]));
}

const weighted =
  (of: (part: Part, z: string) => string): Layer =>
  (part, x) =>
    of(part, times(part, x, 'weight'));

/** Layers by the names of their models. */
const layers: Readonly<Partial<Record<string, Layer>>> = {
  mlp: weighted(plus),
  gcn: weighted((part, z) => plus(part, smoothed(part, z))),
  sgc: weighted((part, z) => plus(part, smoothed(part, smoothed(part, z)))),
  gat: attention,
  gfgnGraph: weighted(gates.gfgnGraph),
  gfgnNeighbor: weighted(gates.gfgnNeighbor),
  gfgnPair: weighted(gates.gfgnPair),
};

/**
 * Adds a trained network.
 * @param x float32 [nodes, features]
 * @param pairs int64 [edges, 2]: each edge once, rows of nodes from 0, without self loops
 * @param weights float32 [edges]; 1 each where it is left out
 * @returns logits, float32 [nodes, classes]
 */
export function addNetwork(
  build: GraphBuilder,
  { settings, params }: TrainedModel,
  x: string,
  pairs: string,
  weights: string | undefined,
): string {
  const layer = layers[settings.model];
  if (!layer || settings.model === 'network' || settings.depth !== 2 || settings.residual || settings.gateInputs)
    throw new InputError(
      'model',
      `model: only ${Object.keys(layers).join(', ')} with two layers, without residual blocks and without gates of inputs have an ONNX form; this is ${settings.model}`,
    );
  const { leaves } = layoutOf(createModel(settings).params, 'params');
  const constants = new Map(leaves.map(({ path, shape, offset, size }) => [path, { shape, offset, size }]));
  const edges = edgesOf(build, x, pairs, weights);
  const part = (name: string): Part => ({
    build,
    edges,
    limit: settings.limit,
    parameter(which) {
      const { shape, offset, size } = constants.get(`${name}.${which}`)!;
      return build.floats(params.slice(offset, offset + size), shape);
    },
  });
  const { model, hidden, classes } = settings;
  const heads = model === 'gat' ? constants.get('first.left')!.shape[0]! : 1;
  const first = layer(part('first'), x, heads, hidden);
  if (model === 'sgc') return first;
  const active = model === 'gat' ? build.node('Elu', [first]) : build.node('Relu', [first]);
  return layer(part('second'), active, 1, classes);
}

function edgesOf(build: GraphBuilder, x: string, pairs: string, weights: string | undefined): Edges {
  const column = (k: number) =>
    build.node('Slice', [pairs, build.integers([k]), build.integers([k + 1]), build.integers([1])]);
  const [from, to] = [column(0), column(1)];
  const twice = (a: string, b: string) => build.node('Concat', [a, b], { axis: { integer: 0 } });
  const own = twice(from, to);
  const zero = build.floats(Float32Array.of(0), []);
  const one = build.floats(Float32Array.of(1), []);
  const given = weights && build.node('Unsqueeze', [weights, build.integers([1])]);
  const all = given
    ? twice(given, given)
    : build.node('Add', [build.node('Mul', [build.node('Cast', [own], { to: { integer: 1 } }), zero]), one]);
  const first = build.node('Slice', [x, build.integers([0]), build.integers([1]), build.integers([1])]);
  const zeros = build.node('Sub', [first, first]);
  const open = build.node('ScatterND', [zeros, own, all], { reduction: { text: 'add' } });
  const degrees = build.node('Add', [open, one]);
  return { degrees, roots: build.node('Sqrt', [degrees]), own, other: twice(to, from), weights: all, open };
}
