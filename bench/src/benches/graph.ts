import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { type Candidates, hold, type Peer } from '../contest.ts';
import { ownBinding } from '../own-binding.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Prepared } from '../protocol.ts';
import type { Row } from '../row.ts';
import { THREADS } from '../side.ts';
import { type MlpProblem, writeMlpTask } from '../tasks/write-mlp.ts';
import { overheadRows } from './overhead.ts';

/** Training steps of small nets against other libraries, and what a step costs beyond its kernels. */
export const graph: Benchmark = {
  name: 'graph',
  about:
    'a training step of an MLP, large and small, against PyTorch, JAX, tfjs wasm and jax-js wasm; the overhead of a step',
  async run(options) {
    const rows: Row[] = [];
    for (const problem of PROBLEMS) rows.push(...(await trainingStep(problem, options)));
    return [...rows, ...(await overheadRows(options))];
  },
};

interface Problem extends MlpProblem {
  readonly goals: {
    readonly torch: number;
    readonly fused: number;
    readonly jax: number;
    readonly wasm: number | null;
  };
  /** Steps by which the fastest form of a peer is found: a third of a second or so. */
  readonly triedSteps: number;
}

const PROBLEMS: readonly Problem[] = [
  { sizes: [784, 1024, 10], batch: 128, triedSteps: 60, goals: { torch: 1, fused: 1.15, jax: 1, wasm: 5 } },
  { sizes: [20, 64, 2], batch: 32, triedSteps: 3000, goals: { torch: 3, fused: 3, jax: 1.5, wasm: null } },
];
const SEED = 1;
/** Steps before anything is timed, whose losses have to agree. */
const CHECKED_STEPS = 5;
/** How far losses may be apart, relative to the larger of 1 and the loss: float32 sums in another order. */
const TOLERANCE = 1e-4;
const SECONDS_OF_STEPS = 0.7;

async function trainingStep(problem: Problem, { runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = `${problem.sizes.join('-')}, batch ${problem.batch}, Adam step`;
  const file = join(folder, `mlp-${problem.sizes.join('-')}.safetensors`);
  const task = { file, checkedSteps: CHECKED_STEPS };
  const ours = {
    name: 'unbraid',
    program: process.execPath,
    script: ourScript('mlp'),
    task: { ...task, threads: THREADS },
  };
  const peers = choice.of(row, [...peersOf(problem, task), ownBinding(ours)]);
  if (peers.length === 0) return [];
  await writeMlpTask(file, problem, SEED);
  return hold({ row, ours, peers, runs, secondsOfSteps: SECONDS_OF_STEPS, checkPrepared: checkLosses });
}

function peersOf({ goals, triedSteps }: Problem, task: object): (Peer | Candidates)[] {
  const torch = { program: python(), script: peerScript('torch_mlp.py') };
  const jax = { program: python(), script: peerScript('jax_mlp.py'), goal: goals.jax };
  const node = { program: process.execPath, goal: goals.wasm };
  const tfjs = { ...node, script: peerScript('tfjs_mlp.js') };
  const jaxJs = { ...node, script: peerScript('jax_mlp.js') };
  const threads = THREADS;
  const torchForm = (name: string, goal: number | null, form: object): Peer => ({
    ...torch,
    name,
    goal,
    task: { ...task, threads, fused: false, compiled: 'nothing', ...form },
  });
  return [
    torchForm('PyTorch eager', goals.torch, {}),
    torchForm('PyTorch eager, fused Adam', goals.fused, { fused: true }),
    {
      name: 'PyTorch torch.compile',
      triedSteps,
      forms: [
        torchForm('PyTorch torch.compile of the network', null, { fused: true, compiled: 'network' }),
        torchForm('PyTorch torch.compile of network and Adam', null, { compiled: 'all' }),
      ],
    },
    {
      name: 'JAX jit',
      triedSteps,
      forms: [
        { ...jax, name: 'JAX jit, an array for each parameter', task: { ...task, packed: false } },
        { ...jax, name: 'JAX jit, all state in one array', task: { ...task, packed: true } },
      ],
    },
    { ...tfjs, name: 'tfjs wasm', task },
    { ...tfjs, name: 'tfjs wasm, explicit transposes', task: { ...task, explicitTransposes: true } },
    { ...jaxJs, name: 'jax-js wasm', task },
    { ...jaxJs, name: 'jax-js wasm, threads', task: { ...task, threads } },
  ];
}

/** Throws unless both sides' first losses agree: then they do the same mathematics. */
export function checkLosses(
  ours: Prepared,
  theirs: Prepared,
  peer: { readonly name: string },
  tolerance = TOLERANCE,
): void {
  const [our, their] = [ours.losses ?? [], theirs.losses ?? []];
  const apart = (loss: number, index: number) =>
    !(Math.abs(loss - (their[index] ?? Number.NaN)) <= tolerance * Math.max(1, Math.abs(loss)));
  if (our.length !== CHECKED_STEPS || their.length !== CHECKED_STEPS || our.some(apart)) {
    throw new Error(
      `bench: the losses of the first ${CHECKED_STEPS} steps differ: ours ${our.join(', ')}; ${peer.name} ${their.join(', ')}`,
    );
  }
}
