import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { type Candidates, type Contest, hold, type Peer } from '../contest.ts';
import { ownBinding } from '../own-binding.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Prepared } from '../protocol.ts';
import type { Row } from '../row.ts';
import { THREADS } from '../side.ts';
import { type TrainTask, writeSyncTask, writeTrainTask } from '../tasks/laperm.ts';
import { checkLosses } from './graph.ts';

/** Synchronizing weights, and training by LaPerm. */
export const laperm: Benchmark = {
  name: 'laperm',
  about:
    'synchronizing 10 million weights against PyTorch and NumPy; training F2, Conv7, Conv4 and ResNet-18 by LaPerm against PyTorch',
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

async function synchronization(length: number, { runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `synchronization, 10 million weights in vectors of ${length}`;
  const vectors = Math.ceil(WEIGHTS / length);
  const file = join(folder, `sync-${length}.safetensors`);
  const task = { file, threads: THREADS };
  const peer = { program: python(), goal: null };
  const torch = { ...peer, script: peerScript('torch_laperm_sync.py') };
  const peers = choice.of<Peer>(row, [
    { ...torch, name: 'PyTorch, argsort twice', goal: 3, task: { ...task, scatter: false } },
    { ...torch, name: 'PyTorch, argsort and scatter', task: { ...task, scatter: true } },
    { ...peer, name: 'NumPy', script: peerScript('numpy_laperm_sync.py'), task },
  ]);
  if (peers.length === 0) return [];
  await writeSyncTask(file, { vectors, length }, SEED);
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('laperm-sync'), task };
  return hold({ row, ours, peers, runs, checkPrepared: checkDigests });
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
  /** How far losses may be apart: where near weights change places in the check's synchronizations, rounding shows. */
  readonly tolerance: number;
  /** Against PyTorch with its default Adam, and with the fused one. */
  readonly goals: { readonly torch: number; readonly fused: number };
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
    tolerance: 1e-4,
    goals: { torch: 2, fused: 1.6 },
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
    tolerance: 1e-3,
    goals: { torch: 1.5, fused: 1.5 },
  },
  {
    network: 'Conv4',
    what: '6 steps of the 1000 of an epoch, of 50 images of 32 × 32 (noise), synchronized every 3',
    images: 300,
    batch: 50,
    steps: 6,
    period: 3,
    l2: 1e-4,
    learningRate: 1e-3,
    tolerance: 1e-3,
    goals: { torch: 1, fused: 1 },
  },
  {
    network: 'ResNet-18',
    what: '2 steps of the 3125 of an epoch, of 16 images of 32 × 32 (noise), synchronized after the second',
    images: 32,
    batch: 16,
    steps: 2,
    period: 2,
    l2: 0,
    learningRate: 1e-3,
    tolerance: 1e-3,
    goals: { torch: 1, fused: 1 },
  },
];

async function train(training: Training, { runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const { what, images, tolerance, goals, ...work } = training;
  const row = `${work.network}, ${what}`;
  const file = join(folder, `${work.network}.safetensors`);
  const task: TrainTask = { ...work, file, checkedSteps: CHECKED_STEPS, threads: THREADS };
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('laperm-train'), task };
  const peers = choice.of(row, [...peersOf(task, goals), ownBinding(ours)]);
  if (peers.length === 0) return [];
  await writeTrainTask(file, work.network, images, SEED);
  const checkPrepared: Contest['checkPrepared'] = (...sides) => checkLosses(...sides, tolerance);
  return hold({ row, ours, peers, runs, checkPrepared });
}

function peersOf(task: TrainTask, goals: Training['goals']): (Peer | Candidates)[] {
  const torch = (name: string, goal: number | null, form: object): Peer => ({
    name,
    program: python(),
    script: peerScript('torch_laperm_train.py'),
    goal,
    task: { ...task, fused: true, compiled: 'nothing', ...form },
  });
  const jax: Peer = { name: 'JAX jit', program: python(), script: peerScript('jax_laperm_train.py'), goal: null, task };
  return [
    torch('PyTorch eager', goals.torch, { fused: false }),
    torch('PyTorch eager, fused Adam', goals.fused, {}),
    {
      name: 'PyTorch torch.compile',
      // A run is a training, whatever the steps.
      triedSteps: 1,
      forms: [
        torch('PyTorch torch.compile of the network', null, { compiled: 'network' }),
        torch('PyTorch torch.compile of network and Adam', null, { compiled: 'all', fused: false }),
      ],
    },
    ...(task.network === 'F2' ? [jax] : []),
  ];
}
