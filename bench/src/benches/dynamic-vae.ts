import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { type Candidates, hold, type Peer } from '../contest.ts';
import { ownBinding } from '../own-binding.ts';
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
  about:
    'a training step of the VAE for 64 pixels against PyTorch, batch 64 and 128, by β-VAE and β-TCVAE, and of one of other sides by vaeFrom; the time of its parts',
  async run(options) {
    const rows: Row[] = [];
    for (const work of WORKS) rows.push(...(await trainingStep(work, options)));
    return rows;
  },
};

const WORKS = [
  { work: 'beta', batch: 64, goal: 1 },
  { work: 'beta', batch: 128, goal: 1.5 },
  { work: 'tc', batch: 128, goal: 1 },
  { work: 'own', batch: 64, goal: 1 },
] as const;

const NAMES = {
  beta: '64 × 64 pixels',
  tc: 'β-TCVAE, 64 × 64 pixels',
  own: 'vaeFrom, 3 × 48 × 80 pixels, optimal σ',
} as const;
const SEED = 1;
/** The steps after which `checkLosses` compares. */
const CHECKED_STEPS = 5;
const SECONDS_OF_STEPS = 3;
const PROFILED_STEPS = 20;
const MEMORY_LIMIT_MEGABYTES = 1500;
/** Steps by which the fastest form of a peer is found. */
const TRIED_STEPS = 5;

async function trainingStep(
  { work, batch, goal }: (typeof WORKS)[number],
  { runs, folder, choice }: BenchmarkOptions,
): Promise<Row[]> {
  const row = `${NAMES[work]}, batch ${batch}, Adam step`;
  const file = join(folder, `vae-${work}-${batch}.safetensors`);
  const task: VaeTask = { work, file, learningRate: 1e-4, beta: 4, checkedSteps: CHECKED_STEPS, threads: THREADS };
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('dynamic-vae'), task };
  const peers = choice.of(row, [...peersOf(task, goal), ownBinding(ours)]);
  const parts = work === 'beta' ? choice.of(row, [{ name: 'parts' }]) : [];
  if (peers.length + parts.length === 0) return [];
  await writeVaeTask(task, batch, SEED);
  const rows = await hold({ row, ours, peers, runs, secondsOfSteps: SECONDS_OF_STEPS, checkPrepared: checkLosses });
  return [
    ...rows,
    ...(rows.length > 0 ? [memoryRow(row, rows)] : []),
    ...(parts.length > 0 ? await partRows(row, task, runs) : []),
  ];
}

function peersOf(task: VaeTask, goal: number): (Peer | Candidates)[] {
  const torch = (name: string, form: object, goalOfForm: number | null = goal): Peer => ({
    name,
    program: python(),
    script: peerScript('torch_vae.py'),
    goal: goalOfForm,
    task: { ...task, fused: true, channelsLast: false, compiled: 'nothing', ...form },
  });
  return [
    torch('PyTorch eager', { fused: false }),
    torch('PyTorch eager, fused Adam', {}),
    torch('PyTorch eager, channels last', { channelsLast: true }),
    {
      name: 'PyTorch torch.compile',
      triedSteps: TRIED_STEPS,
      forms: [
        torch('PyTorch torch.compile of the network', { compiled: 'network' }, null),
        torch('PyTorch torch.compile of the network, channels last', { compiled: 'network', channelsLast: true }, null),
        torch('PyTorch torch.compile of network and Adam', { compiled: 'all', fused: false }, null),
      ],
    },
  ];
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
