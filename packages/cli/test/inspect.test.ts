import { EventEmitter } from 'node:events';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { activation, conv2d, dense, exportModel, flatten, initialize, saveModel, sequential } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const fixturePath = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

interface Measured {
  readonly hessians: readonly (readonly [number, number])[];
  readonly gradientNorm: number;
  readonly kernel: readonly number[];
}

/** What PyTorch computed in float64: `python/fixtures/inspected.py`. */
const fixture: { readonly parameters: number; readonly sum: Measured; readonly second: Measured } = JSON.parse(
  readFileSync(fixturePath('inspected.json'), 'utf8'),
);
const MODEL = fixturePath('inspected.onnx');
const DATA = fixturePath('inspected.npy');

/** Settings that make an inspection small. */
const SMALL = ['--set', 'hessianRows=5', '--set', 'tolerance=0.0001', '--set', 'directions=1'];

async function inspected(args: readonly string[]) {
  const out = join(temporaryFolder(), 'run');
  const result = await call(['inspect', ...args, '--json', '--out', out]);
  const { summary, runDir } = result.code === 0 ? JSON.parse(result.stdout) : {};
  return { ...result, summary, runDir };
}

describe('unbraid inspect', () => {
  it.each([
    ['sum', []],
    ['second', ['--index', '1']],
  ] as const)('measures what PyTorch does, of %s of the outputs', async (name, index) => {
    const { code, summary, runDir } = await inspected([MODEL, '--data', DATA, ...index, ...SMALL]);
    const { hessians, kernel, gradientNorm } = fixture[name];
    const norms = hessians.map(([lower, upper]) => Math.max(-lower, upper));
    const widest = hessians[norms.indexOf(Math.max(...norms))]!;
    expect(code).toBe(0);
    expect(summary).toMatchObject({
      parameters: fixture.parameters,
      rows: 5,
      kernelRank: 5,
      inputs: 'data',
      kinks: '',
    });
    expect(summary.hessianNorm / Math.max(...norms)).toBeCloseTo(1, 4);
    expect(summary.hessianLower / widest[0]).toBeCloseTo(1, 3);
    expect(summary.hessianUpper / widest[1]).toBeCloseTo(1, 3);
    expect(Math.abs(summary.kernelMin - kernel[0]!)).toBeLessThan(summary.kernelBound);
    expect(summary.kernelMax / kernel.at(-1)!).toBeCloseTo(1, 5);
    expect(summary.gradientNorm / gradientNorm).toBeCloseTo(1, 5);
    expect(readdirSync(join(runDir, 'figures')).sort()).toEqual(['distance.svg', 'hessian.svg', 'kernel.svg']);
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).toContain('inspected.onnx');
  });

  it('draws standard normal rows without data, says so, and comes to the same numbers again', async () => {
    const args = [MODEL, '--rows', '6', '--preset', 'smoke', '--seed', '3'];
    const [first, second] = [await inspected(args), await inspected(args)];
    expect(first.stderr).toContain('No --data: measuring at 6 random rows, standard normal numbers.');
    expect({ ...second.summary, seconds: 0 }).toEqual({ ...first.summary, seconds: 0 });
    const other = await inspected([...args.slice(0, -1), '4']);
    expect(other.summary.kernelMax).not.toBe(first.summary.kernelMax);
  });

  it('finds a linear model linear, and one whose neurons it takes far not linear', async () => {
    const folder = temporaryFolder();
    const linear = dense(4, 3);
    await saveModel(join(folder, 'linear.safetensors'), { model: linear, params: initialize(linear, 1) });
    const { summary } = await inspected([join(folder, 'linear.safetensors'), '--rows', '4', '--preset', 'smoke']);
    expect(summary).toMatchObject({ regime: 'linear', hessianNorm: 0, curvature: 0, parameters: 15 });
    expect(summary.distanceFromLinear).toBeLessThan(1e-4);
    const narrow = await inspected([MODEL, '--data', DATA, '--set', 'change=100']);
    expect(narrow.summary.regime).toBe('not linear');
  });

  it('measures a saved model as its ONNX file, and takes the shape of images', async () => {
    const folder = temporaryFolder();
    const model = sequential([
      conv2d({ channels: 1, filters: 2, kernel: 3 }),
      activation('relu'),
      flatten(),
      dense(2 * 4 * 4, 2),
    ]);
    const params = initialize(model, 2);
    await saveModel(join(folder, 'm.safetensors'), { model, params });
    writeFileSync(join(folder, 'm.onnx'), exportModel(model, params, { inputShape: [1, 6, 6] }));
    const small = ['--preset', 'smoke', '--rows', '3'];
    const saved = await inspected([join(folder, 'm.safetensors'), '--shape', 'x=1x6x6', ...small]);
    const onnx = await inspected([join(folder, 'm.onnx'), ...small]);
    expect(saved.summary).toMatchObject({ kinks: 'relu', rows: 3 });
    for (const key of ['hessianNorm', 'kernelMin', 'kernelMax', 'stepLength', 'distanceFromLinear'] as const)
      expect(onnx.summary[key] / saved.summary[key]).toBeCloseTo(1, 2);
    const { code, stderr } = await inspected([join(folder, 'm.safetensors')]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^unbraid: .*rows of any shape; give theirs, such as --shape x=784\n$/),
    });
  });

  it('reads tables with a header and without', async () => {
    const folder = temporaryFolder();
    const rows = ['0.5,1,-1', '1,0.25,2', '-1,1,1'];
    writeFileSync(join(folder, 'plain.csv'), `${rows.join('\n')}\n`);
    writeFileSync(join(folder, 'named.csv'), `a,b,c\n${rows.join('\n')}\n`);
    writeFileSync(join(folder, 'tabs.tsv'), `${rows.join('\n').replaceAll(',', '\t')}\n`);
    const names = ['plain.csv', 'named.csv', 'tabs.tsv'];
    const found: number[] = [];
    for (const name of names) {
      const { summary } = await inspected([MODEL, '--data', join(folder, name), '--preset', 'smoke']);
      expect(summary.rows).toBe(3);
      found.push(summary.kernelMax);
    }
    expect(new Set(found).size).toBe(1);
  });
});

