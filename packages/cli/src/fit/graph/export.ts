import { resolve } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { UsageError } from '@unbraid/experiment';
import {
  decodeModelProto,
  encodeModelProto,
  FLOAT,
  type GraphBuilder,
  type GraphProto,
  graphBuilder,
  INT64,
  type ModelProto,
  STRING,
  type ValueProto,
} from '@unbraid/onnx/proto';
import { exportPipeline, type Preprocessor } from '@unbraid/table';
import { exitCodes } from '../../io.ts';
import type { ModelUse } from '../method.ts';
import { type GraphModelFiles, openGraphModel } from './model.ts';
import { addNetwork } from './onnx-network.ts';

/** Reduce operators take axes, and ScatterND a maximum, from this operator set on. */
const OPSET = 18;
/** The format's version that came with it. */
const IR_VERSION = 8;

const NODES = 'nodes';

/** Inputs and nodes that make features, float32 [nodes, features], of raw columns. */
interface FeaturePart {
  readonly proto: Pick<ModelProto, 'irVersion' | 'opsets'>;
  readonly graph: Pick<GraphProto, 'nodes' | 'initializers' | 'inputs'>;
  readonly x: string;
}

/**
 * A model of graphs as ONNX. Its inputs are the raw columns of the nodes, as `exportPipeline` has them, or `x`, float32 [nodes, columns], of columns that are
 * counts; `edges`, int64 [edges, 2], each edge once by its nodes' rows, without self loops; and `edge_weights`, float32 [edges], where edges have weights.
 * Its outputs are `label`, string [nodes], and `probabilities`, float32 [nodes, classes]; of several labels the probabilities alone, and of quantities
 * `prediction`, float32 [nodes, quantities].
 */
export function graphOnnx({
  trained,
  features,
  task,
  classes,
  normalize,
  graph,
}: GraphModelFiles): Uint8Array<ArrayBuffer> {
  const part = features.kind === 'table' ? tablePart(features.preprocessor) : countsPart(features.columns.length);
  const build = graphBuilder(
    'graph/',
    part.graph.inputs.map(({ name }) => name),
  );
  const x = normalize ? rowsNormalized(build, part.x) : part.x;
  const names = new Set(part.graph.inputs.map(({ name }) => name));
  const free = (name: string): string => (names.has(name) ? free(`${name}_`) : name);
  const [pairs, weights] = [free('edges'), graph.weight === '' ? undefined : free('edge_weights')];
  const logits = addNetwork(build, trained, x, pairs, weights);
  const outputs =
    task === 'regression'
      ? quantities(build, logits, trained, free)
      : likelihoods(build, logits, { task, classes }, free);
  const inputs: ValueProto[] = [
    ...part.graph.inputs,
    { name: pairs, type: INT64, shape: ['edges', 2] },
    ...(weights === undefined ? [] : [{ name: weights, type: FLOAT, shape: ['edges'] }]),
  ];
  return encodeModelProto({
    irVersion: Math.max(IR_VERSION, part.proto.irVersion),
    producer: 'unbraid',
    opsets: new Map([['ai.onnx.ml', 2], ...part.proto.opsets, ['', OPSET]]),
    functions: new Map(),
    metadata: new Map([['unbraid.classes', JSON.stringify(classes)]]),
    graph: {
      name: 'graph',
      nodes: [...part.graph.nodes, ...build.nodes],
      initializers: [...part.graph.initializers, ...build.initializers],
      inputs,
      outputs,
    },
  });
}

/** A name that no input has. */
type Free = (name: string) => string;

