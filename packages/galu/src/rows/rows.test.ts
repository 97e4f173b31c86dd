import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMatrix, type Matrix, writeSafetensors } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relativeError } from '../../test/fixture.ts';
import { createGalu, type GaluSettings, openRows, type RowSource } from '../index.ts';
import { createReader } from './row-source.ts';

const runtime = nodeRuntime({ threads: 1 });
const random = createRandom(17);
const ROWS = 2500;
const x = createMatrix(ROWS, 4, random.normal(new Float32Array(4 * ROWS)));
for (let i = 0; i < ROWS; i++) x.data[4 * i + 1] = 2000 + 30 * x.data[4 * i + 1]!;
const y = Float32Array.from(
  { length: ROWS },
  (_, i) => 50 + Math.abs(x.data[4 * i]!) + 0.02 * x.data[4 * i + 1]! + 0.1 * random.next(),
);
const labels = Array.from({ length: ROWS }, (_, i) => (Math.abs(x.data[4 * i]!) > 0.7 ? 'far' : 'near'));
const three = Int32Array.from({ length: ROWS }, (_, i) => Math.min(2, Math.floor(Math.abs(2 * x.data[4 * i]!))));

/** Rows of a matrix as a source, whose reads are counted. */
function sourceOf({ data, rows, cols }: Matrix): RowSource & { reads: number } {
  return {
    rows,
    cols,
    reads: 0,
    read(start, end) {
      this.reads++;
      return data.slice(start * cols, end * cols);
    },
  };
}

