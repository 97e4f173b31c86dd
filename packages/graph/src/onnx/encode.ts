import { InputError } from '@unbraid/checks';
import { type DType, onnxTypeOf, type TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { OnnxAttribute } from './emitter.ts';
import { type WireWriter, wireWriter } from './wire.ts';

/** What a model consists of; a size given as text is a symbolic dimension. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly (number | string)[];
}

export interface OnnxNode {
  readonly name: string;
  /** Type, with the domain in front unless it is ONNX's own: `Conv`, `com.microsoft.nchwc.Conv`. */
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Which of the operator's outputs that is, the first by default; those before it are computed for nothing. */
  readonly position?: number;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
  /** Where the data lies in a file beside the model, and not in the model. */
  readonly external?: { readonly file: string; readonly offset: number };
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Texts by name, which readers of the file can ask for. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Version of the default operator set, and of the file format that goes with it. */
const OPSET = 18;
const IR_VERSION = 8;

// Field numbers below are those of onnx.proto (ONNX specification, IR version 8).

/** What a file in the format of protobuf may hold, 2 GiB less a byte; readers of ONNX refuse more. */
export const MOST_BYTES = 2 ** 31 - 1;

/**
 * The bytes of an ONNX ModelProto.
 * @param advice what to do about a model that is too large
 * @throws {InputError} `file` for a model of more than `most` bytes, before it is written
 */
export function encodeModel(
  graph: OnnxGraph,
  {
    most = MOST_BYTES,
    advice = 'make large constants inputs',
  }: { readonly most?: number; readonly advice?: string } = {},
): Uint8Array<ArrayBuffer> {
  const stored = graph.constants.reduce((sum, { data, external }) => sum + (external ? 0 : data.byteLength), 0);
  checkBytes(stored, most, advice);
  const writer = wireWriter();
  writer.integer(1, IR_VERSION);
  writer.text(2, 'unbraid');
  writer.message(7, () => encodeGraph(writer, graph));
  const domains = new Set(graph.nodes.map(({ type }) => splitType(type)[0]));
  for (const domain of new Set(['', ...domains])) {
    writer.message(8, () => {
      writer.text(1, domain);
      writer.integer(2, domain === '' ? OPSET : 1);
    });
  }
  for (const [key, value] of Object.entries(graph.metadata ?? {})) {
    writer.message(14, () => {
      writer.text(1, key);
      writer.text(2, value);
    });
  }
  const bytes = writer.finish();
  checkBytes(bytes.length, most, advice);
  return bytes;
}

function checkBytes(bytes: number, most: number, advice: string): void {
  if (bytes <= most) return;
  throw new InputError(
    'limit',
    `graph: the ONNX model takes ${bytes} bytes, such a file holds at most ${most}; ${advice}`,
  );
}

function encodeGraph(writer: WireWriter, { nodes, constants, inputs, outputs }: OnnxGraph): void {
  for (const node of nodes) writer.message(1, () => encodeNode(writer, node));
  writer.text(2, 'graph');
  for (const constant of constants) writer.message(5, () => encodeTensor(writer, constant));
  for (const value of inputs) writer.message(11, () => encodeValue(writer, value));
  for (const value of outputs) writer.message(12, () => encodeValue(writer, value));
}

function encodeNode(writer: WireWriter, { name, type, inputs, output, position = 0, attributes }: OnnxNode): void {
  for (const input of inputs) writer.text(1, input);
  for (let i = 0; i < position; i++) writer.text(2, `${name}:unused:${i}`);
  writer.text(2, output);
  writer.text(3, name);
  const [domain, operator] = splitType(type);
  writer.text(4, operator);
  if (domain !== '') writer.text(7, domain);
  for (const [key, value] of Object.entries(attributes)) writer.message(5, () => encodeAttribute(writer, key, value));
}

/** Domain and operator of a node's type. */
function splitType(type: string): [domain: string, operator: string] {
  const dot = type.lastIndexOf('.');
  return dot < 0 ? ['', type] : [type.slice(0, dot), type.slice(dot + 1)];
}

function encodeAttribute(writer: WireWriter, name: string, value: OnnxAttribute): void {
  writer.text(1, name);
  const type = (code: number) => writer.integer(20, code);
  if (typeof value === 'number') {
    writer.integer(3, value);
    type(2);
  } else if (typeof value === 'string') {
    writer.text(4, value);
    type(3);
  } else if ('float' in value) {
    writer.float(2, value.float);
    type(1);
  } else {
    for (const x of value) writer.integer(8, x);
    type(7);
  }
}

function encodeTensor(writer: WireWriter, { name, dtype, shape, data, external }: OnnxConstant): void {
  for (const size of shape) writer.integer(1, size);
  writer.integer(2, onnxTypeOf(dtype));
  writer.text(8, name);
  if (!external) {
    writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return;
  }
  const entries = { location: external.file, offset: String(external.offset), length: String(data.byteLength) };
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, () => {
      writer.text(1, key);
      writer.text(2, value);
    });
  }
  writer.integer(14, 1);
}

function encodeValue(writer: WireWriter, { name, dtype, shape }: OnnxValue): void {
  const encodeShape = () => {
    for (const size of shape) writer.message(1, () => encodeDimension(writer, size));
  };
  writer.text(1, name);
  writer.message(2, () =>
    writer.message(1, () => {
      writer.integer(1, onnxTypeOf(dtype));
      writer.message(2, encodeShape);
    }),
  );
}

function encodeDimension(writer: WireWriter, size: number | string): void {
  if (typeof size === 'string') writer.text(2, size);
  else writer.integer(1, size);
}
