import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseNpy } from '@unbraid/data';
import { startRun } from '@unbraid/experiment';
import { activation, batchNorm, conv2d, dense, flatten, initialize, saveModel, sequential } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { workersHere } from '../../experiment/test/workers-here.ts';
import { inspection } from '../src/inspect/inspection.ts';
import { kernelInspection } from '../src/inspect/kernel/inspection.ts';
import { readSubject } from '../src/inspect/subject.ts';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const fixturePath = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Eigenvalues of the kernel, by PyTorch in float64: `python/fixtures/inspected.py`. */
const fixture: { readonly sum: { readonly kernel: readonly number[] } } = JSON.parse(
  readFileSync(fixturePath('inspected.json'), 'utf8'),
);
const MODEL = fixturePath('inspected.onnx');
const DATA = fixturePath('inspected.npy');
const BLOCKS = ['--set', 'block=2'];

async function kernel(args: readonly string[], changes: Parameters<typeof call>[1] = {}) {
  const folder = temporaryFolder();
  const [file, out] = [join(folder, 'k.npy'), join(folder, 'run')];
  const called = await call(['inspect', ...args, '--kernel', file, '--json', '--out', out], changes);
  return { ...called, file, out, folder, summary: called.code === 0 ? JSON.parse(called.stdout).summary : {} };
}

const trace = (data: ArrayLike<number>, n: number) =>
  Array.from({ length: n }, (_, i) => data[i * n + i]!).reduce((sum, value) => sum + value, 0);