const settings: GaluSettings = { neurons: 20, ridge: 0.5, scale: true, seed: 3, runtime, tolerance: 1e-6 };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galu-rows-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('rows that are read', () => {
  test.each<[string, GaluSettings, Float32Array | string[] | Int32Array]>([
    ['squared', {}, y],
    ['squared, three classes', {}, three],
    ['squared, no intercept and one scale', { intercept: false, scale: 'norm' }, y.map((value) => value - 92)],
    ['squared, members and differences', { members: 2, gates: { kind: 'differences' } }, y],
    ['logistic', { loss: 'logistic' }, labels],
    ['logistic, three classes', { loss: 'logistic' }, three],
  ])('give the numbers of rows in memory: %s', async (_, given, targets) => {
    const all = { ...settings, ...given, method: 'primal' as const };
    const galu = createGalu(all);
    const memory = await galu.fit(x, targets as Int32Array);
    const read = await galu.fit(sourceOf(x), targets as Int32Array);
    expect(read.network.gates).toEqual(memory.network.gates);
    expect(read.network.scaling).toEqual(memory.network.scaling);
    expect(read.report.converged).toBe(true);
    const expected = await memory.predict(x);
    expect(relativeError((await read.predict(x)).data, expected.data)).toBeLessThan(2e-5);
    expect(read.report.error / memory.report.error).toBeCloseTo(1, 3);
    expect(await read.score(sourceOf(x), targets)).toBeCloseTo(await memory.score(x, targets), 4);
  });

  test('are read once an iteration, and a few times more', async () => {
    const source = sourceOf(x);
    const { report } = await createGalu({ ...settings, method: 'primal' }).fit(source, y);
    expect(source.reads).toBeLessThan(report.iterations + 12);
    expect(report.iterations).toBeLessThan(100);
  });

  test('give the same bits on one thread and two', async () => {
    const fit = (threads: number) => createGalu({ ...settings, runtime: nodeRuntime({ threads }) }).fit(sourceOf(x), y);
    expect((await fit(2)).network).toEqual((await fit(1)).network);
  });

  test.each(['squared', 'logistic'] as const)('come in blocks, of which the last is short (%s)', async (loss) => {
    const many = createMatrix(70_001, 3, random.normal(new Float32Array(3 * 70_001)));
    const signs = Float32Array.from({ length: many.rows }, (_, i) => (Math.abs(many.data[3 * i]!) > 0.7 ? 1 : -1));
    const galu = createGalu({ neurons: 8, ridge: 1, offset: true, loss, method: 'primal', seed: 2, runtime });
    const source = sourceOf(many);
    const [memory, read] = [await galu.fit(many, signs), await galu.fit(source, signs)];
    expect(source.reads % 9).toBe(0);
    expect(relativeError(read.network.weights.data, memory.network.weights.data)).toBeLessThan(2e-4);
    expect(relativeError((await read.predict(source)).data, (await memory.predict(many)).data)).toBeLessThan(2e-5);
  });

  test('end when they are told to', async () => {
    const controller = new AbortController();
    const stopped = createGalu({ ...settings, tolerance: 0 }).fit(sourceOf(x), y, {
      signal: controller.signal,
      onIteration: ({ iteration }) => {
        if (iteration === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  test('are predicted as in memory', async () => {
    const model = await createGalu({ ...settings, members: 2 }).fit(x, y);
    expect((await model.predict(sourceOf(x))).data).toEqual((await model.predict(x)).data);
  });

  test('have the probabilities that they have in memory', async () => {
    const model = await createGalu({ ...settings, loss: 'logistic' }).fit(x, labels);
    expect(await model.probabilities(sourceOf(x))).toEqual(await model.probabilities(x));
  });
});

/** All rows in blocks of 256, which the sums of a pass are cut into. */
async function gone(source: RowSource, passes = 1): Promise<void> {
  const reader = createReader(source, 256);
  for (let i = 0; i < passes; i++) await reader.pass({ take: () => {} });
}

describe('rows that are not what they should be', () => {
  test('are refused by their number', async () => {
    const data = x.data.slice();
    data[4 * 1900 + 2] = Number.NaN;
    await expect(gone(sourceOf({ ...x, data }))).rejects.toThrow(
      /X has 1 NaN value in the block of rows from 1792, the first at row 1900, column 2/,
    );
  });

  test('as are those that change between passes', async () => {
    const source = sourceOf(x);
    const changing: RowSource = {
      ...source,
      read(start, end) {
        const rows = x.data.slice(4 * start, 4 * end);
        if (source.reads++ > 12 && start === 512) rows[9] = -rows[9]!;
        return rows;
      },
    };
    await expect(gone(changing, 3)).rejects.toThrow(/X has changed while it was read: rows 512 to 767/);
  });

  test.each<[string, (data: Float32Array) => unknown, RegExp]>([
    ['too few', (data) => data.subarray(1), /rows 0 to 2499 .* were read as 9999 numbers; a Float32Array of 10000/],
    ['other numbers', (data) => Float64Array.from(data), /were read as a Float64Array of 10000; a Float32Array/],
  ])('and %s', async (_, change, message) => {
    const source = { ...sourceOf(x), read: () => change(x.data) as Float32Array };
    await expect(createGalu(settings).fit(source, y)).rejects.toThrow(message);
  });

  test('and what can not be done with them', async () => {
    const fit = (given: GaluSettings, source: RowSource = sourceOf(x)) =>
      createGalu({ ...settings, ...given }).fit(source, y);
    await expect(fit({ method: 'dual' })).rejects.toThrow(/rows that are read have no dual solver/);
    const classes = Int32Array.from({ length: x.rows }, (_, i) => i % 3);
    await expect(createGalu({ ...settings, loss: 'softmax' }).fit(sourceOf(x), classes)).rejects.toThrow(
      /have no solver for the softmax loss/,
    );
    await expect(
      createGalu(settings).fit(sourceOf(x), y, { sampleWeights: new Float64Array(x.rows).fill(1) }),
    ).rejects.toThrow(/have no weights/);
    await expect(fit({ availableBytes: 1e5 })).rejects.toThrow(/would take 0\.0 GB, 0\.0 GB are available|would take/);
    await expect(fit({}, { ...sourceOf(x), rows: 0 })).rejects.toThrow(/X has 0 rows/);
    const model = await createGalu({ ...settings, maxIterations: 2 }).fit(x, y, { onWarning: () => {} });
    await expect(model.predict(sourceOf(createMatrix(2, 3)))).rejects.toThrow(
      /X has 3 columns, the network was trained on 4/,
    );
  });
});

/** A `.npy` file of float32 numbers, format version 1. */
function npy({ data, rows, cols }: Matrix, descr = '<f4', order = 'False'): Uint8Array {
  const fields = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${rows}, ${cols}), }`.padEnd(117);
  const header = new TextEncoder().encode(`\u0000NUMPY\u0001\u0000v\u0000${fields}\n`);
  header[0] = 0x93;
  const values = descr === '<f8' ? Float64Array.from(data) : data;
  const bytes = new Uint8Array(header.length + values.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.length);
  return bytes;
}

describe('files of rows', () => {
  const raw = new Uint8Array(x.data.buffer, x.data.byteOffset, x.data.byteLength);

  test.each<[string, (path: string) => Promise<void>, object]>([
    ['x.npy', (path) => writeFile(path, npy(x)), {}],
    ['double.npy', (path) => writeFile(path, npy(x, '<f8')), {}],
    ['x.f32', (path) => writeFile(path, raw), { cols: 4 }],
    [
      'x.safetensors',
      (path) =>
        writeSafetensors(
          path,
          { y: { dtype: 'F32', shape: [ROWS], data: y }, x: { dtype: 'F32', shape: [ROWS, 4], data: x.data } },
          { of: 'rows' },
        ),
      { tensor: 'x' },
    ],
  ])('%s is read as it was written', async (name, write, options) => {
    const path = join(folder, name);
    await write(path);
    const rows = await openRows(path, options);
    expect([rows.rows, rows.cols]).toEqual([ROWS, 4]);
    expect(await rows.read(100, 2100)).toEqual(x.data.slice(400, 8400));
    expect(await rows.read(2400, 2500)).toEqual(x.data.slice(9600));
    await rows.close();
  });

  test('are what a network is trained on', async () => {
    const path = join(folder, 'train.npy');
    await writeFile(path, npy(x));
    const rows = await openRows(path);
    const model = await createGalu(settings).fit(rows, y);
    expect(await model.score(rows, y)).toBeGreaterThan(0.95);
    await rows.close();
  });

  test('that change or are cut while they are read are refused', async () => {
    const path = join(folder, 'changing.npy');
    await writeFile(path, npy(x));
    const rows = await openRows(path);
    await rows.read(0, 10);
    await truncate(path, 8000);
    await expect(rows.read(0, 10)).rejects.toThrow(/changing\.npy has changed since it was opened/);
    await expect(rows.read(400, 2000)).rejects.toThrow(
      /changing\.npy was cut short while it was read: it ends at byte 8000/,
    );
    await rows.close();
  });

  test.each<[string, Uint8Array | undefined, object, RegExp]>([
    [
      'cut.npy',
      npy(x).subarray(0, 9000),
      {},
      /cut\.npy is cut short or damaged: 2500 rows of 4 numbers end at byte 40128/,
    ],
    ['turned.npy', npy(x, '<f4', 'True'), {}, /turned\.npy is of type <f4 .* column after column; save/],
    ['whole.npy', npy(x, '<i4'), {}, /whole\.npy is of type <i4/],
    ['no.npy', new Uint8Array(20), {}, /no\.npy is not a NumPy \.npy file/],
    ['rest.f32', raw.subarray(0, 1001), { cols: 5 }, /rest\.f32 is cut short or damaged: 51 rows of 5/],
    ['what.bin', raw, {}, /what\.bin is no \.npy and no \.safetensors file; give cols/],
    ['bad.safetensors', raw, {}, /bad\.safetensors is not a safetensors file/],
    ['missing.npy', undefined, {}, /cannot read .*missing\.npy: there is no such file/],
  ])('%s is refused in one line', async (name, bytes, options, message) => {
    const path = join(folder, name);
    if (bytes) await writeFile(path, bytes);
    const error: unknown = await openRows(path, options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });

  test('with a header of gigabytes are refused before it is read', async () => {
    const path = join(folder, 'huge.safetensors');
    const header = new Uint8Array(8);
    new DataView(header.buffer).setBigUint64(0, 4_000_000_000n, true);
    await writeFile(path, header);
    await truncate(path, 5e9);
    await expect(openRows(path)).rejects.toThrow('its header would have 4000000000 bytes; up to 100000000 are read');
    await truncate(path, 0);
  });

  test('of several tensors ask for a name', async () => {
    const path = join(folder, 'several.safetensors');
    const tensor = { dtype: 'F32' as const, shape: [2, 2], data: new Float32Array(4) };
    await writeSafetensors(path, { a: tensor, b: { ...tensor, shape: [4] } });
    await expect(openRows(path)).rejects.toThrow(/say which tensor to read; there are/);
    await expect(openRows(path, { tensor: 'c' })).rejects.toThrow(/it has no tensor "c"; there are/);
    await expect(openRows(path, { tensor: 'b' })).rejects.toThrow(/tensor "b" is F32 \[4\]; F32 or F64 with two axes/);
    expect((await readFile(path)).length).toBeGreaterThan(0);
  });
});
