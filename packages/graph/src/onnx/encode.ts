import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { InputError } from '@unbraid/checks';
import { type DType, onnxTypeOf, type TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { OnnxAttribute } from './emitter.ts';

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
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int64(IR_VERSION);
  text(writer, 2, 'unbraid');
  message(writer, 7, (w) => encodeGraph(w, graph));
  const domains = new Set(graph.nodes.map(({ type }) => splitType(type)[0]));
  for (const domain of new Set(['', ...domains])) {
    message(writer, 8, (w) => {
      text(w, 1, domain);
      w.tag(2, WireType.Varint).int64(domain === '' ? OPSET : 1);
    });
  }
  for (const [key, value] of Object.entries(graph.metadata ?? {})) {
    message(writer, 14, (w) => {
      text(w, 1, key);
      text(w, 2, value);
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

function encodeGraph(writer: BinaryWriter, { nodes, constants, inputs, outputs }: OnnxGraph): void {
  for (const node of nodes) message(writer, 1, (w) => encodeNode(w, node));
  text(writer, 2, 'graph');
  for (const constant of constants) message(writer, 5, (w) => encodeTensor(w, constant));
  for (const value of inputs) message(writer, 11, (w) => encodeValue(w, value));
  for (const value of outputs) message(writer, 12, (w) => encodeValue(w, value));
}

function encodeNode(writer: BinaryWriter, { name, type, inputs, output, position = 0, attributes }: OnnxNode): void {
  for (const input of inputs) text(writer, 1, input);
  for (let i = 0; i < position; i++) text(writer, 2, `${name}:unused:${i}`);
  text(writer, 2, output);
  text(writer, 3, name);
  const [domain, operator] = splitType(type);
  text(writer, 4, operator);
  if (domain !== '') text(writer, 7, domain);
  for (const [key, value] of Object.entries(attributes)) message(writer, 5, (w) => encodeAttribute(w, key, value));
}

/** Domain and operator of a node's type. */
function splitType(type: string): [domain: string, operator: string] {
  const dot = type.lastIndexOf('.');
  return dot < 0 ? ['', type] : [type.slice(0, dot), type.slice(dot + 1)];
}

function encodeAttribute(writer: BinaryWriter, name: string, value: OnnxAttribute): void {
  text(writer, 1, name);
  const type = (code: number) => writer.tag(20, WireType.Varint).int32(code);
  if (typeof value === 'number') {
    writer.tag(3, WireType.Varint).int64(value);
    type(2);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    type(3);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    type(1);
  } else {
    for (const x of value) writer.tag(8, WireType.Varint).int64(x);
    type(7);
  }
}

function encodeTensor(writer: BinaryWriter, { name, dtype, shape, data, external }: OnnxConstant): void {
  for (const size of shape) writer.tag(1, WireType.Varint).int64(size);
  writer.tag(2, WireType.Varint).int32(onnxTypeOf(dtype));
  text(writer, 8, name);
  if (!external) {
    writer.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return;
  }
  const entries = { location: external.file, offset: String(external.offset), length: String(data.byteLength) };
  for (const [key, value] of Object.entries(entries)) {
    message(writer, 13, (w) => {
      text(w, 1, key);
      text(w, 2, value);
    });
  }
  writer.tag(14, WireType.Varint).int32(1);
}

function encodeValue(writer: BinaryWriter, { name, dtype, shape }: OnnxValue): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(onnxTypeOf(dtype));
      message(tensor, 2, (w) => {
        for (const size of shape) message(w, 1, (dimension) => encodeDimension(dimension, size));
      });
    }),
  );
}

function encodeDimension(writer: BinaryWriter, size: number | string): void {
  if (typeof size === 'string') text(writer, 2, size);
  else writer.tag(1, WireType.Varint).int64(size);
}

const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}
