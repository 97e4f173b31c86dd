import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { progress } from '../progress.ts';
import type { Ran } from '../protocol.ts';
import { limitRow, median, type Row } from '../row.ts';
import { startSide, THREADS } from '../side.ts';
import { type VaeTask, writeVaeTask } from '../tasks/dynamic-vae.ts';
import { checkLosses } from './graph.ts';

/** A training step of a VAE, and where its time goes. */
export const dynamicVae: Benchmark = {
  name: 'dynamic-vae',
  about: 'a training step of the VAE for 64 pixels against PyTorch, batch 64 and 128; the time of its parts',
  async run(options) {
    const rows: Row[] = [];
    for (const batch of BATCHES) rows.push(...(await trainingStep(batch, options)));
    return rows;
  },
};

const BATCHES = [64, 128] as const;
const SEED = 1;
/** The steps after which `checkLosses` compares. */
const CHECKED_STEPS = 5;
const SECONDS_OF_STEPS = 3;
const PROFILED_STEPS = 20;
const MEMORY_LIMIT_MEGABYTES = 1500;
/** Batch 128 has to be as fast as PyTorch, and should be half as fast again. */
const GOAL = 1;

async function trainingStep(batch: number, { runs, folder }: BenchmarkOptions): Promise<Row[]> {
  const row = `64 × 64 pixels, batch ${batch}, Adam step`;
  const file = join(folder, `vae-${batch}.safetensors`);
  await writeVaeTask(file, batch, CHECKED_STEPS, SEED);
  const task: VaeTask = { file, learningRate: 1e-4, beta: 4, checkedSteps: CHECKED_STEPS, threads: THREADS };
  const torch = { program: python(), script: peerScript('torch_vae.py'), goal: GOAL };
  const peers: Peer[] = [
    { ...torch, name: 'PyTorch eager', task: { ...task, fused: false, channelsLast: false } },
    { ...torch, name: 'PyTorch eager, fused Adam', task: { ...task, fused: true, channelsLast: false } },
    { ...torch, name: 'PyTorch eager, channels last', task: { ...task, fused: true, channelsLast: true } },
  ];
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('dynamic-vae'), task };
  const rows = await hold({ row, ours, peers, runs, secondsOfSteps: SECONDS_OF_STEPS, checkPrepared: checkLosses });
  return [...rows, memoryRow(row, rows), ...(await partRows(row, task, runs))];
}

/** The peak memory of ours against the limit. */
function memoryRow(row: string, rows: readonly Row[]): Row {
  const ours = rows.filter((each) => each.row.endsWith('peak memory')).map((each) => each.ours);
  const label = { row: `${row}: peak memory`, peer: 'limit', unit: 'MB', goal: 1 };
  return limitRow(label, MEMORY_LIMIT_MEGABYTES, [Math.max(...ours)]);
}

/** Milliseconds of each part of our step, medians, the longest first. */
async function partRows(row: string, task: VaeTask, runs: number): Promise<Row[]> {
  const side = await startSide({
    name: 'unbraid, profiled',
    program: process.execPath,
    script: ourScript('dynamic-vae-profile'),
    task,
  });
  try {
    const ran: Ran[] = [];
    for (let run = 0; run < runs; run++) ran.push(await side.run({ steps: PROFILED_STEPS }));
    const total = median(ran.map(({ milliseconds }) => milliseconds));
    progress(`${row}: ${total.toPrecision(4)} ms with the profiler on`);
    const parts = [...new Set(ran.flatMap(({ figures }) => Object.keys(figures ?? {})))];
    return parts
      .map((part) =>
        partRow(
          row,
          part,
          ran.map(({ figures }) => figures?.[part] ?? 0),
          total,
        ),
      )
      .sort((a, b) => b.ours - a.ours);
  } finally {
    await side.close();
  }
}

function partRow(row: string, part: string, samples: readonly number[], total: number): Row {
  const ours = median(samples);
  const share = `${((100 * ours) / total).toFixed(0)} % of the step, with the profiler on`;
  const none = { peer: '', theirs: null, ratio: null, goal: null };
  return { row: `${row}: ${part}`, unit: 'ms', ours, ...none, note: share, samples: { ours: samples, theirs: [] } };
}
