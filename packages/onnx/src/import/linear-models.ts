import { InputError, showValue } from '@unbraid/checks';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from '../proto/model-proto.ts';

/*
 * Linear models of `ai.onnx.ml` hold coefficients and intercepts as attributes of their node. Written out by ONNX's own operators they hold them as
 * tensors, which are parameters as any others: they are trained, and exported.
 */

// Codes of TensorProto.DataType.
const [FLOAT, INT64, TEXT] = [1, 7, 8];

/** Operators, by the name of the `post_transform` of a linear model; none where scores stay. */
const TRANSFORMS: Readonly<Record<string, NodeProto['type'] | undefined>> = {
  NONE: undefined,
  LOGISTIC: 'Sigmoid',
  SOFTMAX: 'Softmax',
};

/**
 * The model with linear models written out: a product with `<node>.coefficients` `[outputs, columns]`, to which `<node>.intercepts` are added.
 * @throws {InputError} `model`, for one whose numbers don't fit each other, or with another transform than softmax and the logistic function
 */
export function writeOutLinear(model: ModelProto): ModelProto {
  const { graph } = model;
  if (!graph.nodes.some(isLinear)) return model;
  const initializers = [...graph.initializers];
  const nodes = graph.nodes.flatMap((node) => {
    if (!isLinear(node)) return [node];
    const writer = writerFor(node, initializers);
    return node.type === 'LinearRegressor' ? regressor(node, writer) : classifier(node, writer);
  });
  const opsets = new Map(model.opsets);
  if (!opsets.has('')) opsets.set('', OPSET);
  return { ...model, opsets, graph: { ...graph, nodes, initializers } };
}

/** The version of ONNX's operators for files that have none of them. */
const OPSET = 18;

const isLinear = ({ domain, type }: NodeProto): boolean =>
  domain === 'ai.onnx.ml' && (type === 'LinearRegressor' || type === 'LinearClassifier');

interface Writer {
  readonly nodes: NodeProto[];
  /** Adds a node and returns the name of its output, which may be given. */
  add(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeProto>>,
    output?: string,
  ): string;
  /** Adds a tensor and returns its name. */
  store(part: string, type: number, shape: readonly number[], typed: TensorProto['typed']): string;
  fail(message: string): never;
}

function writerFor(node: NodeProto, initializers: TensorProto[]): Writer {
  const title = node.name || (node.outputs.find((name) => name !== '') ?? node.type);
  const nodes: NodeProto[] = [];
  return {
    nodes,
    add(type, inputs, attributes = {}, output = `${title}/${type}_${nodes.length}`) {
      const made = new Map(Object.entries(attributes));
      const name = `${title}/${type}_${nodes.length}`;
      nodes.push({ name, type, domain: '', inputs, outputs: [output], attributes: made });
      return output;
    },
    store(part, type, shape, typed) {
      const name = `${title}.${part}`;
      initializers.push({ name, type, shape, typed: typed! });
      return name;
    },
    fail(message) {
      throw new InputError('model', `onnx: ${node.type} ${showValue(title)}: ${message}`);
    },
  };
}

/** Scores of rows; coefficients follow each other by output. */
function scores({ attributes, inputs }: NodeProto, outputs: number, writer: Writer): string {
  const coefficients = attributes.get('coefficients')?.floats ?? writer.fail('it has no coefficients');
  const columns = coefficients.length / outputs;
  if (!Number.isInteger(columns) || columns === 0)
    writer.fail(`it has ${coefficients.length} coefficients for ${outputs} outputs`);
  const intercepts = attributes.get('intercepts')?.floats ?? new Array<number>(outputs).fill(0);
  if (intercepts.length !== outputs) writer.fail(`it has ${intercepts.length} intercepts for ${outputs} outputs`);
  const x = writer.add('Cast', [inputs[0] ?? ''], { to: { integer: FLOAT } });
  const weights = writer.store('coefficients', FLOAT, [outputs, columns], coefficients);
  return writer.add('Gemm', [x, weights, writer.store('intercepts', FLOAT, [outputs], intercepts)], {
    transB: { integer: 1 },
  });
}

