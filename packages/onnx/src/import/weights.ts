import { sizeOf } from '@unbraid/graph';
import type { GraphProto, NodeProto, TensorProto } from '../proto/model-proto.ts';
import { makersIn } from '../proto/names.ts';
import { checkTensor, copyFloats } from '../proto/tensor-data.ts';

/** A tensor of a file that is a parameter, and what its first reader makes of it. */
export interface Weight {
  readonly name: string;
  readonly tensor: TensorProto;
  /** Set for running means and variances, which no gradient moves. */
  readonly statistic: boolean;
  /** The axis that counts the outputs of the product that it is a factor of. */
  readonly neuronAxis?: number;
}

/** Where each operator reads parameters, counted from 0. */
const POSITIONS: Readonly<Record<string, readonly number[]>> = {
  Add: [0, 1],
  Attention: [1, 2],
  BatchNormalization: [1, 2, 3, 4],
  BiasGelu: [1],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Einsum: [0, 1, 2],
  EmbedLayerNormalization: [2, 3, 4, 5, 6],
  FusedConv: [1, 2],
  FusedMatMul: [0, 1],
  GRU: [1, 2, 3],
  Gather: [0],
  Gemm: [0, 1, 2],
  GroupNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  LSTM: [1, 2, 3, 7],
  LayerNormalization: [1, 2],
  MatMul: [0, 1],
  Mul: [0, 1],
  PRelu: [1],
  RMSNormalization: [1],
  RNN: [1, 2, 3],
  SimplifiedLayerNormalization: [1],
  SkipLayerNormalization: [2, 3, 4],
};

/** Operators that hand entries on as they are: what is behind them is a parameter still. */
const MOVES: ReadonlySet<string> = new Set([
  ...[
    'Cast',
    'Concat',
    'Expand',
    'Flatten',
    'Identity',
    'Reshape',
    'Slice',
    'Split',
    'Squeeze',
    'Transpose',
    'Unsqueeze',
  ],
]);

const FLOATS: ReadonlySet<number> = new Set([1, 10, 11, 16]);

/** Operators whose operands are parameters where they have more than an entry: bias and scale. Others are factors such as 1/√d. */
const ELEMENTWISE: ReadonlySet<string> = new Set(['Add', 'Mul']);

/**
 * The tensors of a graph that are parameters: floats of more than one entry that a node reads as weight, bias, scale or table, straight or
 * through nodes that only move entries.
 * @param asked whether a tensor is to be a parameter anyhow
 */
export function weightsIn(graph: GraphProto, asked: (name: string) => boolean): Weight[] {
  const tensors = floatsIn(graph);
  const makers = makersIn(graph);
  const found = new Map<string, Weight>();
  const seen = new Set<string>();
  const add = (value: string, reader: NodeProto, at: number): void => {
    const behind: Behind[] = [{ name: value, turned: false }];
    for (let each = behind.pop(); each !== undefined; each = behind.pop()) {
      const { name, turned } = each;
      const tensor = tensors.get(name);
      const direct = name === value ? reader : undefined;
      if (tensor && !found.has(name) && isWeight(tensor, direct) && !(reader.type === 'Add' && isMask(tensor)))
        found.set(name, { ...weightOf(name, tensor, direct, at), ...axisOf(reader, at, tensor, turned) });
      const before = makers.get(name);
      if (tensor || !before || !MOVES.has(before.type) || seen.has(name)) continue;
      seen.add(name);
      const through = before.type === 'Concat' ? before.inputs : before.inputs.slice(0, 1);
      behind.push(...through.map((input) => ({ name: input, turned: turnedBy(before, turned) })));
    }
  };
  for (const node of graph.nodes) {
    const positions = Object.hasOwn(POSITIONS, node.type) ? POSITIONS[node.type]! : [];
    for (const at of positions) if (node.inputs[at]) add(node.inputs[at], node, at);
  }
  for (const [name, tensor] of tensors)
    if (!found.has(name) && asked(name)) found.set(name, { name, tensor, statistic: false });
  return [...tensors.keys()].flatMap((name) => found.get(name) ?? []);
}

/** A value that a reader may get entries of, and whether it is a matrix that is turned on the way; undefined where more than that becomes of it. */
interface Behind {
  readonly name: string;
  readonly turned: boolean | undefined;
}

/** Nodes after which a value has the axes that it had. */
const SAME: ReadonlySet<string> = new Set(['Cast', 'Identity']);

function turnedBy({ type, attributes }: NodeProto, turned: boolean | undefined): boolean | undefined {
  if (turned === undefined || SAME.has(type)) return turned;
  if (type !== 'Transpose') return undefined;
  return attributes.get('perm')?.integers?.every((axis, i) => axis === i) ? turned : !turned;
}

/** Initializers and constants of floats, by the name of the value that they are. */
function floatsIn(graph: GraphProto): Map<string, TensorProto> {
  const found = new Map<string, TensorProto>();
  for (const tensor of graph.initializers) if (FLOATS.has(tensor.type)) found.set(tensor.name, tensor);
  for (const { type, domain, outputs, attributes } of graph.nodes) {
    const tensor = type === 'Constant' && domain === '' ? attributes.get('value')?.tensor : undefined;
    if (tensor && FLOATS.has(tensor.type) && outputs[0]) found.set(outputs[0], tensor);
  }
  return found;
}

function isWeight({ shape }: TensorProto, reader: NodeProto | undefined): boolean {
  const size = sizeOf(shape);
  return size > 1 || (shape.length > 0 && reader !== undefined && !ELEMENTWISE.has(reader.type));
}

/** What hides a key from attention: −∞, or a number that stands for it. */
const HIDDEN = -1e4;

/** Whether it is added to scores to hide some of them: nothing but 0 and numbers that hide. */
function isMask(tensor: TensorProto): boolean {
  checkTensor(tensor);
  const values = new Float32Array(sizeOf(tensor.shape));
  copyFloats(tensor, values);
  return values.every((value) => value === 0 || value <= HIDDEN) && values.some((value) => value !== 0);
}

const weightOf = (name: string, tensor: TensorProto, reader: NodeProto | undefined, at: number): Weight => ({
  name,
  tensor,
  statistic: reader?.type === 'BatchNormalization' && at >= 3,
});

/** The axis of neurons of a tensor that a node reads as it is, or, of a matrix, turned. */
function axisOf(
  reader: NodeProto,
  at: number,
  { shape }: TensorProto,
  turned: boolean | undefined,
): Pick<Weight, 'neuronAxis'> {
  if (turned === undefined || (turned && shape.length !== 2)) return {};
  const axis = neuronAxisOf(reader, at, shape.length);
  if (axis === undefined) return {};
  return { neuronAxis: turned ? 1 - axis : axis };
}

function neuronAxisOf({ type, attributes }: NodeProto, at: number, rank: number): number | undefined {
  if (at !== 1 || rank < 2) return undefined;
  if (type === 'Conv' || type === 'FusedConv') return 0;
  if (type === 'ConvTranspose') return 1;
  if (type === 'MatMul') return rank - 1;
  if (type === 'Gemm') return attributes.get('transB')?.integer === 1 ? 0 : 1;
  return undefined;
}
