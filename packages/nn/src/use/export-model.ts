import { checkSettings, flag, InputError, integer } from '@unbraid/checks';
import { exportOnnx, f32, type Shape, softmax, type Tensor, type TensorsOf, trace } from '@unbraid/graph';
import * as z from 'zod';
import { checkParams } from '../fit/check-data.ts';
import { modelSetting } from '../fit/fit-schema.ts';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { inputShapeOf, shapeSetting } from './input-shape.ts';

/** What `exportModel` takes. */
export interface ExportModelOptions {
  /** Shape of a row of the inputs: `[784]`. Default: what the first layer says, where it takes one shape alone. */
  readonly inputShape?: Shape;
  /** Name of the input. Default `x`. */
  readonly input?: string;
  /** Name of the output. Default `y`. */
  readonly output?: string;
  /** Whether the output is softmax of the model's: probabilities in place of logits. Default false. */
  readonly probabilities?: boolean;
  /** Names of the classes in the order of the outputs; in the file's metadata, under `classes`, as JSON. */
  readonly classes?: readonly string[] | undefined;
  /** Names of the columns of the inputs; in the metadata under `features`, as JSON. */
  readonly features?: readonly string[] | undefined;
  /** Bytes that the file may have, at most 2³¹ − 1, which is the default. */
  readonly maxBytes?: number;
}

const name = () => z.string({ error: 'a name' }).min(1, { error: 'a name' });
const names = () => z.array(z.string(), { error: 'a list of names' });

const schema = z.object({
  model: modelSetting(),
  inputShape: shapeSetting().optional(),
  input: name().default('x'),
  output: name().default('y'),
  probabilities: flag().default(false),
  classes: names().optional(),
  features: names().optional(),
  maxBytes: integer({ min: 1 }).optional(),
});

/** The tree of parameters' name in the graph, which no input of the file has, since they are stored in it. */
const PARAMS = 'params';

/**
 * The bytes of an `.onnx` file (operator set 18) that computes the model's outputs in inference, parameters stored in it: `[batch, ...inputShape]` to
 * `[batch, …]`, the batch size open.
 * @param params flat, as `fit` returns them
 * @throws {InputError} in one line, for options that are unknown or can't be, parameters that don't fit or aren't finite, classes that are not as many as
 * the outputs, a model that is larger than it may be, and one that does something else for other batch sizes
 * @throws {ShapeError} from the layer that can't take the inputs
 */
export function exportModel(
  model: AnyModel,
  params: Float32Array,
  options: ExportModelOptions = {},
): Uint8Array<ArrayBuffer> {
  const checked = checkSettings('nn: exportModel', schema, { model, ...options });
  const { input, output, probabilities, classes, features, maxBytes } = checked;
  checkParams("exportModel's params", model, params);
  if (new Set([input, output, PARAMS]).size < 3 || [input, output].some((each) => each.startsWith(`${PARAMS}.`)))
    throw new InputError(
      'setting',
      `nn: exportModel's input "${input}" and output "${output}" must be called differently, and not like the parameters`,
    );
  const shape = inputShapeOf('exportModel', model, checked.inputShape);
  const graph = (batch: number) => {
    const specs = { [PARAMS]: paramsOf(model), [input]: f32(batch, ...shape) };
    return trace(specs, (inputs: TensorsOf<typeof specs>): { readonly [name: string]: Tensor } => {
      const outputs = applyModel(model, inputs[PARAMS], inputs[input] as Tensor);
      return { [output]: probabilities ? softmax(outputs) : outputs };
    });
  };
  checkNames('classes', classes, graph(1).outputs[output]!.shape.at(-1));
  checkNames('features', features, shape.at(-1));
  const metadata = {
    ...(classes && { classes: JSON.stringify(classes) }),
    ...(features && { features: JSON.stringify(features) }),
  };
  const constants = { [PARAMS]: { data: params } };
  return exportOnnx({ graph }, { constants, metadata, ...(maxBytes !== undefined && { maxBytes }) });
}

function checkNames(what: string, list: readonly string[] | undefined, count: number | undefined): void {
  if (list === undefined || list.length === count) return;
  throw new InputError(
    'setting',
    `nn: exportModel's ${what} has ${list.length} names, the model has ${count}; give one for each`,
  );
}