describe('an interrupted inspection', () => {
  it('goes on to the numbers of one that was not', async () => {
    const args = ['inspect', MODEL, '--data', DATA, ...SMALL];
    const straight = await inspected(args.slice(1));
    const out = join(temporaryFolder(), 'run');
    const signals = new EventEmitter();
    const stderr = {
      isTTY: true,
      columns: 200,
      async write(text: string) {
        if (text.includes('parts')) signals.emit('SIGINT');
      },
    };
    const stopped = await call([...args, '--out', out], { signals, stderr });
    expect(stopped.code).toBe(130);
    const resumed = await call(['resume', out, '--json']);
    expect(resumed.code).toBe(0);
    expect({ ...JSON.parse(resumed.stdout).summary, seconds: 0 }).toEqual({ ...straight.summary, seconds: 0 });
  });

  it('refuses a model that has changed since', async () => {
    const folder = temporaryFolder();
    const [model, out] = [join(folder, 'm.onnx'), join(folder, 'run')];
    copyFileSync(MODEL, model);
    const signals = new EventEmitter();
    const stderr = {
      isTTY: true,
      columns: 80,
      write: async (text: string) => void (text.includes('0%') && signals.emit('SIGINT')),
    };
    expect((await call(['inspect', model, '--data', DATA, '--out', out], { signals, stderr })).code).toBe(130);
    const other = sequential([dense(3, 6), activation('tanh'), dense(6, 2)]);
    writeFileSync(model, exportModel(other, initialize(other, 5)));
    const { code, stderr: said } = await call(['resume', out]);
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringMatching(/m\.onnx has changed since the run began \(SHA-256 \w{12}…, now/),
    });
  });
});

describe('a wrong request is one line, and nothing is written', () => {
  const bad = (name: string, content: string | Uint8Array) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, content);
    return path;
  };
  it.each<[string, () => string[], number, RegExp]>([
    ['no model', () => ['nothing.onnx'], 2, /there is no file .*nothing\.onnx/],
    ['no data', () => [MODEL, '--data', 'nothing.npy'], 2, /there is no file .*nothing\.npy/],
    ['a damaged model', () => [bad('m.onnx', readFileSync(MODEL).subarray(0, 300))], 1, /m\.onnx/],
    ['an empty model', () => [bad('m.onnx', '')], 1, /m\.onnx/],
    ['a damaged saved model', () => [bad('m.safetensors', 'no such thing')], 1, /m\.safetensors/],
    [
      'columns that do not fit',
      () => [MODEL, '--data', bad('x.csv', '1,2\n3,4\n')],
      1,
      /\[2, 2\] for x; the model reads rows of \[3\]/,
    ],
    ['NaN in data', () => [MODEL, '--data', bad('x.csv', '1,2,nan\n3,4,5\n')], 1, /x\.csv/],
    [
      'a first line of numbers of columns',
      () => [MODEL, '--data', bad('x.csv', '0,1,2\n3,4,5\n')],
      1,
      /is 0, 1, 2 …: delete it/,
    ],
    ['infinity in data', () => [MODEL, '--data', bad('x.csv', 'a,b,c\n1,2,inf\n')], 1, /x\.csv/],
    ['data of another kind', () => [MODEL, '--data', bad('x.txt', '1')], 2, /read from \.npy, \.npz, \.csv or \.tsv/],
    ['damaged data', () => [MODEL, '--data', bad('x.npy', 'no numbers')], 1, /x\.npy/],
    ['an unknown output', () => [MODEL, '--output', 'z'], 2, /"z".*"?y"?/],
    ['an entry that is not there', () => [MODEL, '--index', '2'], 2, /--index 2: y has 2 entries/],
    ['an index that is no number', () => [MODEL, '--index', 'two'], 2, /--index two: a whole number/],
    ['an unknown input', () => [MODEL, '--shape', 'ids=3'], 2, /"ids"/],
    ['a range of an unknown input', () => [MODEL, '--range', 'ids=0:3'], 2, /--range ids/],
    ['a shape in other words', () => [MODEL, '--shape', 'x'], 2, /--shape x: write it as input_ids=64/],
    ['a range in other words', () => [MODEL, '--range', 'x=1'], 2, /--range x=1: write it as/],
    ['an unknown setting', () => [MODEL, '--set', 'tolerence=1'], 2, /tolerence.*tolerance/],
    ['a setting out of range', () => [MODEL, '--set', 'tolerance=7'], 2, /tolerance/],
    ['a setting that is an argument', () => [MODEL, '--set', 'model=x'], 2, /--set model/],
    ['no rows', () => [MODEL, '--rows', '0'], 2, /rows/],
    ['a preset that there is not', () => [MODEL, '--preset', 'quick'], 2, /"quick"/],
    ['a flag that there is not', () => [MODEL, '--datas', 'x'], 2, /--datas/],
  ])('%s', async (_, args, expected, said) => {
    const out = join(temporaryFolder(), 'run');
    const { code, stdout, stderr } = await call(['inspect', ...args(), '--out', out]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    const complaint = stderr.replace(/^No --data: .*\n/, '');
    expect(complaint).toMatch(said);
    expect(complaint.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });
});
