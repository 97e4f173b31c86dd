import { type WireWriter, wireWriter } from '@unbraid/graph/wire';
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueProto,
} from './model-proto.ts';

// Field numbers below are those of onnx.proto (ONNX specification, IR version 11).

/** The bytes of a model's file, without what says nothing about what it computes. @throws {InternalError} for numbers that a file can't hold */
export function encodeModelProto(model: ModelProto): Uint8Array<ArrayBuffer> {
  const writer = wireWriter();
  writer.integer(1, model.irVersion);
  writer.text(2, model.producer);
  writer.message(7, () => writeGraph(writer, model.graph));
  writeOpsets(writer, 8, model.opsets);
  for (const entry of model.metadata) writer.message(14, () => writeEntry(writer, entry));
  for (const each of model.functions.values()) writer.message(25, () => writeFunction(writer, each));
  return writer.finish();
}

function writeGraph(writer: WireWriter, { name, nodes, initializers, inputs, outputs, values = [] }: GraphProto): void {
  for (const node of nodes) writer.message(1, () => writeNode(writer, node));
  writer.text(2, name);
  for (const tensor of initializers) writer.message(5, () => writeTensor(writer, tensor));
  for (const value of inputs) writer.message(11, () => writeValue(writer, value));
  for (const value of outputs) writer.message(12, () => writeValue(writer, value));
  for (const value of values) writer.message(13, () => writeValue(writer, value));
}

function writeNode(writer: WireWriter, { name, type, domain, inputs, outputs, attributes }: NodeProto): void {
  for (const input of inputs) writer.text(1, input);
  for (const output of outputs) writer.text(2, output);
  writer.text(3, name);
  writer.text(4, type);
  for (const [key, attribute] of attributes) writer.message(5, () => writeAttribute(writer, key, attribute));
  if (domain !== '') writer.text(7, domain);
}

function writeAttribute(writer: WireWriter, name: string, attribute: AttributeProto): void {
  const { float, integer, text, tensor, graph, floats, integers, texts, reference } = attribute;
  const type = (code: number) => writer.integer(20, code);
  writer.text(1, name);
  if (reference !== undefined) writer.text(21, reference);
  if (float !== undefined) {
    writer.float(2, float);
    type(1);
  } else if (integer !== undefined) {
    writer.integer(3, whole(integer));
    type(2);
  } else if (text !== undefined) {
    writer.text(4, text);
    type(3);
  } else if (tensor) {
    writer.message(5, () => writeTensor(writer, tensor));
    type(4);
  } else if (graph) {
    writer.message(6, () => writeGraph(writer, graph));
    type(5);
  } else if (floats) {
    for (const each of floats) writer.float(7, each);
    type(6);
  } else if (integers) {
    for (const each of integers) writer.integer(8, whole(each));
    type(7);
  } else if (texts) {
    for (const each of texts) writer.text(9, each);
    type(8);
  }
}

/** Of TensorProto.DataType. */
const FLOAT64 = 11;

/** The largest numbers of 64 bits, which say `to the end`, are read as numbers that are no safe integers. */
const whole = (value: number): number | bigint => (Number.isSafeInteger(value) ? value : BigInt(value));

/** The field that each type's values stand in, where they aren't raw: `float_data`, `int32_data`, `int64_data` or `uint64_data`. */
const TYPED: Readonly<Record<number, number>> = { 1: 4, 7: 7, 12: 11, 13: 11 };

function writeTensor(writer: WireWriter, { name, shape, type, raw, typed, external }: TensorProto): void {
  for (const size of shape) writer.integer(1, size);
  writer.integer(2, type);
  writer.text(8, name);
  if (raw) writer.bytes(9, raw);
  else if (type === FLOAT64 && typed)
    writer.bytes(9, new Uint8Array(Float64Array.from(typed as readonly number[]).buffer));
  for (const value of type === FLOAT64 ? [] : (typed ?? [])) {
    if (typeof value === 'string') writer.text(6, value);
    else if (type === 1) writer.float(4, value);
    else writer.integer(TYPED[type] ?? 5, whole(value));
  }
  if (!external) return;
  const { location, offset, length } = external;
  const entries = { location, offset: String(offset), ...(length !== undefined && { length: String(length) }) };
  for (const entry of Object.entries(entries)) writer.message(13, () => writeEntry(writer, entry));
  writer.integer(14, 1);
}

function writeValue(writer: WireWriter, { name, type, shape, other }: ValueProto): void {
  writer.text(1, name);
  if (other) writer.bytes(2, other);
  if (type === undefined) return;
  writer.message(2, () =>
    writer.message(1, () => {
      writer.integer(1, type);
      if (!shape) return;
      writer.message(2, () => {
        for (const size of shape)
          writer.message(1, () => {
            if (typeof size === 'number') writer.integer(1, size);
            else if (size !== '') writer.text(2, size);
          });
      });
    }),
  );
}

function writeFunction(
  writer: WireWriter,
  { name, domain, inputs, outputs, nodes, defaults, opsets }: FunctionProto,
): void {
  writer.text(1, name);
  for (const input of inputs) writer.text(4, input);
  for (const output of outputs) writer.text(5, output);
  const named = new Set(
    nodes.flatMap(({ attributes }) => [...attributes.values()].flatMap(({ reference }) => reference ?? [])),
  );
  for (const each of named) if (!defaults.has(each)) writer.text(6, each);
  for (const node of nodes) writer.message(7, () => writeNode(writer, node));
  writeOpsets(writer, 9, opsets);
  writer.text(10, domain);
  for (const [key, attribute] of defaults) writer.message(11, () => writeAttribute(writer, key, attribute));
}

function writeOpsets(writer: WireWriter, field: number, opsets: ReadonlyMap<string, number>): void {
  for (const [domain, version] of opsets) {
    writer.message(field, () => {
      writer.text(1, domain);
      writer.integer(2, version);
    });
  }
}

function writeEntry(writer: WireWriter, [key, value]: readonly [string, string]): void {
  writer.text(1, key);
  writer.text(2, value);
}
