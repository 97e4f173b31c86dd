import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BenchmarkOptions } from '../../benchmark.ts';
import { type Figure, hold, type Peer } from '../../contest.ts';
import { BENCH, ourScript, peerScript } from '../../paths.ts';
import type { Prepared } from '../../protocol.ts';
import { limitRow, type Row } from '../../row.ts';
import { type SideCommand, startSide } from '../../side.ts';
import { readMlpTask } from '../../tasks/mlp.ts';
import { type ChromiumTask, DATA_PATH, type WebTask } from '../../tasks/web.ts';
import { writeMlpTask } from '../../tasks/write-mlp.ts';
import { checkLosses } from '../graph.ts';
import { writeModels } from './engine-models.ts';

/** The engine in a Worker of Chromium, on one thread unless a row says otherwise. */

const PROBLEM = { sizes: [784, 128, 10], batch: 128 } as const;
const NAME = `${PROBLEM.sizes.join('-')}, batch ${PROBLEM.batch}`;
const SEED = 1;
const CHECKED_STEPS = 5;
const SECONDS_OF_STEPS = 0.7;
/** What a step may take: 60 steps a second. */
const LIMIT_MILLISECONDS = 1000 / 60;
/** Of the time that ONNX Runtime alone takes: at most a tenth more. */
const WITHIN_A_TENTH = 1 / 1.1;

const FIRST_STEP: Figure = { key: 'firstStep', label: 'from page load to first step', unit: 'ms', better: 'lower' };
const DOWNLOAD: Figure = { key: 'download', label: 'what a page loads, gzipped', unit: 'MB', better: 'lower' };

type Models = Awaited<ReturnType<typeof writeModels>>;

/** A training step, its parts, and the prediction of a row, against ONNX Runtime alone and tfjs in the same Chromium. */
export async function engineRows(options: BenchmarkOptions): Promise<Row[]> {
  const file = join(options.folder, 'mlp-chromium.safetensors');
  await writeMlpTask(file, PROBLEM, SEED);
  const models = await writeModels(options.folder, await readMlpTask(file));
  const sides = sidesOf(file, models);
  return [
    ...(await stepRows(sides, options)),
    ...(await gradientRows(sides, options)),
    ...(await rowRows(sides, options)),
  ];
}

/** Sides by what stands for them. */
type Sides = ReturnType<typeof sidesOf>;

