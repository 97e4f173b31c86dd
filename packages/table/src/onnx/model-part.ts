import { InputError, shownShape } from '@unbraid/checks';
import { decodeModelProto, FLOAT, type GraphProto, type ModelProto, renamed } from '@unbraid/onnx/proto';

/** A model's graph with names of its own, between its one input and its one output. */
export interface ModelPart {
  readonly proto: ModelProto;
  readonly graph: GraphProto;
  readonly input: string;
  readonly output: string;
  /** Columns of the output. */
  readonly outputs: number;
}

/** What all names of the model's own values begin with. */
const PREFIX = 'model/';

/** The lowest operator set whose Clip takes float64, and whose Squeeze takes axes as an input. */
const LEAST_OPSET = 13;

/**
 * Reads the model that features go to.
 * @throws {InputError} `file`, for bytes that are no model; `model`, where it takes another number of features, has more inputs or outputs, a fixed number
 * of rows, or an operator set before 13
 */
export function modelPart(bytes: Uint8Array, features: number): ModelPart {
  const proto = decodeModelProto(bytes, 'the model');
  const graph = renamed({ ...proto.graph, values: [] }, (name) => (name === '' ? '' : `${PREFIX}${name}`));
  const [input, ...moreInputs] = graph.inputs;
  const [output, ...moreOutputs] = graph.outputs;
  if (!input || !output || moreInputs.length > 0 || moreOutputs.length > 0)
    throw refuse(
      `the model has ${graph.inputs.length} inputs and ${graph.outputs.length} outputs; one of each is needed`,
    );
  if (input.type !== FLOAT || input.shape?.length !== 2)
    throw refuse('the model does not take float32 [rows, features]');
  const [rows, cols] = input.shape;
  if (typeof rows === 'number')
    throw refuse(`the model takes ${rows} rows at a time; export it with an open number of rows`);
  if (typeof cols === 'number' && cols !== features)
    throw refuse(`the model takes ${cols} features, the preprocessor makes ${features}`);
  if (output.type !== FLOAT || output.shape?.length !== 2 || typeof output.shape[1] !== 'number')
    throw refuse(
      `the model gives ${output.shape ? shownShape(output.shape.map(Number)) : 'something'}; float32 [rows, outputs] is needed`,
    );
  if ((proto.opsets.get('') ?? LEAST_OPSET) < LEAST_OPSET)
    throw refuse(`the model is written for operator set ${proto.opsets.get('')}; ${LEAST_OPSET} or later is needed`);
  return { proto, graph, input: input.name, output: output.name, outputs: output.shape[1] };
}

const refuse = (what: string): InputError => new InputError('model', `table: exportPipeline: ${what}`);
