import { checkSettings, given, InputError, integer, showValue, text } from '@unbraid/checks';
import * as z from 'zod';
import type { Source } from '../run/buffer.ts';
import { checkData, leafView } from '../run/buffer.ts';
import { layoutOf } from '../run/layout.ts';
import type { AnyGraph } from '../trace.ts';
import { emit } from './emit.ts';
import { encodeModel, MOST_BYTES, type OnnxConstant, type OnnxGraph } from './encode.ts';
import { emitOpenBatch, type OpenBatch } from './open-batch.ts';

/** What goes into an exported model beside its graph. */
export interface ExportOptions {
  /** Inputs to store in the file, such as trained parameters: their flat vectors, by input name. */
  readonly constants?: Readonly<Record<string, Source>>;
  /** Texts to keep in the file by name, such as the names of classes: ONNX's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Bytes that the model may have, at most what such a file can hold: 2³¹ − 1, the default. */
  readonly maxBytes?: number;
}

/** The same, where large constants stand in a file of their own. */
export interface ExternalExportOptions extends ExportOptions {
  /** Name of the data file, which lies in the model's folder: no path, and none of the characters that paths are made of. */
  readonly dataFile: string;
}

/** A model and the file of its large tensors. */
export interface ExternalModel {
  readonly model: Uint8Array<ArrayBuffer>;
  /** What to write to the data file, one after the other: views of the vectors that were given, and what lies between. */
  readonly data: readonly Uint8Array[];
}

const settings = {
  constants: given<Readonly<Record<string, Source>>>().optional(),
  metadata: z.record(z.string(), z.string(), { error: 'an object of texts' }).optional(),
  maxBytes: integer({ min: 1, max: MOST_BYTES }).optional(),
};
const exportSchema = z.object(settings);
const externalSchema = z.object({ ...settings, dataFile: text() });

/**
 * The bytes of an `.onnx` file (operator set 18) that computes the graph's outputs from those inputs that aren't stored in it.
 * With `{ graph: (batch) => … }` the batch size stays open; the graph must do the same for every size.
 * @throws {InputError} `graph`, when an input and an output have the same name, or the graph depends on the batch size
 * @throws {ShapeError} when a stored vector doesn't fit
 * @throws {InputError} for options that are unknown, and where the model is larger than it may be
 */
export function exportOnnx(source: AnyGraph | OpenBatch, options: ExportOptions = {}): Uint8Array<ArrayBuffer> {
  const { constants, metadata, maxBytes } = checkSettings('graph: exportOnnx', exportSchema, options);
  return encodeModel(
    { ...modelOf(source, constants), ...(metadata && { metadata }) },
    {
      ...(maxBytes !== undefined && { most: maxBytes }),
      advice: 'use exportOnnxFiles, which keeps tensors in a file beside it',
    },
  );
}

/**
 * The same with tensors of 1 kB and more in a file beside the model, which may be of any size. The two files belong into one folder.
 * @throws as `exportOnnx`
 */
export function exportOnnxFiles(source: AnyGraph | OpenBatch, options: ExternalExportOptions): ExternalModel {
  const { constants, metadata, maxBytes, dataFile } = checkSettings('graph: exportOnnxFiles', externalSchema, options);
  if (!/^[^/\\:]+$/.test(dataFile) || dataFile === '.' || dataFile === '..') {
    throw new InputError(
      'setting',
      `graph: exportOnnxFiles's dataFile is ${showValue(dataFile)}; the name of a file is needed, without a folder`,
    );
  }
  const model = modelOf(source, constants);
  const data: Uint8Array[] = [];
  let offset = 0;
  const place = (constant: OnnxConstant): OnnxConstant => {
    const { buffer, byteOffset, byteLength } = constant.data;
    if (byteLength < LEAST_EXTERNAL) return constant;
    const gap = (ALIGNMENT - (offset % ALIGNMENT)) % ALIGNMENT;
    if (gap > 0) data.push(new Uint8Array(gap));
    data.push(new Uint8Array(buffer, byteOffset, byteLength));
    const start = offset + gap;
    offset = start + byteLength;
    return { ...constant, external: { file: dataFile, offset: start } };
  };
  const outside = { ...model, constants: model.constants.map(place), ...(metadata && { metadata }) };
  return { model: encodeModel(outside, maxBytes === undefined ? {} : { most: maxBytes }), data };
}

/** Smaller tensors stay in the model, whose shapes ONNX Runtime must know before it reads the file. */
const LEAST_EXTERNAL = 1024;

/** Bytes to whose multiples tensors in the data file are aligned. */
const ALIGNMENT = 64;

/** The ONNX form of a graph with some inputs stored, those parts of them that it reads: ONNX Runtime warns of others. */
function modelOf(source: AnyGraph | OpenBatch, constants: Readonly<Record<string, Source>> = {}): OnnxGraph {
  const model = 'graph' in source ? emitOpenBatch(source) : emit(source);
  const graph = 'graph' in source ? source.graph(2) : source;
  const stored = Object.entries(constants).flatMap(([name, { data }]) => {
    const tree = graph.inputs[name];
    if (!tree) throw new InputError('setting', `exportOnnx: there is no input ${name} to store`);
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
  const read = new Set(model.nodes.flatMap(({ inputs }) => inputs));
  return {
    ...model,
    constants: [...model.constants, ...stored.filter(({ name }) => read.has(name))],
    inputs: model.inputs.filter(({ name }) => !names.has(name)),
  };
}
