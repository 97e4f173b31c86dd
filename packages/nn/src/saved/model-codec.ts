import { type ByteSource, checkFiniteValues, checkSettings, given, InputError, showValue } from '@unbraid/checks';
import { decodeSafetensors, encodeSafetensors, type SafeTensor, type Safetensors } from '@unbraid/checks/safetensors';
import { type Layout, type LayoutLeaf, layoutOf } from '@unbraid/graph';
import * as z from 'zod';
import { checkParams } from '../fit/check-data.ts';
import { modelSetting } from '../fit/fit-schema.ts';
import type { AnyModel } from '../model.ts';
import { showShape } from '../show-shape.ts';
import { buildModel, describeModel } from './architecture.ts';

/** A trained model and what belongs to it. */
export interface SavedModel {
  readonly model: AnyModel;
  /** Flat, as `fit` returns them. */
  readonly params: Float32Array;
  /** Names of the classes in the order of the model's outputs: those of the fit. */
  readonly classes?: readonly string[] | undefined;
  /** Names of the columns of its inputs, in their order. */
  readonly features?: readonly string[] | undefined;
  /** Anything else worth keeping, as text: how inputs were scaled, what it was trained on. */
  readonly notes?: Readonly<Record<string, string>> | undefined;
}

/** What `decodeModel` takes. */
export interface DecodeModelOptions {
  /** The model whose parameters these are; needed where it has layers of your own, which can't be written down. */
  readonly model?: AnyModel | undefined;
  /** How errors call the file. Default `the saved model`. */
  readonly name?: string | undefined;
}

/** What follows `unbraid-nn-` in a file. Files of other versions are refused. */
const FORMAT = 'unbraid-nn-1';

/** The name of a parameter that is the model's only one and so has no path. */
const ONLY = 'params';

const list = (what: string) =>
  z
    .array(z.string(), { error: `a list of ${what} as text` })
    .min(1, { error: `a list of ${what} as text` })
    .refine((names) => new Set(names).size === names.length, { error: `a list in which no ${what} are called alike` });

const savedSchema = z.object({
  model: modelSetting(),
  params: given<Float32Array>(),
  classes: list('classes').optional(),
  features: list('columns').optional(),
  notes: z.record(z.string(), z.string(), { error: 'an object of texts' }).optional(),
});

const nameOf = ({ path }: LayoutLeaf): string => path || ONLY;

/**
 * A model as the bytes of a safetensors file: each parameter under its path; the layers, classes, columns and notes as metadata, JSON. What is ours
 * comes back by `decodeModel` without code; a model with layers of its own comes back where it is given there.
 * @throws {InputError} in one line, for parameters that don't fit or aren't finite, and for names that are no texts or not different
 */
export function encodeModel(saved: SavedModel): Uint8Array<ArrayBuffer> {
  const { model, params, classes, features, notes } = checkSettings('nn: encodeModel', savedSchema, saved);
  checkParams("encodeModel's params", model, params);
  const { json, own } = describeModel(model);
  const tensors = layoutOf(model.params, 'params').leaves.map((leaf): [string, SafeTensor] => {
    const data = params.subarray(leaf.offset, leaf.offset + leaf.size);
    return [nameOf(leaf), { dtype: 'F32', shape: leaf.shape, data }];
  });
  const metadata = {
    format: FORMAT,
    ...(json === undefined ? { own: own.join(', ') } : { architecture: JSON.stringify(json) }),
    ...(classes && { classes: JSON.stringify(classes) }),
    ...(features && { features: JSON.stringify(features) }),
    ...(notes && { notes: JSON.stringify(notes) }),
  };
  return encodeSafetensors(Object.fromEntries(tensors), metadata, 'nn');
}

const decodeSchema = z.object({ model: modelSetting().optional(), name: z.string().default('the saved model') });

/**
 * The model that `encodeModel` wrote.
 * @throws {InputError} `file`, for bytes that are no safetensors file or damaged
 * @throws {InputError} `model`, in one line, for another version or kind of file, layers of one's own where `model` isn't given, and parameters whose
 * names or shapes aren't the model's
 * @throws {InputError} `not-finite`, for parameters that are NaN or infinite
 */
