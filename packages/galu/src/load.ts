import { checkSettings, InputError, showValue, text } from '@unbraid/checks';
import { createMatrix, decodeSafetensors, type Matrix, type Safetensors } from '@unbraid/data';
import * as z from 'zod';
import { type FitReport, type FittedGalu, fitted, type GaluNetwork } from './fitted.ts';
import { checkWeights } from './predict.ts';
import { type RunOptions, runSettings } from './run-once.ts';
import type { Loss, Task } from './targets.ts';

/** Format of saved networks; version 1 had no intercept and no loss. */
export const FORMAT = 'unbraid-galu-2';
const FORMATS = ['unbraid-galu-1', FORMAT];

const count = z.int().min(0);
const share = z.number().min(0);
const reportSchema = z.object({
  iterations: count,
  stopped: z.enum(['direct', 'tolerance', 'targetError', 'maxIterations', 'stagnation']),
  error: share,
  gradient: share,
  method: z.enum(['primal', 'dual']),
  seconds: share,
  converged: z.boolean().optional(),
  warnings: z.array(z.string()).optional(),
});

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
  const network: GaluNetwork = {
    gates: matrixNamed(file, 'gates', path),
    weights: matrixNamed(file, 'weights', path),
    a,
    intercept: format === FORMAT ? tensorNamed(file, 'intercept', 1, path).data : new Float32Array(a.cols),
    task: entry(file, 'task', taskSchema, path),
    ...(format === FORMAT && { loss: lossOf(file, path) }),
  };
  checkShapes(network, path);
  checkWeights(`galu: ${path}`, network, 'the file is of no use: train the network again');
  const saved = entry(file, 'report', reportSchema, path);
  const converged = saved.converged ?? (saved.stopped !== 'maxIterations' && saved.stopped !== 'stagnation');
  return { network, report: { ...saved, converged, warnings: saved.warnings ?? [], history: [] } };
}

function tensorNamed({ tensors }: Safetensors, name: string, axes: number, path: string) {
  const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (!tensor) {
    throw new InputError(
      'model',
      `galu: ${path} has no tensor "${name}" among its ${Object.keys(tensors).length}; ${AGAIN}`,
    );
  }
  if (tensor.dtype !== 'F32' || tensor.shape.length !== axes) {
    throw new InputError(
      'model',
      `galu: ${path}: tensor "${name}" is ${tensor.dtype} [${tensor.shape.join(', ')}]; F32 with ${axes === 1 ? '1 axis' : `${axes} axes`} is needed, so ${AGAIN}`,
    );
  }
  return tensor;
}

function matrixNamed(file: Safetensors, name: string, path: string): Matrix {
  const { data, shape } = tensorNamed(file, name, 2, path);
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
  if (loss === 'squared' || loss === 'logistic') return loss;
  throw new InputError(
    'model',
    `galu: ${path}: its metadata's entry "loss" is ${loss === undefined ? 'missing' : showValue(loss)}; "squared" or "logistic" is needed, so ${AGAIN}`,
  );
}

function checkShapes({ gates, weights, a, intercept, task }: GaluNetwork, path: string): void {
  const agree = gates.rows === weights.rows && gates.cols === weights.cols && a.rows === gates.rows;
  const sizes = [gates, weights, a].map(({ rows, cols }) => `${rows} × ${cols}`);
  if (!agree || intercept.length !== a.cols || gates.data.length === 0 || a.data.length === 0) {
    throw new InputError(
      'model',
      `galu: ${path}: gates, weights and a are ${sizes.join(', ')} and the intercept has ${intercept.length} entries, which is no network; ${AGAIN}`,
    );
  }
  const expected = expectedOutputs(task);
  if (expected === undefined || expected === a.cols) return;
  throw new InputError(
    'model',
    `galu: ${path}: a has ${a.cols} columns, the task ${JSON.stringify(task)} has ${expected} outputs; ${AGAIN}`,
  );
}

function expectedOutputs(task: Task): number | undefined {
  if (task.kind === 'regression') return undefined;
  if (task.kind === 'multilabel') return task.labels;
  return task.classes === 2 ? 1 : task.classes;
}
