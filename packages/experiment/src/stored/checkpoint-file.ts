import { open } from 'node:fs/promises';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '@unbraid/data';
import { RunError } from '../errors.ts';
import type { StoredArray } from '../values.ts';
import { decodeValue, encodeValue } from './encode.ts';

/** Where a run stood when a checkpoint was written: see `metrics.ts`. */
export interface Stamp {
  /** Length of `metrics.jsonl`. */
  readonly bytes: number;
  /** Lines logged outside of units. */
  readonly rootLines: number;
  /** The unit at work, or null between units. */
  readonly unit: string | null;
  /** Lines logged by that unit. */
  readonly unitLines: number;
  /** Time the run had taken. */
  readonly seconds: number;
}

export interface Checkpoint {
  readonly key: string;
  readonly value: unknown;
  readonly stamp: Stamp;
}

function tensor(data: StoredArray): SafeTensor {
  const shape = [data.length];
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof Int32Array) return { dtype: 'I32', shape, data };
  return { dtype: 'U8', shape, data };
}

/**
 * The bytes of a safetensors file: the value's arrays as tensors, the rest of it as metadata.
 * @throws RunError where the value cannot be stored.
 */
export function encodeCheckpoint({ key, value, stamp }: Checkpoint, owner: string): Uint8Array {
  const { json, arrays } = encodeValue(value, owner);
  const tensors = Object.fromEntries(Object.entries(arrays).map(([place, array]) => [place, tensor(array)]));
  return encodeSafetensors(tensors, { key, value: JSON.stringify(json), stamp: JSON.stringify(stamp) });
}

function notACheckpoint(name: string, cause?: unknown): RunError {
  const message = `experiment: ${name} is not a checkpoint; delete it to compute its part of the run again`;
  return new RunError(message, { cause });
}

/** Arrays are views over `bytes`. */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const { key, value, stamp } = metadata;
  if (key === undefined || value === undefined || stamp === undefined) throw notACheckpoint(name);
  const arrays = Object.fromEntries(Object.entries(tensors).map(([place, { data }]) => [place, data as StoredArray]));
  return { key, value: decodeValue({ json: JSON.parse(value), arrays }), stamp: JSON.parse(stamp) };
}

/** Reads a checkpoint's stamp alone, and so the file's header alone: its arrays may be large. */
export async function readStamp(path: string): Promise<Stamp> {
  const file = await open(path);
  try {
    const length = Buffer.alloc(8);
    await file.read(length, 0, 8, 0);
    const bytes = Number(length.readBigUInt64LE());
    const { size } = await file.stat();
    if (bytes > size) throw notACheckpoint(path);
    const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 8);
    return stampOf(buffer.toString(), path);
  } finally {
    await file.close();
  }
}

function stampOf(header: string, path: string): Stamp {
  try {
    return JSON.parse(JSON.parse(header).__metadata__.stamp);
  } catch (error) {
    throw notACheckpoint(path, error);
  }
}
