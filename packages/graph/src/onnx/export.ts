import type { Source } from '../run/buffer.ts';
import { checkData, leafView } from '../run/buffer.ts';
import { layoutOf } from '../run/layout.ts';
import type { AnyGraph } from '../trace.ts';
import { emit } from './emit.ts';
import { encodeModel, type OnnxGraph, type OnnxValue } from './encode.ts';

export interface ExportOptions {
  /** Inputs to store in the file, such as trained parameters: their flat vectors, by input name. */
  readonly constants?: Readonly<Record<string, Source>>;
}

/** A batch axis that the file leaves open. */
export interface OpenBatch {
  /** The graph for a given batch size. */
  readonly graph: (batch: number) => AnyGraph;
  /** Name of the open dimension in the file; `batch` by default. */
  readonly dimension?: string;
}

/**
 * The bytes of an `.onnx` file (operator set 18) that computes the graph's outputs from those inputs that aren't stored in it.
 * With `{ graph: (batch) => … }` the batch size stays open; the graph must do the same for every size.
 * @throws {Error} when an input and an output have the same name, or the graph depends on the batch size
 * @throws {ShapeError} when a stored vector doesn't fit
 */
export function exportOnnx(
  source: AnyGraph | OpenBatch,
  { constants = {} }: ExportOptions = {},
): Uint8Array<ArrayBuffer> {
  const model = 'graph' in source ? openBatch(source) : emit(source);
  const graph = 'graph' in source ? source.graph(2) : source;
  const stored = Object.entries(constants).flatMap(([name, { data }]) => {
    const tree = graph.inputs[name];
    if (!tree) throw new Error(`exportOnnx: there is no input ${name} to store`);
    const layout = layoutOf(tree, name);
    checkData('exportOnnx', name, layout, data);
    return layout.leaves.map(({ path, shape, offset, size }) => ({
      name: path === '' ? name : `${name}.${path}`,
      dtype: layout.dtype,
      shape,
      data: leafView(layout.dtype, data, offset, size),
    }));
  });
  const names = new Set(stored.map(({ name }) => name));
  return encodeModel({
    ...model,
    constants: [...model.constants, ...stored],
    inputs: model.inputs.filter(({ name }) => !names.has(name)),
  });
}

/** Emits for two batch sizes: what differs in the inputs' and outputs' shapes is the batch axis; nothing else may differ. */
function openBatch({ graph, dimension = 'batch' }: OpenBatch): OnnxGraph {
  const [a, b] = [emit(graph(2)), emit(graph(3))];
  const rest = (model: OnnxGraph) =>
    JSON.stringify([model.nodes, model.constants.map(({ name, shape, data }) => [name, shape, data.join()])]);
  if (rest(a) !== rest(b)) {
    throw new Error('exportOnnx: the graph depends on the batch size, so it can only be exported for a fixed one');
  }
  const open = (values: readonly OnnxValue[], others: readonly OnnxValue[]) =>
    values.map((value, i) => ({
      ...value,
      shape: value.shape.map((size, axis) => (size === others[i]!.shape[axis] ? size : dimension)),
    }));
  return { ...a, inputs: open(a.inputs, b.inputs), outputs: open(a.outputs, b.outputs) };
}
