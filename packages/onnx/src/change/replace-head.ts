import { checkSettings, given, InputError, integer, showValue, text } from '@unbraid/checks';
import { spec, type Tensor, type TensorSpec, trace } from '@unbraid/graph';
import { type AnyModel, exportModel, initialize } from '@unbraid/nn';
import * as z from 'zod';
import { importGraph } from '../import/import-proto.ts';
import type { NamedTensors, OnnxFile, OnnxModel } from '../import/onnx-model.ts';
import { decodeModelProto } from '../proto/decode.ts';
import type { GraphProto, ModelProto } from '../proto/model-proto.ts';
import { namesIn } from '../proto/names.ts';
import { keepNeeded, renamed } from './graph-parts.ts';
import { headInput } from './head-input.ts';
import { inVersion } from './head-version.ts';

/** What `replaceHead` takes. */
export interface HeadOptions {
  /** Names of the values that the head reads, inside the file or its outputs. Default: what the last product with a weight reads before `output`. */
  readonly at?: string | readonly string[];
  /** Name of the new output, and what the names of the head's parameters begin with. Default `head`. */
  readonly name?: string;
  /** Of the head's first values. Default 0. */
  readonly seed?: number;
}

const schema = z.object({
  model: given<OnnxModel>(),
  head: given<AnyModel>(),
  at: z.union([z.string(), z.array(z.string()).min(1).readonly()], { error: 'a name, or a list of names' }).optional(),
  name: text().default('head'),
  seed: integer({ min: 0 }).default(0),
});

/**
 * The model with another end: `head` in place of all that comes after the values it reads, such as a layer of as many outputs as the new data have
 * classes. What is no longer needed is gone, and the new output is the only one. The result is a model as any file's: train it, export it.
 * @param head a model of `@unbraid/nn` in inference; where it reads several values it names them in `inputs`, in the order of `at`
 * @throws {InputError} `setting`, for a value that the file doesn't have, and where no product is found; `data`, for a head that can't read it
 */
export function replaceHead(model: OnnxModel, head: AnyModel, options: HeadOptions = {}): OnnxModel {
  const { at, name, seed } = checkSettings('onnx: replaceHead', schema, { model, head, ...options });
  const { file } = model;
  const places = at === undefined ? [headInput(model)] : typeof at === 'string' ? [at] : at;
  checkPlaces(file, places, name);
  const end = inVersion(endOf(model, head, places, name, seed), file.proto.opsets.get('') ?? NEWEST, file.name);
  const whole = file.before?.whole ?? file.graph;
  const graph = keepNeeded({
    ...whole,
    nodes: [...whole.nodes, ...end.nodes],
    initializers: [...whole.initializers, ...end.initializers],
    outputs: end.outputs,
  });
  // Of the functions of the file nothing is left: their uses are written out.
  const proto: ModelProto = { ...file.proto, graph, functions: new Map() };
  const { output: _, shapes = {}, constants = {}, ...rest } = file.settings;
  // Inputs that only the old end read are gone.
  const left = namesIn(graph);
  const settings = { ...rest, shapes: among(shapes, left), constants: among(constants, left) };
  return importGraph({ name: file.name, bytes: NO_BYTES, proto, graph }, settings, (each) =>
    each.startsWith(`${name}.`),
  );
}

/** The entries whose names are there. */
const among = <T>(record: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));

/** The version of a file that says none, since it has no operators of ONNX's own. */
const NEWEST = 18;

/** A changed model is no longer what stands in its file. */
const NO_BYTES = new Uint8Array();

function checkPlaces({ name: file, graph }: OnnxFile, places: readonly string[], name: string): void {
  const values = namesIn(graph);
  const missing = places.find((place) => !values.has(place));
  if (missing !== undefined)
    throw new InputError(
      'setting',
      `onnx: replaceHead: ${file} has no value ${showValue(missing)} that a head could read`,
    );
  if (values.has(name))
    throw new InputError(
      'setting',
      `onnx: replaceHead: ${file} has a value ${showValue(name)} already; give another name`,
    );
}

/** The nodes of the head, reading the file's values, and everything of them under the head's name. */
function endOf(model: OnnxModel, head: AnyModel, places: readonly string[], name: string, seed: number): GraphProto {
  const [place] = places as readonly [string];
  const options = head.inputs ? {} : { inputShape: valuesAt(model, [place])[0]!.shape.slice(1) };
  const bytes = exportModel(head, initialize(head, seed), { ...options, output: 'y' });
  const { graph } = decodeModelProto(bytes, 'the head');
  if (graph.inputs.length !== places.length)
    throw new InputError(
      'setting',
      `onnx: replaceHead: the head reads ${graph.inputs.length} values, at names ${places.length}; give one for each`,
    );
  const read = new Map(graph.inputs.map((input, i) => [input.name, places[i]!]));
  return renamed(graph, (each) => {
    if (each === 'y') return name;
    if (each.startsWith('params')) return `${name}.${each === 'params' ? each : each.slice('params.'.length)}`;
    return read.get(each) ?? `${name}/${each}`;
  });
}

/** Values inside a model, for a batch of one row. */
function valuesAt(model: OnnxModel, places: readonly string[]): Tensor[] {
  const inputs = Object.entries(model.inputs).map(
    ([key, { shape, dtype }]) => [key, spec([1, ...shape], dtype)] as const,
  );
  const specs = { params: model.params, ...Object.fromEntries(inputs.map(([, each], i) => [`x${i}`, each])) };
  const found: Tensor[] = [];
  trace(specs as unknown as Readonly<Record<string, TensorSpec>>, (given) => {
    const tensors = given as unknown as NamedTensors & { readonly params: NamedTensors };
    const batch = Object.fromEntries(inputs.map(([key], i) => [key, tensors[`x${i}`]!]));
    const values = model.run(tensors.params, batch, places);
    found.push(...places.map((place) => values[place]!));
    return {};
  });
  return found;
}
