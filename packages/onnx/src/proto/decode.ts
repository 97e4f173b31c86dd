import { InputError } from '@unbraid/checks';
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueProto,
} from './model-proto.ts';
import { readMessage, type WireReader } from './wire-reader.ts';

// Field numbers below are those of onnx.proto (ONNX specification, IR version 11).

/** Graphs in attributes of nodes of graphs: more are written by no exporter. */
const DEPTH = 32;

/**
 * A model from the bytes of its file, of which tensors stay views.
 * @throws {InputError} `file`, for bytes that are no ONNX file; `limit`, for graphs that are too deep in one another
 */
export function decodeModelProto(bytes: Uint8Array, name: string): ModelProto {
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions = new Map<string, FunctionProto>();
  let [irVersion, producer] = [0, ''];
  let graph: GraphProto | undefined;
  readMessage(bytes, name, (reader, field) => {
    if (field === 1) irVersion = reader.integer();
    else if (field === 2) producer = reader.text();
    else if (field === 7) graph = readGraph(reader, name, 0);
    else if (field === 8) readOpset(reader, opsets);
    else if (field === 14) readEntry(reader, metadata);
    else if (field === 25) {
      const made = readFunction(reader, name);
      functions.set(`${made.domain}:${made.name}`, made);
    }
  });
  if (graph === undefined)
    throw new InputError('file', `onnx: ${name} is not an ONNX file, or is damaged: there is no graph in it`);
  return { irVersion, producer, opsets, graph, functions, metadata };
}

/** A tensor in a file of its own, as the tests of the ONNX package hold inputs and outputs. */
export function decodeTensorProto(bytes: Uint8Array, name: string): TensorProto {
  const tensor = tensorReader();
  readMessage(bytes, name, (reader, field) => tensor.visit(reader, field));
  return tensor.finish();
}

function readGraph(reader: WireReader, name: string, depth: number): GraphProto {
  if (depth > DEPTH) throw new InputError('limit', `onnx: ${name} has more than ${DEPTH} graphs in one another`);
  let title = '';
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const inputs: ValueProto[] = [];
  const outputs: ValueProto[] = [];
  const values: ValueProto[] = [];
  reader.message((field) => {
    if (field === 1) nodes.push(readNode(reader, name, depth));
    else if (field === 2) title = reader.text();
    else if (field === 5) initializers.push(readTensor(reader));
    else if (field === 11) inputs.push(readValue(reader, name));
    else if (field === 12) outputs.push(readValue(reader, name));
    else if (field === 13) values.push(readValue(reader, name));
    else if (field === 15)
      throw new InputError('file', `onnx: ${name} has a sparse tensor, which isn't read; save it as a dense one`);
  });
  const given = new Set(initializers.map((tensor) => tensor.name));
  // Before IR version 4 initializers stood among the inputs as well.
  const own = inputs.filter((input) => !given.has(input.name));
  return { name: title, nodes, initializers, inputs: own, outputs, ...(values.length > 0 && { values }) };
}

function readNode(reader: WireReader, name: string, depth: number): NodeProto {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, AttributeProto>();
  let [title, type, domain] = ['', '', ''];
  reader.message((field) => {
    if (field === 1) inputs.push(reader.text());
    else if (field === 2) outputs.push(reader.text());
    else if (field === 3) title = reader.text();
    else if (field === 4) type = reader.text();
    else if (field === 5) readAttribute(reader, name, depth, attributes);
    else if (field === 7) domain = plainDomain(reader.text());
  });
  return { name: title, type, domain, inputs, outputs, attributes };
}

/** `AttributeProto.AttributeType`, of those whose empty value a writer may leave out. */
const [FLOAT, INT, STRING, FLOATS, INTS, STRINGS] = [1, 2, 3, 6, 7, 8] as const;

function readAttribute(reader: WireReader, name: string, depth: number, to: Map<string, AttributeProto>): void {
  const floats: number[] = [];
  const integers: number[] = [];
  const texts: string[] = [];
  const made: { -readonly [K in keyof AttributeProto]: AttributeProto[K] } = {};
  let [title, type] = ['', 0];
  reader.message((field) => {
    if (field === 1) title = reader.text();
    else if (field === 2) made.float = reader.float();
    else if (field === 3) made.integer = reader.integer();
    else if (field === 4) made.text = reader.text();
    else if (field === 5) made.tensor = readTensor(reader);
    else if (field === 6) made.graph = readGraph(reader, name, depth + 1);
    else if (field === 7) reader.floats(floats);
    else if (field === 8) reader.integers(integers);
    else if (field === 9) texts.push(reader.text());
    else if (field === 20) type = reader.integer();
    else if (field === 21) made.reference = reader.text();
  });
  if (type === FLOAT) made.float ??= 0;
  if (type === INT) made.integer ??= 0;
  if (type === STRING) made.text ??= '';
  if (type === FLOATS || floats.length > 0) made.floats = floats;
  if (type === INTS || integers.length > 0) made.integers = integers;
  if (type === STRINGS || texts.length > 0) made.texts = texts;
  to.set(title, made);
}

