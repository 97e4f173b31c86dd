import { createHash } from 'node:crypto';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@unbraid/checks/safetensors';
import { z } from 'zod';
import { messageOf, RunError } from '../errors.ts';
import { type Environment, environmentSchema } from '../run/environment.ts';
import { figureSchema, tableSchema } from '../run/output-entries.ts';
import { type Times, timesAt } from '../run/timeline.ts';
import type { StoredArray } from '../values.ts';
import { decodeValue, encodeValue } from './encode.ts';

/** A finished unit's value, or a state inside a unit. */
export type CheckpointKind = 'unit' | 'state';

/** What a unit has put out when its checkpoint is written, so that a resumed run puts out the same without working again. */
export interface Put {
  /** How often it reported: lines, figures and tables. */
  readonly reports: number;
  /** Its lines of `metrics.jsonl`, as they stand there. */
  readonly lines: string;
  /** When these were made, by the clock of the process that made them, and by which units. */
  readonly times: Times;
  readonly figures: readonly PutFigure[];
  readonly tables: readonly z.output<typeof tableSchema>[];
  readonly artifacts: readonly PutArtifact[];
}

/** A figure with its drawing. */
export type PutFigure = z.output<typeof figureSchema> & { readonly svg: string };

/** A file that was made. */
export interface PutArtifact {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface Checkpoint {
  readonly kind: CheckpointKind;
  readonly key: string;
  readonly value: unknown;
  readonly put: Put;
  /** Time the run had taken, over all its sessions. */
  readonly seconds: number;
  /** Fingerprint of the run's `config.json`. */
  readonly run: string;
  /** Where it was computed. */
  readonly environment: Environment;
}

/** The tensor that holds lines; those of the value are named by JSON pointers, which are empty or begin with a slash. */
const LINES = 'lines';
/** The tensor that holds their times. */
const TIMES = 'times';
/** Before the names of tensors that hold files. */
const ARTIFACT = 'artifact/';

const aboutSchema = z.object({
  kind: z.enum(['unit', 'state']),
  key: z.string(),
  seconds: z.number().min(0),
  run: z.string(),
  environment: environmentSchema,
  reports: z.int().min(0),
  figures: z.array(figureSchema.extend({ svg: z.string() })),
  tables: z.array(tableSchema),
  /** Names; checkpoints of earlier versions have none. */
  artifacts: z.array(z.string()).default([]),
  /** Of lines that follow one another: how many, and by which unit; checkpoints of earlier versions have no times. */
  units: z.array(z.tuple([z.int().min(1), z.string().nullable()])).optional(),
});

function tensor(data: StoredArray): SafeTensor {
  const shape = [data.length];
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  return { dtype: 'U8', shape, data };
}

/** Of everything that a file says, whatever way it is written down: SHA-256, in hexadecimal. */
function checksumOf(tensors: Readonly<Record<string, SafeTensor>>, about: string, value: string): string {
  const hash = createHash('sha256').update(JSON.stringify([about, value]));
  for (const name of Object.keys(tensors).sort()) {
    const { dtype, shape, data } = tensors[name]!;
    hash.update(JSON.stringify([name, dtype, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/**
 * The bytes of a safetensors file: the value's arrays as tensors, the rest of it and what the checkpoint is of as metadata, with a checksum.
 * @throws RunError where the value cannot be stored.
 */
export function encodeCheckpoint({ value, put, ...rest }: Checkpoint): Uint8Array {
  const { json, arrays } = encodeValue(value, `${rest.kind} "${rest.key}"`);
  const tensors = Object.fromEntries(Object.entries(arrays).map(([place, array]) => [place, tensor(array)]));
  tensors[LINES] = tensor(new TextEncoder().encode(put.lines));
  tensors[TIMES] = tensor(put.times.seconds);
  const { reports, figures, tables } = put;
  const { units } = put.times;
  const artifacts = put.artifacts.map(({ name, content }) => {
    tensors[ARTIFACT + name] = tensor(content);
    return name;
  });
  const texts = [
    JSON.stringify({ ...rest, reports, figures, tables, artifacts, units }),
    JSON.stringify(json),
  ] as const;
  return encodeSafetensors(tensors, { about: texts[0], value: texts[1], checksum: checksumOf(tensors, ...texts) });
}

/**
 * Arrays are views over `bytes`.
 * @throws RunError saying what is wrong with the bytes, without their name.
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  try {
    const { tensors, metadata } = decodeSafetensors(bytes, 'it');
    const { about, value, checksum } = metadata;
    if (about === undefined || value === undefined || checksum === undefined) throw new RunError('it is no checkpoint');
    if (checksumOf(tensors, about, value) !== checksum) throw new RunError('its checksum is not that of its content');
    const { [LINES]: logged, [TIMES]: seconds, ...arrays } = tensors;
    const { reports, figures, tables, artifacts: names, units, ...rest } = aboutSchema.parse(JSON.parse(about));
    const artifacts = names.map((name) => ({ name, content: takenFrom(arrays, ARTIFACT + name) }));
    const lines = new TextDecoder().decode(logged?.data as Uint8Array);
    const times = timesOf(lines, units === undefined ? undefined : { seconds: seconds?.data, units }, rest);
    const put = { reports, lines, times, figures, tables, artifacts };
    return { ...rest, put, value: decodeValue({ json: JSON.parse(value), arrays: arraysOf(arrays) }) };
  } catch (error) {
    const reason = error instanceof z.ZodError ? 'entries are missing' : messageOf(error).replace(/^data: /, '');
    throw new RunError(reason, { cause: error });
  }
}

/** Where a checkpoint of an earlier version keeps none: the time when it was saved, by its unit. */
function timesOf(
  lines: string,
  kept: { readonly seconds: unknown; readonly units: Times['units'] } | undefined,
  { kind, key, seconds }: Pick<Checkpoint, 'kind' | 'key' | 'seconds'>,
): Times {
  const count = lines.split('\n').length - 1;
  if (kept === undefined) return timesAt(count, { seconds, unit: unitOf(kind, key) });
  const ofUnits = kept.units.reduce((sum, [some]) => sum + some, 0);
  if (!(kept.seconds instanceof Float64Array) || kept.seconds.length !== count || ofUnits !== count)
    throw new RunError('its times are not those of its lines');
  return { seconds: kept.seconds, units: kept.units };
}

/** A state's key begins with that of its unit, where it has one. */
function unitOf(kind: CheckpointKind, key: string): string | null {
  if (kind === 'unit') return key;
  const end = key.indexOf('\0');
  return end < 0 ? null : key.slice(0, end);
}

/** Takes a tensor of bytes away from the others. */
function takenFrom(tensors: Record<string, SafeTensor>, name: string): Uint8Array {
  const found = tensors[name];
  if (!(found?.data instanceof Uint8Array)) throw new RunError(`it lacks ${name}`);
  delete tensors[name];
  return found.data;
}

function arraysOf(tensors: Readonly<Record<string, SafeTensor>>): Record<string, StoredArray> {
  return Object.fromEntries(Object.entries(tensors).map(([place, { data }]) => [place, data as StoredArray]));
}
