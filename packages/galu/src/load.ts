import { checkSettings, InputError, showValue, text } from '@unbraid/checks';
import { createMatrix, decodeSafetensors, type Matrix, type SafeTensor, type Safetensors } from '@unbraid/data';
import * as z from 'zod';
import { type FitReport, type FittedGalu, fitted, type GaluNetwork } from './fitted.ts';
import { inputColumns } from './inputs.ts';
import { type RunOptions, runSettings } from './run-once.ts';
import type { Loss, Task } from './targets.ts';
import { checkWeights } from './weights.ts';

/** Format of saved networks; version 1 had no intercept and no loss, version 2 no scaling, offset and members. */
export const FORMAT = 'unbraid-galu-3';
const FIRST = 'unbraid-galu-1';
const FORMATS = [FIRST, 'unbraid-galu-2', FORMAT];

const count = z.int().min(0);
const share = z.number().min(0);
const ended = {
  iterations: count,
  stopped: z.enum(['direct', 'tolerance', 'targetError', 'maxIterations', 'stagnation']),
  error: share,
  gradient: share,
  method: z.enum(['primal', 'dual', 'direct']),
  seconds: share,
};
const reportSchema = z.object({
  ...ended,
  converged: z.boolean().optional(),
  warnings: z.array(z.string()).optional(),
  members: z.array(z.object({ ...ended, converged: z.boolean() })).exactOptional(),
});

const inputsSchema = z.object({ offset: z.boolean(), members: z.int().min(1) });

const taskSchema: z.ZodType<Task> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('regression') }),
  z
    .object({
      kind: z.literal('classification'),
      classes: z.int().min(2),
      names: z.union([z.array(z.string()), z.array(z.boolean())]).exactOptional(),
    })
    .refine(({ classes, names }) => names === undefined || names.length === classes, {
      error: 'a name for each class is needed',
    }),
  z.object({ kind: z.literal('multilabel'), labels: z.int().min(1) }),
]);

const AGAIN = 'save the network again with saveGalu';

/** What reading a saved network takes. */
export interface LoadOptions extends RunOptions {
  /** What errors call the bytes. Default `the saved network`, or the path of a file. */
  readonly name?: string;
}

/**
 * The network in the bytes that `encodeGalu` gave.
 * @throws {InputError} in one line naming them: where they are damaged or of another kind, lack a tensor or an entry of the metadata, have shapes
 * that don't make a network, or NaN or infinite entries
 */
export function decodeGalu(bytes: Uint8Array, options: LoadOptions = {}): FittedGalu {
  const { runtime, name = 'the saved network' } = checkSettings('galu: decodeGalu', loadSettings, options);
  const { network, report } = parseGalu(decodeSafetensors(bytes, name), name);
  return fitted(network, report, runtime);
}

/** Of `LoadOptions`. */
export const loadSettings = z.object({ runtime: runSettings.runtime, name: text().optional() });

/** The network and report in the content of a file. @throws {InputError} as `decodeGalu`, naming the file by `path` */
export function parseGalu(
  file: Safetensors,
  path: string,
): { readonly network: GaluNetwork; readonly report: FitReport } {
  const { format } = file.metadata;
  if (format === undefined || !FORMATS.includes(format)) {
    throw new InputError(
      'model',
      `galu: ${path} is no saved GaLU network that this version reads (format ${format === undefined ? 'missing' : showValue(format)}, expected ${FORMATS.join(' or ')}); ${AGAIN}`,
    );
  }
  const a = matrixNamed(file, 'a', path);
  const first = format === FIRST;
  const network: GaluNetwork = {
    gates: matrixNamed(file, 'gates', path),
    weights: matrixNamed(file, 'weights', path),
    a,
    intercept: first ? new Float32Array(a.cols) : tensorNamed(file, 'intercept', { axes: 1 }, path).data,
    task: entry(file, 'task', taskSchema, path),
    ...(!first && { loss: lossOf(file, path) }),
    ...(format === FORMAT && inputsIn(file, path)),
  };
  checkShapes(network, path);
  checkWeights(`galu: ${path}`, network, 'the file is of no use: train the network again');
  return { network, report: reportIn(file, path) };
}

function reportIn(file: Safetensors, path: string): FitReport {
  const { members, ...saved } = entry(file, 'report', reportSchema, path);
  const converged = saved.converged ?? (saved.stopped !== 'maxIterations' && saved.stopped !== 'stagnation');
  const each = members?.map((member) => ({ ...member, history: [] }));
  return { ...saved, converged, warnings: saved.warnings ?? [], history: [], ...(each && { members: each }) };
}