/** Probabilities of classes, and which is the likeliest; or of labels. */
function likelihoods(
  build: GraphBuilder,
  logits: string,
  { task, classes }: Pick<GraphModelFiles, 'task' | 'classes'>,
  free: Free,
): ValueProto[] {
  const [label, probabilities] = [free('label'), free('probabilities')];
  const told: ValueProto = { name: probabilities, type: FLOAT, shape: [NODES, classes.length] };
  if (task === 'multilabel') {
    build.node('Sigmoid', [logits], {}, probabilities);
    return [told];
  }
  // Of two classes the first has the logit 0.
  const both =
    task === 'binary'
      ? build.node('Concat', [build.node('Sub', [logits, logits]), logits], { axis: { integer: 1 } })
      : logits;
  build.node('Softmax', [both], { axis: { integer: 1 } }, probabilities);
  const best = build.node('ArgMax', [both], { axis: { integer: 1 }, keepdims: { integer: 0 } });
  const keys = { integers: classes.map((_, k) => k) };
  build.ml(
    'LabelEncoder',
    [best],
    { keys_int64s: keys, values_strings: { texts: [...classes] }, default_string: { text: '' } },
    label,
  );
  return [{ name: label, type: STRING, shape: [NODES] }, told];
}

/** Quantities in their own units. */
function quantities(
  build: GraphBuilder,
  outputs: string,
  { task }: GraphModelFiles['trained'],
  free: Free,
): ValueProto[] {
  const prediction = free('prediction');
  const { means, deviations } = task!.scale!;
  const row = (values: readonly number[]) => build.floats(Float32Array.from(values), [1, values.length]);
  build.node('Add', [build.node('Mul', [outputs, row(deviations)]), row(means)], {}, prediction);
  return [{ name: prediction, type: FLOAT, shape: [NODES, means.length] }];
}

const countsPart = (columns: number): FeaturePart => ({
  proto: { irVersion: IR_VERSION, opsets: new Map() },
  graph: { nodes: [], initializers: [], inputs: [{ name: 'x', type: FLOAT, shape: [NODES, columns] }] },
  x: 'x',
});

/** The preprocessing alone: a pipeline whose model gives back what it takes. */
function tablePart(preprocessor: Preprocessor): FeaturePart {
  const shape = ['rows', preprocessor.features.length];
  const model = encodeModelProto({
    irVersion: IR_VERSION,
    producer: 'unbraid',
    opsets: new Map([['', OPSET]]),
    functions: new Map(),
    metadata: new Map(),
    graph: {
      name: 'same',
      nodes: [{ name: 'same', type: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: new Map() }],
      initializers: [],
      inputs: [{ name: 'x', type: FLOAT, shape }],
      outputs: [{ name: 'y', type: FLOAT, shape }],
    },
  });
  const proto = decodeModelProto(exportPipeline({ preprocessor, model }), 'the preprocessing');
  const inputs = proto.graph.inputs.map((input) => ({ ...input, shape: [NODES, 1] }));
  // Its output is called as a pipeline's prediction is, which is another one here.
  const x = 'graph/features';
  const { name } = proto.graph.outputs[0]!;
  const renamed = (names: readonly string[]) => names.map((each) => (each === name ? x : each));
  const nodes = proto.graph.nodes.map((node) => ({
    ...node,
    inputs: renamed(node.inputs),
    outputs: renamed(node.outputs),
  }));
  return { proto, graph: { ...proto.graph, nodes, inputs }, x };
}

/** Rows divided by their sums; those that sum to 0 stay. */
function rowsNormalized(build: GraphBuilder, x: string): string {
  const sum = build.node('ReduceSum', [x, build.integers([1])], { keepdims: { integer: 1 } });
  const [zero, one] = [build.floats(Float32Array.of(0), []), build.floats(Float32Array.of(1), [])];
  return build.node('Div', [x, build.node('Where', [build.node('Equal', [sum, zero]), one, sum])]);
}

/** Writes the model as ONNX. */
export const exportGraph: ModelUse['exportOnnx'] = async (io, directory, { onnx, json }) => {
  if (onnx === undefined) throw new UsageError('model: --onnx is missing: name the file to write');
  const model = await openGraphModel(directory);
  const { task } = model;
  const bytes = graphOnnx(model);
  await writeFileAtomic(onnx, bytes);
  const said = `Raw columns of the nodes and edges (int64 [edges, 2], each once, by rows from 0) to ${task === 'regression' ? 'prediction' : task === 'multilabel' ? 'probabilities' : 'label and probabilities'}: ${onnx}`;
  await io.stdout.write(json ? `${JSON.stringify({ onnx: resolve(onnx), bytes: bytes.length })}\n` : `${said}\n`);
  return exitCodes.done;
};