describe('unbraid inspect --kernel', () => {
  it('writes the kernel that PyTorch has, and says before what it takes', async () => {
    const { code, stderr, file, out, summary } = await kernel([MODEL, '--data', DATA, ...BLOCKS]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/k\.npy takes 0\.000228 MB \(5 × 5 of float32\); [\d.]+ (GB|MB) are free on its disk\./);
    const bytes = readFileSync(file);
    const { shape, data } = parseNpy(bytes);
    expect(shape).toEqual([5, 5]);
    const values = data as Float32Array;
    const eigenvalues = fixture.sum.kernel;
    const sum = (f: (value: number) => number) => eigenvalues.reduce((total, value) => total + f(value), 0);
    expect(trace(values, 5) / sum((value) => value)).toBeCloseTo(1, 5);
    expect(values.reduce((total, value) => total + value ** 2, 0) / sum((value) => value ** 2)).toBeCloseTo(1, 5);
    for (let i = 0; i < 5; i++) for (let j = 0; j < i; j++) expect(values[i * 5 + j]).toBe(values[j * 5 + i]);
    expect(summary).toMatchObject({ rows: 5, blocks: 6, blockRows: 2, bytes: bytes.length, file });
    expect(summary.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(summary.gradientNorm).toBeCloseTo(Math.sqrt(trace(values, 5) / 5), 6);
    expect(readdirSync(join(out, 'checkpoints')).filter((name) => name.includes('block'))).toEqual([]);
  });

  it('is the kernel of inspect, of which each row is a batch of its own, where rows meet, too', async () => {
    const folder = temporaryFolder();
    const models = {
      filters: sequential([conv2d({ channels: 1, filters: 2, kernel: 3 }), activation('tanh'), flatten(), dense(8, 2)]),
      norm: sequential([dense(16, 4), batchNorm({ features: 4 }), activation('tanh'), dense(4, 2)]),
    };
    for (const [name, model] of Object.entries(models)) {
      const path = join(folder, `${name}.safetensors`);
      await saveModel(path, { model, params: initialize(model, 3) });
      const shape = ['--shape', name === 'filters' ? 'x=1x4x4' : 'x=16', '--preset', 'smoke'];
      const { file, summary } = await kernel([path, '--rows', '6', ...shape, ...BLOCKS]);
      const measured = await call(['inspect', path, '--rows', '6', ...shape, '--json', '--out', join(folder, name)]);
      const { gradientNorm } = JSON.parse(measured.stdout).summary;
      expect(summary.gradientNorm / gradientNorm).toBeCloseTo(1, 5);
      expect(parseNpy(readFileSync(file)).shape).toEqual([6, 6]);
    }
  });

  it('in float64 is near to that in float32, and exact', async () => {
    const path = join(temporaryFolder(), 'm.safetensors');
    const model = sequential([dense(3, 6), activation('tanh'), dense(6, 2)]);
    await saveModel(path, { model, params: initialize(model, 4) });
    const narrow = await kernel([path, '--data', DATA, ...BLOCKS]);
    const wide = await kernel([path, '--data', DATA, ...BLOCKS, '--set', 'dtype=float64']);
    const [a, b] = [narrow, wide].map(({ file }) => parseNpy(readFileSync(file)).data);
    expect(b).toBeInstanceOf(Float64Array);
    const values = [...(b as Float64Array)];
    const error = Math.hypot(...values.map((value, i) => Number(a![i]) - value)) / Math.hypot(...values);
    expect(error).toBeLessThan(1e-6);
    expect(error).toBeGreaterThan(0);
    expect(narrow.summary).toMatchObject({ errorKind: 'measured' });
    expect(narrow.summary.relativeError).toBeLessThan(1e-6);
    expect(wide.summary.relativeError).toBeLessThan(1e-14);
  });
});

describe('a kernel whose run was ended midway', () => {
  const args = [MODEL, '--data', DATA, '--set', 'block=1'];
  /** Interrupts when a number of blocks is there. */
  const interrupting = (share: string) => {
    const signals = new EventEmitter();
    const write = async (text: string) => void (text.includes(share) && signals.emit('SIGINT'));
    return { signals, stderr: { isTTY: true, columns: 200, write } };
  };
  const wholeOf = async () => readFileSync((await kernel(args)).file);

  it('goes on from the blocks that are there, and ends with the same bytes', async () => {
    const stopped = await kernel(args, interrupting('of 15 blocks'));
    expect(stopped.code).toBe(130);
    expect(existsSync(stopped.file)).toBe(false);
    expect(existsSync(`${stopped.file}.part`)).toBe(true);
    expect((await call(['resume', stopped.out, '--json'])).code).toBe(0);
    expect(Buffer.compare(readFileSync(stopped.file), await wholeOf())).toBe(0);
    expect(readdirSync(stopped.folder).sort()).toEqual(['k.npy', 'run']);
  });

  it('begins again where the part of the file is gone', async () => {
    const stopped = await kernel(args, interrupting('of 15 blocks'));
    rmSync(`${stopped.file}.part`);
    expect((await call(['resume', stopped.out])).code).toBe(0);
    expect(Buffer.compare(readFileSync(stopped.file), await wholeOf())).toBe(0);
  });

  it('leaves alone what others put in its place', async () => {
    const stopped = await kernel(args, interrupting('of 15 blocks'));
    writeFileSync(`${stopped.file}.part`, 'something else');
    const part = await call(['resume', stopped.out]);
    expect(part).toMatchObject({ code: 1, stderr: expect.stringContaining('k.npy.part was begun for something else') });
    const other = await kernel(args, interrupting('of 15 blocks'));
    rmSync(`${other.file}.part`);
    writeFileSync(other.file, 'something else');
    const named = await call(['resume', other.out]);
    expect(named).toMatchObject({ code: 1, stderr: expect.stringContaining('k.npy is there already') });
    expect(readFileSync(other.file, 'utf8')).toBe('something else');
  });
});

describe('wherever its blocks are computed', () => {
  it('a kernel has the same bytes, and so has all of an inspection', async () => {
    const folder = temporaryFolder();
    const common = { model: MODEL, data: DATA };
    const files: Buffer[] = [];
    for (const [name, executor] of [
      ['here', undefined],
      ['elsewhere', workersHere(2, kernelInspection() as never)],
    ] as const) {
      const file = join(folder, `${name}.npy`);
      const settings = kernelInspection().settings.parse({ ...common, file, block: 2 });
      const subject = await readSubject(settings, 0);
      const overrides = { ...common, ...subject.identity, file, block: 2 };
      const directory = join(folder, name);
      const outcome = await startRun(kernelInspection() as never, {
        overrides,
        directory,
        ...(executor && { executor }),
      });
      expect(outcome.status).toBe('done');
      files.push(readFileSync(file));
    }
    expect(Buffer.compare(files[0]!, files[1]!)).toBe(0);
  });

  it('an inspection has the same results', async () => {
    const folder = temporaryFolder();
    const common = { model: MODEL, data: DATA };
    const subject = await readSubject(inspection().settings.parse(common), 0);
    const overrides = { ...common, ...subject.identity };
    const results = [];
    for (const [name, executor] of [
      ['here', undefined],
      ['elsewhere', workersHere(2, inspection() as never)],
    ] as const) {
      const directory = join(folder, name);
      const how = { preset: 'smoke', overrides, directory, ...(executor && { executor }) } as const;
      const outcome = await startRun(inspection(subject) as never, how);
      if (outcome.status !== 'done') throw new RangeError(outcome.status);
      const read = (file: string) => readFileSync(join(directory, file), 'utf8');
      results.push({
        ...outcome.summary,
        seconds: 0,
        lines: read('metrics.jsonl'),
        figure: read('figures/distance.svg'),
      });
    }
    expect(results[1]).toEqual(results[0]);
  });
});

describe('a wrong request for a kernel is one line, and nothing is written', () => {
  it.each<[string, (folder: string) => string[], number, RegExp]>([
    ['a file that is there', (folder) => [join(folder, 'there.npy')], 2, /there\.npy is there already; delete it/],
    ['a file that was begun', (folder) => [join(folder, 'begun.npy')], 2, /begun\.npy\.part is there: a run began it/],
    ['no folder', (folder) => [join(folder, 'no', 'k.npy')], 1, /cannot use the folder .*no: there is no such file/],
    [
      'more than the disk has',
      (folder) => [join(folder, 'k.npy'), '--rows', '1000000', '--set', 'dtype=float64'],
      1,
      /takes 8000 GB \(1,000,000 × 1,000,000 of float64\), and [\d.]+ (GB|MB) are free/,
    ],
    ['too large a block', (folder) => [join(folder, 'k.npy'), '--set', 'block=5000'], 2, /block/],
    ['another type', (folder) => [join(folder, 'k.npy'), '--set', 'dtype=float16'], 2, /dtype/],
    ['a setting of the other measures', (folder) => [join(folder, 'k.npy'), '--set', 'tolerance=0.1'], 2, /tolerance/],
    [
      'float64 for what is in float32',
      (folder) => [join(folder, 'k.npy'), '--set', 'dtype=float64'],
      2,
      /--set dtype=float64: .*element types differ/,
    ],
    ['the file as a setting', (folder) => [join(folder, 'k.npy'), '--set', 'file=x'], 2, /--set file/],
  ])('%s', async (_, args, expected, said) => {
    const folder = temporaryFolder();
    copyFileSync(DATA, join(folder, 'there.npy'));
    copyFileSync(DATA, join(folder, 'begun.npy.part'));
    const out = join(folder, 'run');
    const { code, stdout, stderr } = await call(['inspect', MODEL, '--kernel', ...args(folder), '--out', out]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    const complaint = stderr.replace(/^No --data: .*\n/, '');
    expect(complaint).toMatch(said);
    expect(complaint.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });
});
