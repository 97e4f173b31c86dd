import { join } from 'node:path';
import type { BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Ran } from '../protocol.ts';
import type { Row } from '../row.ts';
import { THREADS } from '../side.ts';
import {
  type ConvexProblem,
  type ConvexTask,
  objectiveOf,
  optimumOf,
  readConvexData,
  WITHIN,
  writeConvexData,
} from '../tasks/galu-convex.ts';

const SEED = 1;

interface Contestants extends ConvexProblem {
  readonly method: ConvexTask['method'];
  readonly peer: string;
}

const CONTESTS: readonly Contestants[] = [
  { method: 'gated', peer: 'pyscnn R-FISTA', rows: 500, inputs: 20, gates: 100, share: 0.1 },
  { method: 'gated', peer: 'pyscnn R-FISTA', rows: 1000, inputs: 50, gates: 500, share: 0.1 },
  { method: 'relu', peer: 'pyscnn AL', rows: 200, inputs: 10, gates: 50, share: 0.1 },
  { method: 'relu', peer: 'pyscnn AL', rows: 300, inputs: 15, gates: 75, share: 0.1 },
];

/** Convex programs of two-layer networks with weight decay against pyscnn, at the same objective. */
export async function convexRows({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { method, peer, ...problem } of CONTESTS) {
    const { rows: n, inputs, gates } = problem;
    const row = `${method === 'relu' ? 'ReLU' : 'gated'} program, n = ${n}, d = ${inputs}, ${gates} gates`;
    const chosen = choice.of(row, [{ name: peer }]);
    if (chosen.length === 0) continue;
    const file = join(folder, `galu-convex-${method}-${n}.safetensors`);
    const penalty = await writeConvexData(file, problem, SEED);
    const data = await readConvexData(file);
    const optimum = await optimumOf(data, method, penalty);
    const target = optimum * (1 + WITHIN);
    const task: ConvexTask = { file, method, penalty, optimum, target, threads: THREADS };
    const objective = ({ weights }: Ran) => objectiveOf(data, task, [...weights!]);
    // The gated side of both reaches the target; AL's network is where its own tolerances leave it, which a row of its own tells.
    const check = (name: string) => (ran: Ran) => checkObjective(objective(ran), target, name);
    const ours = { name: 'unbraid', program: process.execPath, script: ourScript('galu-convex'), task };
    const side: Peer = { name: peer, program: python(), script: peerScript('pyscnn_convex.py'), goal: 5, task };
    rows.push(
      ...(await hold({
        row,
        ours: { ...ours, check: check('unbraid') },
        peers: [method === 'gated' ? { ...side, check: check(peer) } : side],
        runs,
        figures: [
          { key: 'processor', label: 'processor time of all threads', unit: 'ms', better: 'lower' },
          { key: 'above', label: 'objective above the optimum', unit: 'millionths', better: 'lower' },
        ],
      })),
    );
  }
  return rows;
}

/** Weights are float32, in which an objective is right to about 1e-7. @throws where a side stopped above the objective */
export function checkObjective(objective: number, target: number, name: string): void {
  if (!(objective <= target * (1 + 1e-6)))
    throw new Error(`bench: ${name} stopped at an objective of ${objective}, above ${target}`);
}
