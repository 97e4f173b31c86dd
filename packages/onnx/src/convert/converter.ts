import type { NdArray, Tensor } from '@unbraid/graph';
import type { Mode } from '@unbraid/nn';
import type { AttributeReader } from './attributes.ts';

/** A node of a file, as its converter sees it: every input a tensor of known shape. */
export interface NodeContext {
  /** Name, type and domain in the words of the file, for messages. */
  readonly label: string;
  /** The version of its domain's operator set that the file was written for. */
  readonly opset: number;
  /** `undefined` where an optional input is left out, at the end or between others. */
  readonly inputs: readonly (Tensor | undefined)[];
  readonly attributes: AttributeReader;
  /** For each output, whether the file gives it a name. What isn't wanted may be left out of the result. */
  readonly wanted: readonly boolean[];
  /** Whether the model is trained or used: of Dropout and BatchNormalization. */
  readonly mode: Mode;
  /** An input that must be there. @throws {InputError} `model` */
  input(index: number): Tensor;
  /** The value of an input that is known when the graph is built, else `undefined`. */
  known(index: number): NdArray | undefined;
  /** Whole numbers that must be known when the graph is built: a shape, axes. @throws {InputError} `model`, where they come from data */
  integers(index: number): number[];
  /** The same where the input may be left out. */
  optionalIntegers(index: number): number[] | undefined;
  /** The one number that an input holds, which must be known when the graph is built. @throws {InputError} `model` */
  number(index: number): number;
  /** Whether the tensor is a parameter of the model itself, which `mode.update` may change. */
  isParameter(tensor: Tensor): boolean;
  /** The outputs of a graph that stands in an attribute, with its inputs (if it has any) given. It sees the values around it. */
  body(attribute: string, inputs: readonly Tensor[]): Tensor[];
  /** @throws {InputError} `model`, naming the node: `onnx: Conv "/conv1/Conv": ` and then the message */
  fail(message: string): never;
}

/** What makes tensors of a node: one for each output that is wanted. */
export type Converter = (node: NodeContext) => readonly (Tensor | undefined)[];

/** Converters by the operator's name. */
export type Converters = Readonly<Record<string, Converter>>;
