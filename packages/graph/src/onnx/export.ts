import type { Source } from '../run/buffer.ts';
import { checkData, leafView } from '../run/buffer.ts';
import { layoutOf } from '../run/layout.ts';
import type { AnyGraph } from '../trace.ts';
import { emit } from './emit.ts';
import { encodeModel } from './encode.ts';
import { emitOpenBatch, type OpenBatch } from './open-batch.ts';

export interface ExportOptions {
  /** Inputs to store in the file, such as trained parameters: their flat vectors, by input name. */
  readonly constants?: Readonly<Record<string, Source>>;
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
  const model = 'graph' in source ? emitOpenBatch(source) : emit(source);
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