/** Scaling, offset and members; what there isn't is left out, as in a network that was just trained. */
function inputsIn(file: Safetensors, path: string): Pick<GaluNetwork, 'scaling' | 'offset' | 'members'> {
  const { offset, members } = entry(file, 'inputs', inputsSchema, path);
  const scaled = Object.hasOwn(file.tensors, 'mean') || Object.hasOwn(file.tensors, 'scale');
  const column = (name: string) => tensorNamed(file, name, { axes: 1, dtype: 'F64' }, path).data;
  return {
    ...(scaled && { scaling: { mean: column('mean'), scale: column('scale') } }),
    ...(offset && { offset }),
    ...(members > 1 && { members }),
  };
}

function tensorNamed<D extends 'F32' | 'F64' = 'F32'>(
  { tensors }: Safetensors,
  name: string,
  { axes, dtype }: { axes: number; dtype?: D },
  path: string,
): SafeTensor<D> {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (!tensor) {
    throw new InputError(
      'model',
      `galu: ${path} has no tensor "${name}" among its ${Object.keys(tensors).length}; ${AGAIN}`,
    );
  }
  const wanted = dtype ?? 'F32';
  if (tensor.dtype !== wanted || tensor.shape.length !== axes) {
    throw new InputError(
      'model',
      `galu: ${path}: tensor "${name}" is ${tensor.dtype} [${tensor.shape.join(', ')}]; ${wanted} with ${axes === 1 ? '1 axis' : `${axes} axes`} is needed, so ${AGAIN}`,
    );
  }
  return tensor as SafeTensor<D>;
}

function matrixNamed(file: Safetensors, name: string, path: string): Matrix {
  const { data, shape } = tensorNamed(file, name, { axes: 2 }, path);
  return createMatrix(shape[0]!, shape[1]!, data);
}

function entry<T>({ metadata }: Safetensors, name: string, schema: z.ZodType<T>, path: string): T {
  const text = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  if (text === undefined) {
    throw new InputError('model', `galu: ${path}: its metadata has no entry "${name}"; ${AGAIN}`);
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const { path: at, message } = parsed.error.issues[0]!;
  const where = at.length > 0 ? ` at ${showValue(at.join('.'))}` : '';
  throw new InputError(
    'model',
    `galu: ${path}: its metadata's entry "${name}" is wrong${where} (${message}); ${AGAIN}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lossOf({ metadata: { loss } }: Safetensors, path: string): Loss {
  if (loss === 'squared' || loss === 'logistic' || loss === 'softmax') return loss;
  throw new InputError(
    'model',
    `galu: ${path}: its metadata's entry "loss" is ${loss === undefined ? 'missing' : showValue(loss)}; "squared", "logistic" or "softmax" is needed, so ${AGAIN}`,
  );
}

function checkShapes(network: GaluNetwork, path: string): void {
  const { gates, weights, a, intercept, task, members = 1 } = network;
  const agree = gates.rows === weights.rows && gates.cols === weights.cols && a.rows === gates.rows;
  const sizes = [gates, weights, a].map(({ rows, cols }) => `${rows} × ${cols}`);
  const whole = gates.rows % members === 0 && intercept.length === members * a.cols;
  if (!agree || !whole || inputColumns(network) < 1 || gates.data.length === 0 || a.data.length === 0) {
    const of = members === 1 ? '' : ` of ${members} members`;
    throw new InputError(
      'model',
      `galu: ${path}: gates, weights and a${of} are ${sizes.join(', ')} and the intercept has ${intercept.length} entries, which is no network; ${AGAIN}`,
    );
  }
  checkScaling(network, path);
  const expected = expectedOutputs(task);
  if (expected === undefined || expected === a.cols) return;
  throw new InputError(
    'model',
    `galu: ${path}: a has ${a.cols} columns, the task ${JSON.stringify(task)} has ${expected} outputs; ${AGAIN}`,
  );
}

function checkScaling({ scaling, ...network }: GaluNetwork, path: string): void {
  if (!scaling) return;
  const { mean, scale } = scaling;
  const columns = inputColumns(network);
  if (mean.length !== columns || scale.length !== columns) {
    throw new InputError(
      'model',
      `galu: ${path}: the network takes ${columns} columns, mean and scale have ${mean.length} and ${scale.length} entries; ${AGAIN}`,
    );
  }
  const at = scale.findIndex((value) => !(value > 0));
  if (at < 0) return;
  throw new InputError(
    'model',
    `galu: ${path}: scale is ${scale[at]} at entry ${at} (counted from 0), and a scale is above 0; ${AGAIN}`,
  );
}

function expectedOutputs(task: Task): number | undefined {
  if (task.kind === 'regression') return undefined;
  if (task.kind === 'multilabel') return task.labels;
  return task.classes === 2 ? 1 : task.classes;
}
