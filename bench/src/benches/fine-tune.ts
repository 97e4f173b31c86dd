import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Row } from '../row.ts';
import { THREADS } from '../side.ts';
import { type FineTuneTask, writeFineTuneTask } from '../tasks/fine-tune.ts';
import { checkLosses } from './graph.ts';

/** Fine-tuning steps of two networks that people have files of. */
export const fineTune: Benchmark = {
  name: 'fine-tune',
  about: 'a fine-tuning step of MiniLM (AdamW) and of resnet18 (SGD with momentum) against PyTorch',
  async run(options) {
    const rows: Row[] = [];
    for (const work of WORKS) rows.push(...(await trainingStep(work, options)));
    return rows;
  },
};

interface Work {
  readonly row: string;
  readonly network: FineTuneTask['network'];
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Of a run. */
  readonly seconds: number;
  /** PyTorch's ways to do it. */
  readonly forms: readonly { readonly name: string; readonly settings: object }[];
}

const WORKS: readonly Work[] = [
  {
    row: 'MiniLM, 16 × 64 tokens, AdamW step',
    network: 'mini-lm',
    learningRate: 2e-5,
    weightDecay: 0.01,
    seconds: 2,
    forms: [
      { name: 'PyTorch eager, default AdamW', settings: { fused: false, attention: 'sdpa' } },
      { name: 'PyTorch eager, written-out attention', settings: { fused: false, attention: 'plain' } },
      { name: 'PyTorch eager, fused AdamW', settings: { fused: true, attention: 'sdpa' } },
    ],
  },
  {
    row: 'resnet18, 16 × 224² pixels, momentum step',
    network: 'res-net',
    learningRate: 1e-3,
    weightDecay: 1e-4,
    seconds: 3,
    forms: [
      { name: 'PyTorch eager, channels first', settings: { channelsLast: false } },
      { name: 'PyTorch eager, channels last', settings: { channelsLast: true } },
    ],
  },
];
const SEED = 1;
const MOMENTUM = 0.9;
/** The steps after which `checkLosses` compares. */
const CHECKED_STEPS = 5;

async function trainingStep(work: Work, { runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const { row, network, learningRate, weightDecay, seconds, forms } = work;
  const file = join(folder, `${network}.safetensors`);
  const rates = { learningRate, weightDecay, momentum: MOMENTUM };
  const task: FineTuneTask = { network, file, ...rates, checkedSteps: CHECKED_STEPS, threads: THREADS };
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('fine-tune'), task };
  const peers = choice.of(
    row,
    forms.map(({ name, settings }): Peer => {
      const side = { program: python(), script: peerScript('torch_fine_tune.py'), task: { ...task, ...settings } };
      return { name, ...side, goal: 1, memoryGoal: 1 };
    }),
  );
  if (peers.length === 0) return [];
  await writeFineTuneTask(task, SEED);
  return hold({ row, ours, peers, runs, secondsOfSteps: seconds, checkPrepared: checkLosses });
}
