import { InputError } from '@unbraid/checks';
import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';

/** Layer normalization of rows of `scale.length` entries. */
export interface LayerNorm {
  /** Row-major. */
  readonly x: Float32Array;
  readonly scale: Float32Array;
  /** Added to variances. */
  readonly epsilon: number;
  /** Room for `layerNormRoom` numbers, whose content is of no use afterwards. */
  readonly room: Float32Array;
}

/** What the backward pass reads and writes. */
export interface LayerNormGradients {
  /** The cotangent of the result, like x. */
  readonly g: Float32Array;
  readonly dx: Float32Array;
  readonly dscale: Float32Array;
  readonly dbias: Float32Array;
}

/** Groups of rows whose sums are added up by themselves, whatever the number of threads, so that bits don't depend on it. */
const GROUPS = 32;

/** Of an entry on one thread. */
const NANOSECONDS = 1.5;

/** Numbers of room that `layerNormBackward` needs for rows of a width. */
export const layerNormRoom = (width: number): number => 2 * GROUPS * width;

/** The gradients of layer normalization, computed from x anew. */
export function layerNormBackward(engine: Engine, given: LayerNorm, gradients: LayerNormGradients): void {
  const { x, scale, epsilon, room } = given;
  const { g, dx, dscale, dbias } = gradients;
  checkLengths('layerNormBackward', { x, g, dx });
  checkLengths('layerNormBackward', { scale, dscale, dbias });
  const width = scale.length;
  const rows = x.length / width;
  if (!Number.isInteger(rows) || room.length < layerNormRoom(width)) {
    throw new InputError(
      'data',
      `kernels: layerNormBackward: x has ${x.length} entries and room ${room.length}; whole rows of ${width} and room for ${layerNormRoom(width)} are needed`,
    );
  }
  const group = Math.ceil(rows / GROUPS);
  const groups = Math.ceil(rows / Math.max(1, group));
  if (!engine.nativeFor(x, scale, room, g, dx, dscale, dbias)) backwardScalar(given, gradients, group);
  else {
    engine.run({
      ...{ kernel: 'layerNormBackward', items: groups, nanoseconds: NANOSECONDS * x.length },
      args: (first, last) => [
        ...([x.byteOffset, g.byteOffset, scale.byteOffset, rows, width, epsilon, group, first, last] as const),
        ...([dx.byteOffset, room.byteOffset] as const),
      ],
    });
  }
  addGroups(room, groups, 0, dscale);
  addGroups(room, groups, width, dbias);
}

/** Sums of the groups in their order. */
function addGroups(room: Float32Array, groups: number, offset: number, out: Float32Array): void {
  const width = out.length;
  for (let j = 0; j < width; j++) {
    let sum = 0;
    for (let k = 0; k < groups; k++) sum += room[2 * width * k + offset + j]!;
    out[j] = sum;
  }
}

const { fround, sqrt } = Math;

/** The twin: sums in four lanes, and rounded after every operation, as in wasm. */
function backwardScalar(given: LayerNorm, { g, dx }: LayerNormGradients, group: number): void {
  const { x, scale, epsilon, room } = given;
  const width = scale.length;
  const rows = x.length / width;
  const lanes = new Float32Array(4);
  const mean = (value: (j: number) => number): number => {
    lanes.fill(0);
    for (let j = 0; j < width; j++) lanes[j & 3] = lanes[j & 3]! + value(j);
    return fround(fround(fround(lanes[0]! + lanes[1]!) + fround(lanes[2]! + lanes[3]!)) / width);
  };
  room.fill(0, 0, 2 * width * Math.ceil(rows / Math.max(1, group)));
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    const sums = 2 * width * Math.floor(row / group);
    const middle = mean((j) => x[at + j]!);
    const centred = (j: number) => fround(x[at + j]! - middle);
    const variance = mean((j) => fround(centred(j) * centred(j)));
    const factor = fround(1 / fround(sqrt(fround(variance + fround(epsilon)))));
    const entry = (j: number) => fround(centred(j) * factor);
    const scaled = (j: number) => fround(g[at + j]! * scale[j]!);
    const plain = mean(scaled);
    const along = mean((j) => fround(scaled(j) * entry(j)));
    for (let j = 0; j < width; j++) {
      room[sums + j] = room[sums + j]! + fround(g[at + j]! * entry(j));
      room[sums + width + j] = room[sums + width + j]! + g[at + j]!;
      dx[at + j] = fround(fround(scaled(j) - plain) - fround(entry(j) * along)) * factor;
    }
  }
}