export function decodeModel(bytes: ByteSource, options: DecodeModelOptions = {}): SavedModel {
  const { model: own, name } = checkSettings('nn: decodeModel', decodeSchema, options);
  const file = decodeSafetensors(bytes, name, 'nn');
  const refuse: Refuse = (what, cause) => new InputError('model', `nn: ${name}: ${what}`, { cause });
  checkFormat(file, refuse);
  const model = own ?? describedIn(file, refuse);
  const layout = layoutOf(model.params, 'params');
  // Before room is made for them: a description may claim any size.
  checkTensors(file, layout, refuse);
  const params = new Float32Array(layout.size);
  for (const leaf of layout.leaves) {
    const { data } = file.tensors[nameOf(leaf)] as SafeTensor<'F32'>;
    checkFiniteValues(`nn: ${name}: ${nameOf(leaf)}`, data, 'the file is of training that diverged, or damaged');
    params.set(data, leaf.offset);
  }
  const { classes, features, notes } = savedSchema.shape;
  const parts = {
    classes: partOf(file, 'classes', classes, refuse),
    features: partOf(file, 'features', features, refuse),
  };
  const kept = Object.entries({ ...parts, notes: partOf(file, 'notes', notes, refuse) });
  return { model, params, ...Object.fromEntries(kept.filter(([, value]) => value !== undefined)) };
}

type Refuse = (what: string, cause?: unknown) => InputError;

function checkFormat({ metadata: { format } }: Safetensors, refuse: Refuse): void {
  if (format === FORMAT) return;
  if (format?.startsWith('unbraid-nn-'))
    throw refuse(`it is of the format ${showValue(format)}, this version of @unbraid/nn reads ${FORMAT}; update it`);
  throw refuse(
    `it is no saved model (format ${format === undefined ? 'missing' : showValue(format)}, expected ${FORMAT})`,
  );
}

function describedIn({ metadata }: Safetensors, refuse: Refuse): AnyModel {
  const { architecture, own } = metadata;
  if (own !== undefined) {
    const layers = JSON.stringify(own.slice(0, 200)).slice(1, -1);
    throw refuse(`it has layers of your own, which a file can't describe: ${layers}; give the model, too: { model }`);
  }
  try {
    return buildModel(parse(architecture ?? 'null'));
  } catch (error) {
    // The file's own words, of which a line that anyone reads has no more than the first.
    const reason = error instanceof InputError ? JSON.stringify(error.message.slice(0, 200)) : 'they are damaged';
    throw refuse(`its layers can't be made: ${reason}`, error);
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new InputError('model', 'not JSON', { cause });
  }
}

function partOf<S extends z.ZodType>(
  { metadata }: Safetensors,
  key: string,
  schema: S,
  refuse: Refuse,
): z.output<S> | undefined {
  const json = metadata[key];
  if (json === undefined) return undefined;
  try {
    return schema.parse(parse(json));
  } catch (cause) {
    throw refuse(`its ${key} can't be read`, cause);
  }
}

/** Refuses a file whose tensors are not those of the model. */
function checkTensors(file: Safetensors, { leaves }: Layout, refuse: Refuse): void {
  for (const leaf of leaves) {
    const name = nameOf(leaf);
    const tensor = Object.hasOwn(file.tensors, name) ? file.tensors[name] : undefined;
    if (!tensor) throw refuse(`there is no parameter ${showValue(name)}, which the model needs`);
    const found = `${tensor.dtype === 'F32' ? '' : `${tensor.dtype} `}${showShape(tensor.shape)}`;
    if (found !== showShape(leaf.shape))
      throw refuse(`the parameter ${name} is ${found}, the model's is ${showShape(leaf.shape)}`);
  }
  const names = new Set(leaves.map(nameOf));
  const stray = Object.keys(file.tensors).find((name) => !names.has(name));
  if (stray !== undefined) throw refuse(`there is a parameter ${showValue(stray)}, which the model doesn't have`);
}
