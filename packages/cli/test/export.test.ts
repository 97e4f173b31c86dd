import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRun, type MetricColumn, type Scalars } from '@unbraid/experiment';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const metrics: Record<string, MetricColumn> = {
  loss: { description: 'Training loss', unit: 'nats', x: 'epoch', by: ['fit'] },
  share: { description: 'Share', x: 'c' },
};

const lines: Scalars[] = [
  { fit: 'GaLU', epoch: 1, loss: 0.1 },
  { fit: 'GaLU', epoch: 2, loss: Number.NaN, good: true },
  { fit: 'ReLU, "wide"', epoch: 1, loss: Number.POSITIVE_INFINITY },
  { c: 0.5, share: 0.25 },
  { c: 1.5, share: 1e300 },
  { note: 'a\u2028b\nc', tiny: 5e-324 },
];

/** A run of these lines, which is done. */
async function logged(records: readonly Scalars[] = lines): Promise<string> {
  const directory = join(temporaryFolder(), 'run');
  const run = await createRun({
    name: 'mine/exported',
    config: { rate: 0.5, layers: [1, 2] },
    directory,
    seed: 3,
    metrics,
  });
  for (const record of records) run.log(record);
  await run.finish({ best: 0.25, ok: true });
  return directory;
}

const exported = async (directory: string, format: string, out: string) => {
  const { code, stdout, stderr } = await call(['export', directory, '--format', format, '--out', out, '--json']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

const timesOf = (directory: string): number[] =>
  readFileSync(join(directory, 'timeline.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line)[0]);

describe('export --format csv', () => {
  it('writes every number to its last digit, NaN and the infinities by name, and when each line was made', async () => {
    const directory = await logged();
    const out = join(dirname(directory), 'lines.csv');
    expect(await exported(directory, 'csv', out)).toEqual({
      format: 'csv',
      out,
      lines: 6,
      columns: ['fit', 'epoch', 'loss', 'good', 'c', 'share', 'note', 'tiny'],
    });
    const times = timesOf(directory);
    expect(readFileSync(out, 'utf8')).toBe(
      [
        'fit,epoch,loss,good,c,share,note,tiny,line.seconds,line.unit',
        `GaLU,1,0.1,,,,,,${times[0]},`,
        `GaLU,2,NaN,true,,,,,${times[1]},`,
        `"ReLU, ""wide""",1,Infinity,,,,,,${times[2]},`,
        `,,,,0.5,0.25,,,${times[3]},`,
        `,,,,1.5,1e+300,,,${times[4]},`,
        `,,,,,,"a\u2028b\nc",5e-324,${times[5]},`,
        '',
      ].join('\n'),
    );
    expect(readdirSync(dirname(out)).sort()).toEqual(['lines.csv', 'run']);
  });

  it('goes without times where an earlier version kept none, and leaves out half a line at the end', async () => {
    const directory = await logged([{ a: 1 }, { a: 2 }]);
    rmSync(join(directory, 'timeline.jsonl'));
    appendFileSync(join(directory, 'metrics.jsonl'), '{"a":3,"b');
    const out = join(dirname(directory), 'lines.csv');
    await exported(directory, 'csv', out);
    expect(readFileSync(out, 'utf8')).toBe('a,line.seconds,line.unit\n1,,\n2,,\n');
  });
});

describe('export --format parquet', () => {
  it('keeps types, NaN and the infinities, and null for what a line lacks', async () => {
    const directory = await logged();
    const out = join(dirname(directory), 'lines.parquet');
    expect(await exported(directory, 'parquet', out)).toMatchObject({ lines: 6 });
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    const times = timesOf(directory);
    const nothing = { fit: null, epoch: null, loss: null, good: null, c: null, share: null, note: null, tiny: null };
    expect(rows).toEqual(
      lines.map((line, i) => ({ ...nothing, ...line, 'line.seconds': times[i], 'line.unit': null })),
    );
  });
});

const venv = fileURLToPath(new URL('../../../.venv/bin/python', import.meta.url));
const python = [process.env.UNBRAID_PYTHON, venv, 'python3'].find((each) => {
  if (each === undefined || (each === venv && !existsSync(venv))) return false;
  try {
    execFileSync(each, ['-c', 'import tensorboard'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
const NEEDS_TENSORBOARD =
  python === undefined
    ? ' (skipped: needs a Python with tensorboard: .venv/bin/pip install tensorboard, or UNBRAID_PYTHON)'
    : '';

describe('export --format tensorboard', () => {
  it('has a folder for each curve, and nothing half written', async () => {
    const directory = await logged([...lines.slice(0, 4), { fit: 'galu', epoch: 1, loss: 1 }]);
    const out = join(dirname(directory), 'events');
    expect(await exported(directory, 'tensorboard', out)).toMatchObject({ values: 5 });
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).sort();
    expect(files.map((file) => file.replace(/\d{10}/, 'TIME'))).toEqual([
      'events.out.tfevents.TIME.unbraid',
      'fit=GaLU',
      'fit=GaLU/events.out.tfevents.TIME.unbraid',
      'fit=ReLU,_wide_',
      'fit=ReLU,_wide_/events.out.tfevents.TIME.unbraid',
      'fit=galu-230710d5',
      'fit=galu-230710d5/events.out.tfevents.TIME.unbraid',
    ]);
    expect(readdirSync(dirname(out)).sort()).toEqual(['events', 'run']);
  });

  it('guesses what nobody declared as the lab does', async () => {
    const directory = await logged([
      { network: 1, note: 'same', step: 0, error: 3, rate: 0.5 },
      { network: 2, note: 'same', step: 0, error: 4, rate: 0.5 },
      { network: 2, note: 'same', step: 1, error: 2, rate: 0.25 },
    ]);
    const out = join(dirname(directory), 'events');
    expect(await exported(directory, 'tensorboard', out)).toMatchObject({ values: 6 });
    const folders = readdirSync(out).filter((name) => !name.includes('tfevents'));
    expect(folders.sort()).toEqual(['network=1', 'network=2']);
  });

  it.skipIf(python === undefined)(`is what the tensorboard package reads${NEEDS_TENSORBOARD}`, async () => {
    const directory = await logged();
    const out = join(dirname(directory), 'events');
    await exported(directory, 'tensorboard', out);
    const script = fileURLToPath(new URL('read-events.py', import.meta.url));
    const runs = JSON.parse(
      execFileSync(python!, [script, out], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const [root, galu, relu] = Object.keys(runs)
      .sort()
      .map((name) => runs[name]);
    const started = Date.parse(JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')).started) / 1000;
    const [at, end] = [timesOf(directory).map((seconds) => expect.closeTo(started + seconds, 5)), expect.any(Number)];
    const float32 = (value: number) => String(Math.fround(value));
    expect(galu).toMatchObject({
      scalars: {
        loss: [
          [at[0], 1, float32(0.1)],
          [at[1], 2, 'nan'],
        ],
      },
      descriptions: { loss: 'Training loss (nats)' },
    });
    expect(relu.scalars).toEqual({ loss: [[at[2], 1, 'inf']] });
    expect(root).toEqual({
      scalars: {
        // c is no count, so its points are counted; more than a float32 holds is infinite.
        share: [
          [at[3], 0, '0.25'],
          [at[4], 1, 'inf'],
        ],
        // Its text is the same in all of its lines.
        tiny: [[at[5], 0, '0.0']],
        'summary/best': [[end, 0, '0.25']],
      },
      descriptions: { share: 'Share' },
      settings: { rate: 0.5, layers: '[1,2]', seed: 3 },
      status: 1,
    });
  });
});

describe('export says what is wrong:', () => {
  it.each([
    [['--format', 'xml'], '--format xml: one of tensorboard, csv, parquet is needed'],
    [[], 'either --onnx FILE, for a model, or --format FORMAT, for the lines of a run, is needed'],
    [['--format', 'csv', '--onnx', 'x'], 'either --onnx FILE'],
    [['--onnx', 'x', '--out', 'y'], '--out belongs to --format'],
  ])('%j', async (flags, message) => {
    const directory = await logged([{ a: 1 }]);
    const { code, stderr } = await call(['export', directory, ...flags]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('no run, no lines, a damaged line, a run that goes on, a place that is taken', async () => {
    const folder = temporaryFolder();
    const failing = async (directory: string, message: string, out = join(folder, 'out.csv'), format = 'csv') => {
      const { code, stdout, stderr } = await call(['export', directory, '--format', format, '--out', out]);
      expect(stderr).toContain(message);
      expect(stdout).toBe('');
      expect(code).toBeGreaterThan(0);
      expect(readdirSync(folder).filter((name) => name.endsWith('.tmp') || name === 'out.csv')).toEqual([]);
    };
    await failing(folder, 'is not a run directory: it has no config.json');
    await failing(await logged([]), 'has logged no lines');
    const damaged = await logged([{ a: 1 }, { a: 2 }, { a: 3 }]);
    writeFileSync(join(damaged, 'metrics.jsonl'), '{"a":1}\n{"a":\n{"a":3}\n');
    await failing(damaged, 'metrics.jsonl is damaged at line 2');
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    writeFileSync(join(taken, 'x'), '');
    const done = await logged();
    await failing(done, 'this is there already, and not empty', taken, 'tensorboard');
    await failing(done, 'this is a folder; name a file', taken);
    await failing(
      done,
      `the folder ${join(folder, 'nowhere')} does not exist; create it first`,
      join(folder, 'nowhere', 'out.csv'),
    );
    const going = await createRun({ name: 'mine/going', directory: join(folder, 'going') });
    going.log({ a: 1 });
    await failing(going.directory, 'is going on; export it when it has ended');
    await going.fail(new Error('no luck'));
    const { code, stderr } = await call([
      'export',
      going.directory,
      '--format',
      'csv',
      '--out',
      join(folder, 'ended.csv'),
    ]);
    expect([code, stderr]).toEqual([0, 'This run is failed, not done: what it had logged until then was exported.\n']);
  });
});
