import { InputError, showValue } from '@unbraid/checks';
import type { AttributeProto, GraphProto, TensorProto } from '../proto/model-proto.ts';

/** Reads a node's attributes, each with the value that the specification gives it when it is left out. */
export interface AttributeReader {
  has(name: string): boolean;
  integer(name: string, absent: number): number;
  float(name: string, absent: number): number;
  text(name: string, absent: string): string;
  integers(name: string): number[] | undefined;
  floats(name: string): number[] | undefined;
  texts(name: string): string[] | undefined;
  tensor(name: string): TensorProto | undefined;
  graph(name: string): GraphProto | undefined;
}

/**
 * The reader of a node's attributes.
 * @param label names the node in messages
 * @throws {InputError} `model`, from each method, where the attribute is of another type
 */
export function attributeReader(label: string, attributes: ReadonlyMap<string, AttributeProto>): AttributeReader {
  const read = <T>(name: string, kind: string, pick: (attribute: AttributeProto) => T | undefined): T | undefined => {
    const attribute = attributes.get(name);
    if (attribute === undefined) return undefined;
    const value = pick(attribute);
    if (value !== undefined) return value;
    throw new InputError('model', `onnx: ${label}: its attribute ${showValue(name)} is no ${kind}`);
  };
  return {
    has: (name) => attributes.has(name),
    integer: (name, absent) => read(name, 'whole number', ({ integer }) => integer) ?? absent,
    float: (name, absent) => read(name, 'number', ({ float }) => float) ?? absent,
    text: (name, absent) => read(name, 'text', ({ text }) => text) ?? absent,
    integers: (name) => read(name, 'list of whole numbers', ({ integers }) => integers),
    floats: (name) => read(name, 'list of numbers', ({ floats }) => floats),
    texts: (name) => read(name, 'list of texts', ({ texts }) => texts),
    tensor: (name) => read(name, 'tensor', ({ tensor }) => tensor),
    graph: (name) => read(name, 'graph', ({ graph }) => graph),
  };
}
