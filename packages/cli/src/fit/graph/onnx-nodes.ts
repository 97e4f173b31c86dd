import type { AttributeProto, GraphProto, NodeProto, TensorProto } from '@unbraid/onnx/proto';

/** Element types of ONNX (TensorProto.DataType). */
export const FLOAT = 1;
export const INT64 = 7;
export const STRING = 8;

/** Nodes and constants that are added one by one; all names begin with `graph/`. */
export interface OnnxNodes {
  /** Adds a node. @returns the name of its output, `as` where that is given */
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeProto>>,
    as?: string,
  ): string;
  /** Adds a node of the domain `ai.onnx.ml`. */
  ml(type: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeProto>>, as: string): string;
  /** Adds a constant. */
  floats(values: Float32Array, shape: readonly number[]): string;
  integers(values: readonly number[], shape?: readonly number[]): string;
  readonly parts: { readonly nodes: NodeProto[]; readonly initializers: TensorProto[] } & Pick<
    GraphProto,
    'nodes' | 'initializers'
  >;
}

const PREFIX = 'graph/';

/** An empty list. */
export function onnxNodes(): OnnxNodes {
  const [nodes, initializers]: [NodeProto[], TensorProto[]] = [[], []];
  const constant = (tensor: Omit<TensorProto, 'name'>): string => {
    const name = `${PREFIX}constant_${initializers.length}`;
    initializers.push({ name, ...tensor });
    return name;
  };
  const add =
    (domain: string): OnnxNodes['node'] =>
    (type, inputs, attributes = {}, as) => {
      const name = `${PREFIX}${type}_${nodes.length}`;
      const output = as ?? name;
      nodes.push({ name, type, domain, inputs, outputs: [output], attributes: new Map(Object.entries(attributes)) });
      return output;
    };
  return {
    node: add(''),
    ml: add('ai.onnx.ml'),
    floats: (values, shape) => constant({ shape, type: FLOAT, raw: new Uint8Array(values.slice().buffer) }),
    integers: (values, shape = [values.length]) => constant({ shape, type: INT64, typed: values }),
    parts: { nodes, initializers },
  };
}
