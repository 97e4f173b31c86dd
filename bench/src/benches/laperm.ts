import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Prepared } from '../protocol.ts';
import type { Row } from '../row.ts';
import { THREADS } from '../side.ts';
import { type TrainTask, writeSyncTask, writeTrainTask } from '../tasks/laperm.ts';
import { checkLosses } from './graph.ts';

/** Synchronizing weights, and training by LaPerm. */
export const laperm: Benchmark = {
  name: 'laperm',
  about: 'synchronizing 10 million weights against PyTorch and NumPy; training F2 and Conv7 by LaPerm against PyTorch',
  async run(options) {
    const rows: Row[] = [];
    for (const length of LENGTHS) rows.push(...(await synchronization(length, options)));
    for (const training of TRAININGS) rows.push(...(await train(training, options)));
    return rows;
  },
};

const SEED = 1;
const WEIGHTS = 10_000_000;
/** Weights of a 3 × 3 filter over 64 and over 128 channels. */
const LENGTHS = [576, 1152] as const;
/** Relative to the largest weight; vectors with equal entries may be ordered either way. */
const DIGEST_TOLERANCE = 1e-4;

async function synchronization(length: number, { runs, folder }: BenchmarkOptions): Promise<Row[]> {
  const vectors = Math.ceil(WEIGHTS / length);
  const file = join(folder, `sync-${length}.safetensors`);
  await writeSyncTask(file, { vectors, length }, SEED);
  const task = { file, threads: THREADS };
  const peer = { program: python(), goal: null };
  const torch = { ...peer, script: peerScript('torch_laperm_sync.py') };
  return hold({
    row: `synchronization, 10 million weights in vectors of ${length}`,
    ours: { name: 'unbraid', program: process.execPath, script: ourScript('laperm-sync'), task },
    peers: [
      { ...torch, name: 'PyTorch, argsort twice', goal: 3, task: { ...task, scatter: false } },
      { ...torch, name: 'PyTorch, argsort and scatter', task: { ...task, scatter: true } },
      { ...peer, name: 'NumPy', script: peerScript('numpy_laperm_sync.py'), task },
    ],
    runs,
    checkPrepared: checkDigests,
  });
}

/** Throws unless both sides put the same values at the same places. */
export function checkDigests(ours: Prepared, theirs: Prepared, peer: { readonly name: string }): void {
  const [our, their] = [ours.digest ?? Number.NaN, theirs.digest ?? Number.NaN];
  if (Math.abs(our - their) <= DIGEST_TOLERANCE) return;
  throw new Error(`bench: synchronized weights differ: the digest of ours is ${our}, of ${peer.name} ${their}`);
}

interface Training extends Omit<TrainTask, 'file' | 'checkedSteps' | 'threads'> {
  /** What is timed. */
  readonly what: string;
  /** Images that there are to train on. */
  readonly images: number;
  readonly goal: number;
}

/** The steps after which `checkLosses` compares. */
const CHECKED_STEPS = 5;

const TRAININGS: readonly Training[] = [
  {
    network: 'F2',
    what: 'an epoch of 469 steps of 128 images, synchronized every 250',
    images: 60_000,
    batch: 128,
    steps: 469,
    period: 250,
    l2: 1e-4,
    learningRate: 1e-3,
    goal: 2,
  },
  {
    network: 'Conv7',
    what: '40 steps of the 1200 of an epoch, of 50 images, synchronized every 20',
    images: 2000,
    batch: 50,
    steps: 40,
    period: 20,
    l2: 0,
    learningRate: 1e-3,
    goal: 1,
  },
];

async function train(training: Training, { runs, folder }: BenchmarkOptions): Promise<Row[]> {
  const { what, images, goal, ...work } = training;
  const file = join(folder, `${work.network}.safetensors`);
  await writeTrainTask(file, work.network, images, SEED);
  const task: TrainTask = { ...work, file, checkedSteps: CHECKED_STEPS, threads: THREADS };
  const torch = { program: python(), script: peerScript('torch_laperm_train.py'), goal };
  const peers: Peer[] = [
    { ...torch, name: 'PyTorch eager', task: { ...task, fused: false } },
    { ...torch, name: 'PyTorch eager, fused Adam', task: { ...task, fused: true } },
  ];
  return hold({
    row: `${work.network}, ${what}`,
    ours: { name: 'unbraid', program: process.execPath, script: ourScript('laperm-train'), task },
    peers,
    runs,
    checkPrepared: checkLosses,
  });
}