function readFunction(reader: WireReader, file: string): FunctionProto {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const nodes: NodeProto[] = [];
  const defaults = new Map<string, AttributeProto>();
  const opsets = new Map<string, number>();
  let [name, domain] = ['', ''];
  reader.message((field) => {
    if (field === 1) name = reader.text();
    else if (field === 4) inputs.push(reader.text());
    else if (field === 5) outputs.push(reader.text());
    else if (field === 7) nodes.push(readNode(reader, file, 0));
    else if (field === 9) readOpset(reader, opsets);
    else if (field === 10) domain = plainDomain(reader.text());
    else if (field === 11) readAttribute(reader, file, 0, defaults);
  });
  return { name, domain, inputs, outputs, nodes, defaults, opsets };
}

function readTensor(reader: WireReader): TensorProto {
  const tensor = tensorReader();
  reader.message((field) => tensor.visit(reader, field));
  return tensor.finish();
}

interface TensorReader {
  visit(reader: WireReader, field: number): void;
  finish(): TensorProto;
}

function tensorReader(): TensorReader {
  const shape: number[] = [];
  const numbers: number[] = [];
  const texts: string[] = [];
  const place = new Map<string, string>();
  let [name, type, outside] = ['', 0, false];
  const rows: Uint8Array[] = [];
  /** Numbers of a fixed size that stand in a row are what raw data are. */
  const inPlace = (reader: WireReader, read: (to: number[]) => void): void => {
    if (reader.isDelimited()) rows.push(reader.bytes());
    else read(numbers);
  };
  return {
    visit(reader, field) {
      if (field === 1) reader.integers(shape);
      else if (field === 2) type = reader.integer();
      else if (field === 4) inPlace(reader, reader.floats);
      else if (field === 5 || field === 7 || field === 11) reader.integers(numbers);
      else if (field === 6) texts.push(reader.text());
      else if (field === 8) name = reader.text();
      else if (field === 9) rows.push(reader.bytes());
      else if (field === 10) inPlace(reader, reader.doubles);
      else if (field === 13) readEntry(reader, place);
      else if (field === 14) outside = reader.integer() === 1;
    },
    finish() {
      const typed = texts.length > 0 ? texts : numbers;
      const tensor = { name, shape, type };
      if (outside) return { ...tensor, external: placeOf(place) };
      if (rows.length === 0 || typed.length > 0) return { ...tensor, typed };
      return { ...tensor, raw: rows.length === 1 ? rows[0]! : joined(rows) };
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function placeOf(entries: ReadonlyMap<string, string>): NonNullable<TensorProto['external']> {
  const length = entries.get('length');
  return {
    location: entries.get('location') ?? '',
    offset: Number(entries.get('offset') ?? 0),
    length: length === undefined ? undefined : Number(length),
  };
}

function readValue(reader: WireReader, file: string): ValueProto {
  let name = '';
  let type: number | undefined;
  let shape: (number | string)[] | undefined;
  let other: Uint8Array | undefined;
  reader.message((field) => {
    if (field === 1) name = reader.text();
    else if (field === 2) other = reader.bytes();
  });
  if (other)
    readMessage(other, file, (inner, kind) => {
      if (kind !== 1) return;
      type = 0;
      inner.message((part) => {
        if (part === 1) type = inner.integer();
        else if (part === 2) shape = readShape(inner);
      });
    });
  return { name, type, shape, ...(other && type === undefined && { other }) };
}

function readShape(reader: WireReader): (number | string)[] {
  const shape: (number | string)[] = [];
  reader.message((field) => {
    if (field !== 1) return;
    let name = '';
    let size = 0;
    reader.message((kind) => {
      if (kind === 1) size = reader.integer();
      else if (kind === 2) name = reader.text();
    });
    // Some writers mean an open size by −1 or 0.
    shape.push(size > 0 ? size : name);
  });
  return shape;
}

function readOpset(reader: WireReader, to: Map<string, number>): void {
  let [domain, version] = ['', 0];
  reader.message((field) => {
    if (field === 1) domain = plainDomain(reader.text());
    else if (field === 2) version = reader.integer();
  });
  to.set(domain, version);
}

function readEntry(reader: WireReader, to: Map<string, string>): void {
  let [key, value] = ['', ''];
  reader.message((field) => {
    if (field === 1) key = reader.text();
    else if (field === 2) value = reader.text();
  });
  to.set(key, value);
}

/** ONNX's own domain has two names. */
const plainDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);
