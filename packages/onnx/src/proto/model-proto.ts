/*
 * An ONNX file as it stands (onnx.proto of the ONNX specification, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), without the parts
 * that say nothing about what it computes.
 */

/** A model: its graph, and the operator sets whose words it uses. */
export interface ModelProto {
  readonly irVersion: number;
  readonly producer: string;
  /** Version by domain; ONNX's own domain is `''`. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: GraphProto;
  /** Functions of the file's own, by `domain:name`. */
  readonly functions: ReadonlyMap<string, FunctionProto>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Nodes in the order of the file, and what they begin from and end in. */
export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  /** Without those that initializers give a value. */
  readonly inputs: readonly ValueProto[];
  readonly outputs: readonly ValueProto[];
  /** What the file says of values inside. */
  readonly values?: readonly ValueProto[];
}

/** One use of an operator. An input or output without a name is left out. */
export interface NodeProto {
  readonly name: string;
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
}

/** The fields that an attribute has; which one counts is the operator's word. */
export interface AttributeProto {
  readonly float?: number;
  readonly integer?: number;
  readonly text?: string;
  readonly tensor?: TensorProto;
  readonly graph?: GraphProto;
  readonly floats?: number[];
  readonly integers?: number[];
  readonly texts?: string[];
  /** In a function: the name of the function's attribute whose value this one takes. */
  readonly reference?: string;
}

/** An operator that a file defines by others. */
export interface FunctionProto {
  readonly name: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeProto[];
  /** Values of attributes that a use leaves out. */
  readonly defaults: ReadonlyMap<string, AttributeProto>;
  readonly opsets: ReadonlyMap<string, number>;
}

/** A tensor's values, still as bytes of the file. */
export interface TensorProto {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorProto.DataType. */
  readonly type: number;
  /** Little-endian, in the file or beside it; undefined where the values stand in typed fields. */
  readonly raw?: Uint8Array;
  readonly typed?: readonly number[] | readonly string[];
  readonly external?: { readonly location: string; readonly offset: number; readonly length: number | undefined };
}

/** An input or output: sizes as numbers, or the name of one that is open (`''` where it has none). */
export interface ValueProto {
  readonly name: string;
  /** TensorProto.DataType; undefined where it is no tensor. */
  readonly type: number | undefined;
  /** Undefined where even the number of axes is open. */
  readonly shape: readonly (number | string)[] | undefined;
  /** The bytes of its type where it is no tensor: a sequence, a map. */
  readonly other?: Uint8Array;
}
