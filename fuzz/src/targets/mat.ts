import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type MatMatrix, parseMat, readLane, readMat } from '@unbraid/data';
import type { ByteTarget, FolderTarget } from '../target.ts';
import { assertGraph, fixture, fromBase64 } from './graph-invariants.ts';

const files = () => fixture('matlab.json') as Readonly<Record<string, string>>;

function assertMatrix({ rows, cols, values, imaginary, sparse }: MatMatrix): void {
  assert.ok(Number.isInteger(rows) && rows >= 0 && Number.isInteger(cols) && cols >= 0);
  assert.equal(imaginary?.length ?? values.length, values.length);
  if (!sparse) {
    assert.equal(values.length, rows * cols);
    return;
  }
  const { starts, rows: rowOf } = sparse;
  assert.equal(starts.length, cols + 1);
  assert.deepEqual([starts[0], starts[cols], rowOf.length], [0, values.length, values.length]);
  for (let column = 0; column < cols; column++) {
    assert.ok(starts[column]! <= starts[column + 1]!);
    for (let e = starts[column]!; e < starts[column + 1]!; e++) {
      assert.ok(rowOf[e]! >= 0 && rowOf[e]! < rows);
      assert.ok(e === starts[column] || rowOf[e]! > rowOf[e - 1]!);
    }
  }
}

export const mat: ByteTarget = {
  name: 'mat',
  seeds: () => ['5', '5 compressed'].map((version) => fromBase64(files()[version]!)),
  run(bytes) {
    for (const matrix of parseMat(bytes, 'x.mat', { complex: 'parts' }).values()) assertMatrix(matrix);
  },
};

/** Each file is read in a thread of its own, which starts slowly. */
export const mat73: FolderTarget = {
  name: 'mat73',
  limitMs: 30_000,
  testCases: 8,
  folders: () => ['7.3', '7.3 lane'].map((version) => ({ 'x.mat': fromBase64(files()[version]!) })),
  async runFolder(folder) {
    for (const matrix of (await readMat(join(folder, 'x.mat'), { complex: 'parts' })).values()) assertMatrix(matrix);
  },
};

export const lane: FolderTarget = {
  name: 'lane',
  folders: () => [{ 'x.mat': fromBase64(files()['5 lane']!) }],
  async runFolder(folder) {
    assertGraph(await readLane(join(folder, 'x.mat'), 'x'));
  },
};
