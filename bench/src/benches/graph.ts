import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { progress } from '../progress.ts';
import type { Prepared } from '../protocol.ts';
import { limitRow, type Row } from '../row.ts';
import { startSide, THREADS } from '../side.ts';
import { type MlpProblem, writeMlpTask } from '../tasks/write-mlp.ts';

/** Training steps of small nets against other libraries, and what a step costs beyond its kernels. */
export const graph: Benchmark = {
  name: 'graph',
  about:
    'a training step of an MLP, large and small, against PyTorch, tfjs wasm and jax-js wasm; the overhead of a step',
  async run(options) {
    const rows: Row[] = [];
    for (const problem of PROBLEMS) rows.push(...(await trainingStep(problem, options)));
    rows.push(await stepOverhead(options));
    return rows;
  },
};

interface Problem extends MlpProblem {
  readonly goals: { readonly torch: number; readonly wasm: number | null };
}

const PROBLEMS: readonly Problem[] = [
  { sizes: [784, 1024, 10], batch: 128, goals: { torch: 1, wasm: 5 } },
  { sizes: [20, 64, 2], batch: 32, goals: { torch: 3, wasm: null } },
];
const SEED = 1;
/** Steps before anything is timed, whose losses have to agree. */
const CHECKED_STEPS = 5;
/** How far losses may be apart, relative to the larger of 1 and the loss: float32 sums in another order. */
const TOLERANCE = 1e-4;
const SECONDS_OF_STEPS = 0.7;
const OVERHEAD_LIMIT_MICROSECONDS = 60;
const OVERHEAD_STEPS = 2000;

async function trainingStep(problem: Problem, { runs, folder }: BenchmarkOptions): Promise<Row[]> {
  const name = `${problem.sizes.join('-')}, batch ${problem.batch}, Adam step`;
  const file = join(folder, `mlp-${problem.sizes.join('-')}.safetensors`);
  await writeMlpTask(file, problem, SEED);
  const task = { file, checkedSteps: CHECKED_STEPS };
  return hold({
    row: name,
    ours: { name: 'unbraid', program: process.execPath, script: ourScript('mlp'), task: { ...task, threads: THREADS } },
    peers: peersOf(problem, task),
    runs,
    secondsOfSteps: SECONDS_OF_STEPS,
    checkPrepared: checkLosses,
  });
}

function peersOf({ goals }: Problem, task: object): Peer[] {
  const torch = { program: python(), script: peerScript('torch_mlp.py'), goal: goals.torch };
  const node = { program: process.execPath, goal: goals.wasm };
  const tfjs = { ...node, script: peerScript('tfjs_mlp.js') };
  const jax = { ...node, script: peerScript('jax_mlp.js') };
  const threads = THREADS;
  return [
    { ...torch, name: 'PyTorch eager', task: { ...task, threads, fused: false } },
    { ...torch, name: 'PyTorch eager, fused Adam', task: { ...task, threads, fused: true } },
    { name: 'JAX jit', program: python(), script: peerScript('jax_mlp.py'), goal: null, task },
    { ...tfjs, name: 'tfjs wasm', task },
    { ...tfjs, name: 'tfjs wasm, explicit transposes', task: { ...task, explicitTransposes: true } },
    { ...jax, name: 'jax-js wasm', task },
    { ...jax, name: 'jax-js wasm, threads', task: { ...task, threads } },
  ];
}

/** Throws unless both sides' first losses agree: then they do the same mathematics. */
export function checkLosses(ours: Prepared, theirs: Prepared, peer: { readonly name: string }): void {
  const [our, their] = [ours.losses ?? [], theirs.losses ?? []];
  const apart = (loss: number, index: number) =>
    !(Math.abs(loss - (their[index] ?? Number.NaN)) <= TOLERANCE * Math.max(1, Math.abs(loss)));
  if (our.length !== CHECKED_STEPS || their.length !== CHECKED_STEPS || our.some(apart)) {
    throw new Error(
      `bench: the losses of the first ${CHECKED_STEPS} steps differ: ours ${our.join(', ')}; ${peer.name} ${their.join(', ')}`,
    );
  }
}

async function stepOverhead({ runs }: BenchmarkOptions): Promise<Row> {
  const command = {
    name: 'unbraid',
    program: process.execPath,
    script: ourScript('overhead'),
    task: { threads: THREADS },
  };
  const side = await startSide(command);
  try {
    await side.run({ steps: OVERHEAD_STEPS });
    const microseconds: number[] = [];
    for (let run = 0; run < runs; run++) {
      const { milliseconds } = await side.run({ steps: OVERHEAD_STEPS });
      microseconds.push(milliseconds * 1000);
    }
    progress(`step overhead: ${microseconds.map((value) => value.toFixed(1)).join(', ')} µs`);
    const label = { row: 'overhead of a step', peer: 'limit', unit: 'µs', goal: 1, note: side.prepared.note };
    return limitRow(label, OVERHEAD_LIMIT_MICROSECONDS, microseconds);
  } finally {
    await side.close();
  }
}
