import { createMatrix, type Matrix, type Scaling } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import type { ScalingKind } from '../inputs.ts';
import type { RowReader } from './row-source.ts';

/** Gates that are learned look at so many rows at the most, chosen at random. */
const SAMPLE_ROWS = 16_384;

/** Places of rows to sample, ascending. */
export function sampledRows(rows: number, random: Random): Int32Array {
  if (rows <= SAMPLE_ROWS) return Int32Array.from({ length: rows }, (_, i) => i);
  return random.permutation(rows).slice(0, SAMPLE_ROWS).sort();
}

/** What is known after the rows were read for the first time. */
export interface FirstPass {
  readonly scaling: Scaling | undefined;
  /** The rows asked for, as they are. */
  readonly sample: Matrix;
}

/** Learns the scaling as `fitStandardization` and `fitNormScaling` do, with the same sums in the same order, so the same bits; and collects a sample. */
export async function firstPass(
  reader: RowReader,
  { kind, places, signal }: { kind: ScalingKind | undefined; places: Int32Array; signal: AbortSignal | undefined },
): Promise<FirstPass> {
  const { rows, cols } = reader;
  const sample = createMatrix(places.length, cols);
  const mean = new Float64Array(cols);
  let taken = 0;
  const take = ({ data, rows: count }: Matrix, start: number) => {
    if (kind) for (let at = 0; at < data.length; at += cols) for (let j = 0; j < cols; j++) mean[j]! += data[at + j]!;
    for (; taken < places.length && places[taken]! < start + count; taken++) {
      const at = (places[taken]! - start) * cols;
      sample.data.set(data.subarray(at, at + cols), taken * cols);
    }
  };
  await reader.pass({ take }, signal);
  for (let j = 0; j < cols; j++) mean[j]! /= rows;
  if (!kind) return { scaling: undefined, sample };
  const scale = kind === 'norm' ? await normOf(reader, mean, signal) : await deviationsOf(reader, mean, signal);
  return { scaling: { mean, scale }, sample };
}

async function deviationsOf(
  reader: RowReader,
  mean: Float64Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { rows, cols } = reader;
  const squares = new Float64Array(cols);
  const take = ({ data }: Matrix) => {
    for (let at = 0; at < data.length; at += cols)
      for (let j = 0; j < cols; j++) squares[j]! += (data[at + j]! - mean[j]!) ** 2;
  };
  await reader.pass({ take }, signal);
  return squares.map((sum) => Math.sqrt(sum / rows) || 1);
}

/** One number for all columns: what gives rows a mean length of √d. */
async function normOf(reader: RowReader, mean: Float64Array, signal: AbortSignal | undefined): Promise<Float64Array> {
  const { rows, cols } = reader;
  let norms = 0;
  const take = ({ data }: Matrix) => {
    for (let at = 0; at < data.length; at += cols) {
      let square = 0;
      for (let j = 0; j < cols; j++) square += (data[at + j]! - mean[j]!) ** 2;
      norms += Math.sqrt(square);
    }
  };
  await reader.pass({ take }, signal);
  return new Float64Array(cols).fill(norms / rows / Math.sqrt(cols) || 1);
}
