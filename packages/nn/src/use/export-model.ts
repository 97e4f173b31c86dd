import { checkSettings, flag, InputError, integer, listed } from '@unbraid/checks';
import { exportOnnx, type Shape, softmax, spec, type Tensor, trace } from '@unbraid/graph';
import * as z from 'zod';
import { checkParams } from '../fit/check-data.ts';
import { modelSetting } from '../fit/fit-schema.ts';
import { inputOf, type Reading, readingsOf, type TensorSpecs } from '../input-spec.ts';
import { type AnyModel, applyModel, paramsOf } from '../model.ts';
import { inputShapeOf, shapeSetting } from './input-shape.ts';

/** What `exportModel` takes. */
export interface ExportModelOptions {
  /** Shape of a row of the inputs, of a model that names none: `[784]`. Default: what the first layer says, where it takes one shape alone. */
  readonly inputShape?: Shape;
  /** Name of the input, of a model that has one. Default `x`, or the model's name for it. */
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
  input: name().optional(),
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
  const { output, probabilities, classes, features, maxBytes } = checked;
  checkParams("exportModel's params", model, params);
  const readings = readingsFor(model, checked);
  checkDifferent(
    readings.map(({ key }) => key),
    output,
  );
  const graph = (batch: number) => {
    const inputs = readings.map(({ key, shape, dtype }) => [key, spec([batch, ...shape], dtype)]);
    const specs: TensorSpecs = { [PARAMS]: paramsOf(model), ...Object.fromEntries(inputs) };
    return trace(specs, (tensors): { readonly [name: string]: Tensor } => {
      const x = inputOf(model, readings, ({ key }) => tensors[key]!);
      const outputs = applyModel(model, tensors[PARAMS], x);
      return { [output]: probabilities ? softmax(outputs) : outputs };
    });
  };
  checkNames('classes', classes, graph(1).outputs[output]!.shape.at(-1));
  checkNames('features', features, readings.length === 1 ? readings[0]!.shape.at(-1) : undefined);
  const metadata = {
    ...(classes && { classes: JSON.stringify(classes) }),
    ...(features && { features: JSON.stringify(features) }),
  };
  const constants = { [PARAMS]: { data: params } };
  return exportOnnx({ graph }, { constants, metadata, ...(maxBytes !== undefined && { maxBytes }) });
}

type Checked = ReturnType<typeof checkSettings<typeof schema>>;

/** What the model reads, under the names that the file's inputs have. */
function readingsFor(model: AnyModel, { input, inputShape }: Checked): readonly Reading[] {
  if (model.inputs === undefined) {
    const shape = inputShapeOf('exportModel', model, inputShape);
    return [{ key: input ?? 'x', name: 'x', shape, dtype: 'float32' }];
  }
  const readings = readingsOf(model, 0);
  if (inputShape !== undefined || (input !== undefined && readings.length > 1))
    throw new InputError(
      'setting',
      `nn: exportModel's ${inputShape === undefined ? 'input' : 'inputShape'} isn't for this model, whose inputs are ${listed(readings.map(({ name }) => name))}; leave it out`,
    );
  return readings.map((reading) => ({ ...reading, key: input ?? reading.name }));
}

function checkDifferent(inputs: readonly string[], output: string): void {
  const names = [...inputs, output];
  if (new Set([...names, PARAMS]).size === names.length + 1 && !names.some((each) => each.startsWith(`${PARAMS}.`)))
    return;
  throw new InputError(
    'setting',
    `nn: exportModel's input "${inputs.join('", "')}" and output "${output}" must be called differently, and not like the parameters`,
  );
}

function checkNames(what: string, list: readonly string[] | undefined, count: number | undefined): void {
  if (list === undefined || list.length === count) return;
  if (count === undefined)
    throw new InputError('setting', `nn: exportModel's ${what} are of models with one input; leave them out`);
  throw new InputError(
    'setting',
    `nn: exportModel's ${what} has ${list.length} names, the model has ${count}; give one for each`,
  );
}