/** What is made of scores, under the name that the file has for it. */
function transformed({ attributes }: NodeProto, from: string, output: string, writer: Writer): string {
  const name = attributes.get('post_transform')?.text ?? 'NONE';
  if (!Object.hasOwn(TRANSFORMS, name))
    writer.fail(`its post_transform is ${showValue(name)}; NONE, LOGISTIC and SOFTMAX are read`);
  const type = TRANSFORMS[name] ?? 'Identity';
  return writer.add(type, [from], type === 'Softmax' ? { axis: { integer: 1 } } : {}, output || undefined);
}

function regressor(node: NodeProto, writer: Writer): NodeProto[] {
  const targets = node.attributes.get('targets')?.integer ?? 1;
  transformed(node, scores(node, targets, writer), node.outputs[0] ?? '', writer);
  return writer.nodes;
}

/** The label of the largest score, and the scores. */
function classifier(node: NodeProto, writer: Writer): NodeProto[] {
  const labels = labelsOf(node) ?? writer.fail('it has no class labels');
  const rows = node.attributes.get('intercepts')?.floats?.length ?? labels.length;
  const [label = '', probability = ''] = node.outputs;
  const own = scores(node, rows, writer);
  const place =
    rows === 1 && labels.length === 2
      ? single(node, own, probability, writer)
      : rows === labels.length
        ? largest(transformed(node, own, probability, writer), writer)
        : writer.fail(`it has ${rows} scores for ${labels.length} classes`);
  if (label === '') return writer.nodes;
  const texts = typeof labels[0] === 'string';
  const names = writer.store('classes', texts ? TEXT : INT64, [labels.length], labels as string[] | number[]);
  writer.add('Gather', [names, place], {}, label);
  return writer.nodes;
}

const largest = (from: string, writer: Writer): string =>
  writer.add('ArgMax', [from], { axis: { integer: 1 }, keepdims: { integer: 0 } });

/** Of two classes there may be the score s of the second alone: it wins from 0 on. Beside s stands 1 − s, beside the probability of s that of −s. */
function single(node: NodeProto, own: string, output: string, writer: Writer): string {
  const transform = node.attributes.get('post_transform')?.text ?? 'NONE';
  if (transform === 'SOFTMAX') writer.fail('it makes a softmax of one score');
  const one = writer.store('one', FLOAT, [1, 1], [1]);
  const other = transform === 'NONE' ? writer.add('Sub', [one, own]) : writer.add('Neg', [own]);
  transformed(node, writer.add('Concat', [other, own], { axis: { integer: 1 } }), output, writer);
  const zero = writer.store('zero', FLOAT, [1, 1], [0]);
  const wins = writer.add('Cast', [writer.add('Greater', [own, zero])], { to: { integer: INT64 } });
  return writer.add('Reshape', [wins, writer.store('row', INT64, [1], [-1])]);
}

const LABELS = ['classlabels_strings', 'classlabels_ints', 'classlabels_int64s'] as const;

function labelsOf({ attributes }: NodeProto): readonly (string | number)[] | undefined {
  for (const name of LABELS) {
    const { texts, integers } = attributes.get(name) ?? {};
    const labels = texts ?? integers;
    if (labels && labels.length > 0) return labels;
  }
  return undefined;
}

/** The labels of a classifier's classes in their order, as the file gives them; undefined where it gives none. */
export function classesOf({ nodes, initializers }: GraphProto): readonly (string | number)[] | undefined {
  for (const node of nodes) {
    const labels = node.domain === 'ai.onnx.ml' ? labelsOf(node) : undefined;
    if (labels) return labels;
  }
  // Other classifiers of scikit-learn's take the label from a tensor.
  const chooser = nodes.find(({ domain, type }) => domain === 'ai.onnx.ml' && type === 'ArrayFeatureExtractor');
  const tensor = initializers.find(({ name, type }) => name === chooser?.inputs[0] && type === TEXT);
  return tensor?.typed as readonly string[] | undefined;
}
