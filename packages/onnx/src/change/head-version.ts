import { InputError } from '@unbraid/checks';
import type { GraphProto, NodeProto } from '../proto/model-proto.ts';
import { valuesOf } from '../proto/tensor-data.ts';

/** The version of ONNX's operators that heads are written for. */
const HEAD_OPSET = 18;

/** Operators of heads that mean the same from version 7 on, as far as heads use them. */
const SAME: ReadonlySet<string> = new Set([
  ...['Abs', 'Add', 'Cast', 'Concat', 'Conv', 'Div', 'Equal', 'Exp', 'Expand', 'Flatten', 'Gather', 'Gemm', 'Greater'],
  ...[
    'Identity',
    'Less',
    'Log',
    'MatMul',
    'Mul',
    'Neg',
    'Not',
    'Relu',
    'Reshape',
    'Shape',
    'Sigmoid',
    'Softplus',
    'Sqrt',
  ],
  ...['Sub', 'Tanh', 'Transpose'],
]);

/** The version in which an operator got the form that heads have. */
const SINCE: Readonly<Record<string, number>> = {
  ...{ Erf: 9, Where: 9, Sign: 9, Max: 8, Min: 8, Pow: 12, Slice: 10, ArgMax: 13, LayerNormalization: 17, Mod: 10 },
  ...{ Clip: 11, Pad: 18, ReduceSum: 13, Softmax: 13, LogSoftmax: 13, Squeeze: 13, Unsqueeze: 13 },
};

/** Reductions whose axes are an attribute before that version. */
const REDUCTIONS: Readonly<Record<string, number>> = {
  ...{ ReduceSum: 13, ReduceMean: 18, ReduceMax: 18, ReduceMin: 18, ReduceL2: 18, ReduceSumSquare: 18 },
  ...{ ReduceLogSumExp: 18 },
};

/**
 * A head's graph in the operators of the version that a file is written for.
 * @throws {InputError} `model`, for an operator that has another form there
 */
export function inVersion(head: GraphProto, version: number, file: string): GraphProto {
  if (version >= HEAD_OPSET) return head;
  return { ...head, nodes: head.nodes.map((node) => nodeIn(node, head, version, file)) };
}

function nodeIn(node: NodeProto, head: GraphProto, version: number, file: string): NodeProto {
  const { type, domain } = node;
  const reduction = REDUCTIONS[type];
  if (reduction !== undefined) return version >= reduction ? node : withAxesAttribute(node, head);
  if (domain === '' && (SAME.has(type) || (SINCE[type] ?? HEAD_OPSET) <= version)) return node;
  throw new InputError(
    'model',
    `onnx: replaceHead: the head needs ${type} of version ${HEAD_OPSET} of ONNX's operators, ${file} is written for version ${version}; ` +
      'convert it with onnx.version_converter, or take a head of other layers',
  );
}

function withAxesAttribute(node: NodeProto, { initializers }: GraphProto): NodeProto {
  const [x, axes] = node.inputs as [string, string?];
  const tensor = initializers.find(({ name }) => name === axes);
  if (!tensor) return node;
  return {
    ...node,
    inputs: [x],
    attributes: new Map([...node.attributes, ['axes', { integers: [...valuesOf(tensor).data] }]]),
  };
}
