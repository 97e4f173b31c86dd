import type { DType, Tensor } from '@unbraid/graph';
import type { InputSpec, Mode, Model, ModelInput, ParamSpec } from '@unbraid/nn';
import type { GraphProto, ModelProto } from '../proto/model-proto.ts';
import type { ImportSettings } from './import-settings.ts';
import type { Weight } from './weights.ts';

/** An input or output of a file: sizes as numbers, and the name of each that is open. */
export interface OnnxValue {
  readonly name: string;
  /** The type that holds its values here. */
  readonly dtype: DType;
  /** Undefined where the file leaves even the number of axes open. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** What of a file is run as it is. */
export interface FrozenPart {
  /** An ONNX file of its own. */
  readonly bytes: Uint8Array;
  /** The graph with both parts. */
  readonly whole: GraphProto;
  readonly inputs: readonly OnnxValue[];
  /** What it hands on: inputs of the model that come from no data. */
  readonly outputs: readonly OnnxValue[];
}

/** The file that a model comes from. */
export interface OnnxFile {
  /** Its name in messages: the path, or what was given. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly proto: ModelProto;
  /** The graph as it is converted: functions written out, branches that are known taken. */
  readonly graph: GraphProto;
  /** As the model's. */
  readonly classes?: readonly (string | number)[] | undefined;
  /** The tensors that are parameters. */
  readonly weights: readonly Weight[];
  /** The part before, which is run as it is; undefined where there is none. */
  readonly before?: FrozenPart | undefined;
  /** What it was imported with. */
  readonly settings: ImportSettings;
}

/** Parameters by the names that the file gives them. */
export type OnnxParams = Readonly<Record<string, ParamSpec>>;

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/**
 * A model from an ONNX file. `initialize(model, 0)` of `@unbraid/nn` gives the file's own values, from which `fit` begins; the seed changes nothing.
 */
export interface OnnxModel extends Model<OnnxParams, ModelInput> {
  /**
   * Shape of a row, without the batch axis, and element type of each input.
   * @throws {InputError} `setting`, where the file leaves a size open and `shapes` doesn't give it
   */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** What the file reads, those inputs left out that `constants` gave. */
  readonly given: readonly OnnxValue[];
  /** What the file computes. */
  readonly outputs: readonly OnnxValue[];
  /** The output that `apply` gives. */
  readonly output: string;
  /**
   * Labels of a classifier's classes, where the file gives them (those of scikit-learn do). An output that is a text in the file is the position in
   * this list.
   */
  readonly classes?: readonly (string | number)[];
  /** Texts that the file keeps by name. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly file: OnnxFile;
  /** The output for a batch: each input `[rows, …]`. Of a model with one input the tensor alone will do, as a matrix of rows too. */
  apply(params: NamedTensors, x: ModelInput, mode?: Mode): Tensor;
  /**
   * Any values of the file, for inputs of any shapes that it takes.
   * @param inputs by name
   * @param wanted names of outputs, or of values inside; by default all outputs
   * @throws {InputError} `model`, naming the node that can't be converted, or can't take these shapes
   */
  run(params: NamedTensors, inputs: NamedTensors, wanted?: readonly string[], mode?: Mode): Record<string, Tensor>;
}
