import type { AttributeProto, NodeProto, TensorProto } from './model-proto.ts';

/** ONNX's number of the element type float32 (TensorProto.DataType). */
export const FLOAT = 1;
/** ONNX's number of the element type int64. */
export const INT64 = 7;
/** ONNX's number of the element type string. */
export const STRING = 8;
/** ONNX's number of the element type float64. */
export const DOUBLE = 11;

/** Nodes and constants that are added one by one. */
export interface GraphBuilder {
  /** Adds a node. @returns the name of its one output, which is `as` where that is given */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeProto>>,
    as?: string,
  ): string;
  /** Adds a node of the domain `ai.onnx.ml`. */
  ml(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeProto>>,
    as?: string,
  ): string;
  /** Adds a constant of float64. @returns its name */
  doubles(values: readonly number[], shape?: readonly number[]): string;
  /** Adds a constant of float32. */
  floats(values: Float32Array, shape: readonly number[]): string;
  /** Adds a constant of whole numbers. */
  integers(values: readonly number[], shape?: readonly number[]): string;
  /** A name like `wanted` that nothing has. */
  take(wanted: string): string;
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
}

/** A builder of names that begin with `prefix`, and are none of `taken`. */
export function graphBuilder(prefix: string, taken: Iterable<string>): GraphBuilder {
  const names = new Set(taken);
  const [nodes, initializers]: [NodeProto[], TensorProto[]] = [[], []];
  const take = (wanted: string): string => {
    let own = wanted === '' ? '_' : wanted;
    for (let n = 2; names.has(own); n++) own = `${wanted}_${n}`;
    names.add(own);
    return own;
  };
  const constant = (tensor: Omit<TensorProto, 'name'>): string => {
    const name = take(`${prefix}constant_${initializers.length}`);
    initializers.push({ name, ...tensor });
    return name;
  };
  const add =
    (domain: string): GraphBuilder['node'] =>
    (type, inputs, attributes = {}, as) => {
      const output = as ?? take(`${prefix}${type}_${nodes.length}`);
      const entries = new Map(Object.entries(attributes));
      nodes.push({
        name: `${prefix}${type}_${nodes.length}`,
        type,
        domain,
        inputs,
        outputs: [output],
        attributes: entries,
      });
      return output;
    };
  return {
    node: add(''),
    ml: (type, inputs, attributes, as) => add('ai.onnx.ml')(type, inputs, attributes, as),
    doubles: (values, shape = [values.length]) => constant({ shape, type: DOUBLE, typed: values }),
    floats: ({ buffer, byteOffset, byteLength }, shape) =>
      constant({ shape, type: FLOAT, raw: new Uint8Array(buffer, byteOffset, byteLength) }),
    integers: (values, shape = [values.length]) => constant({ shape, type: INT64, typed: values }),
    take,
    nodes,
    initializers,
  };
}