function sidesOf(file: string, models: Models) {
  const require = createRequire(import.meta.url);
  const wasm = { '/ort.wasm': require.resolve('@unbraid/ort-web/wasm') };
  const tfjs = join(BENCH, 'peers', 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist', '/');
  const side = (
    name: string,
    entry: string,
    files: ChromiumTask['files'],
    task: Partial<WebTask>,
    more: Partial<ChromiumTask> = {},
  ): SideCommand => ({
    name,
    program: process.execPath,
    script: ourScript('chromium'),
    task: {
      entry,
      files: { [DATA_PATH]: file, ...files },
      task: { work: 'step', checkedSteps: CHECKED_STEPS, threads: 1, ...task },
      ...more,
    } satisfies ChromiumTask,
  });
  const fresh = ({ work = 'step' }: Partial<WebTask>) => ({ freshPages: work === 'step' });
  return {
    ours: (task: Partial<WebTask>, more?: Partial<ChromiumTask>) =>
      side('unbraid', ourScript('web/mlp'), wasm, task, more),
    ort: (name: string, model: keyof Models, task: Partial<WebTask>) =>
      side(name, peerScript('web/ort_mlp.js'), { ...wasm, '/model.onnx': models[model] }, task, fresh(task)),
    tfjs: (name: string, task: Partial<WebTask>) =>
      side(name, peerScript('web/tfjs_mlp.js'), { '/tfjs/': tfjs }, task, fresh(task)),
  };
}

async function stepRows(sides: Sides, { runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `${NAME}, Adam step in Chromium`;
  const ours = sides.ours({}, { freshPages: true });
  const peers = choice
    .of<Peer>(row, [
      { ...sides.ort('onnxruntime-web, Adam in JavaScript', 'gradient', { adam: 'javascript' }), goal: WITHIN_A_TENTH },
      { ...sides.ort('onnxruntime-web, Adam in the graph', 'step', { adam: 'graph' }), goal: WITHIN_A_TENTH },
      { ...sides.tfjs('tfjs wasm', {}), goal: null },
      { ...sides.tfjs('tfjs wasm, explicit transposes', { explicitTransposes: true }), goal: null },
      {
        ...sides.ours({ threads: 2 }, { isolated: true, freshPages: true }),
        name: 'ours on two threads',
        label: 'ours on two threads',
        goal: null,
      },
    ])
    .map((peer) => ({ ...peer, ...(peer.name.startsWith('onnxruntime') && { label: peer.name }) }));
  const figures = [FIRST_STEP, DOWNLOAD];
  const rows = await hold({
    row,
    ours,
    peers,
    runs,
    secondsOfSteps: SECONDS_OF_STEPS,
    figures,
    checkPrepared: checkLosses,
  });
  return [...(await againstLimit(row, ours, { runs, choice })), ...rows];
}

async function againstLimit(
  row: string,
  ours: SideCommand,
  { runs, choice }: Pick<BenchmarkOptions, 'runs' | 'choice'>,
): Promise<Row[]> {
  const limit = '60 steps a second';
  if (choice.of(row, [{ name: limit }]).length === 0) return [];
  const side = await startSide(ours);
  try {
    const times: number[] = [];
    for (let run = 0; run < runs; run++) times.push((await side.run({ steps: 200 })).milliseconds);
    const { version: implementation } = side.prepared;
    return [limitRow({ row, peer: limit, unit: 'ms', goal: 1, implementation }, LIMIT_MILLISECONDS, times)];
  } finally {
    await side.close();
  }
}

/** The same graph, called by us and by ONNX Runtime alone. */
async function gradientRows(sides: Sides, { runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `${NAME}, loss and gradient in Chromium`;
  const name = 'onnxruntime-web, the same graph';
  const peers = choice.of<Peer>(row, [
    { ...sides.ort(name, 'gradient', { work: 'gradient' }), label: name, goal: WITHIN_A_TENTH },
  ]);
  const ours = sides.ours({ work: 'gradient' });
  const rows = await hold({ row, ours, peers, runs, secondsOfSteps: SECONDS_OF_STEPS, checkPrepared: checkLosses });
  return rows.filter(({ unit }) => unit === 'ms');
}

async function rowRows(sides: Sides, { runs, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `${PROBLEM.sizes.join('-')}, one row predicted in Chromium`;
  const name = 'onnxruntime-web, parameters in the graph';
  const peers = choice.of<Peer>(row, [
    { ...sides.ort(name, 'row', { work: 'row' }), label: name, goal: null },
    { ...sides.tfjs('tfjs wasm', { work: 'row' }), goal: 1 },
  ]);
  const ours = sides.ours({ work: 'row' });
  const rows = await hold({
    row,
    ours,
    peers,
    runs,
    unit: 'µs',
    secondsOfSteps: SECONDS_OF_STEPS,
    checkPrepared: checkDigests,
  });
  return rows.filter(({ unit }) => unit === 'µs');
}

/** Throws unless both sides predict the same of the first row. */
function checkDigests(
  { digest: ours = Number.NaN }: Prepared,
  { digest: theirs = Number.NaN }: Prepared,
  peer: Peer,
): void {
  if (Math.abs(ours - theirs) <= 1e-4 * Math.max(1, Math.abs(ours))) return;
  throw new Error(`bench: the first row's predictions differ: ours ${ours}; ${peer.name} ${theirs}`);
}
