import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import type { Ran } from '../protocol.ts';
import type { Row } from '../row.ts';
import { THREADS } from '../side.ts';
import { type GaluData, meanSquaredError, readGaluTask, writeGaluTask } from '../tasks/galu.ts';
import { convexRows } from './galu-convex.ts';

/** c = gates · dimension / samples = 2. */
const PROBLEM = { samples: 4000, dimension: 100, gates: 80 };
const ERROR = 1e-4;
const SEED = 1;

/** The time that training takes to memorize random signs, against gradient training and the strongest convex solver. */
export const galu: Benchmark = {
  name: 'galu',
  about:
    'time to a training error of 1e-4 at m = 4000, d = 100, c = 2, against Adam in PyTorch and against pyscnn; convex programs with weight decay against pyscnn',
  run: async (options) => [...(await memorizeRows(options)), ...(await convexRows(options))],
};

async function memorizeRows({ runs, folder, choice }: BenchmarkOptions): Promise<Row[]> {
  const row = 'training to error 1e-4';
  const chosen = choice.of(row, PEERS);
  if (chosen.length === 0) return [];
  const file = join(folder, 'galu.safetensors');
  await writeGaluTask(file, PROBLEM, SEED);
  const data = await readGaluTask(file);
  const task = { file, error: ERROR, threads: THREADS };
  const check = (name: string, network: Network) => (ran: Ran) => checkError(ran, name, { data, network });
  const ours = { ...OURS, task, check: check(OURS.name, 'GaLU') };
  const peers = chosen.map(({ network, setting, ...peer }) => ({
    ...peer,
    task: { ...task, ...setting },
    check: check(peer.name, network),
  }));
  return hold({ row, ours, peers, runs });
}

type Network = 'GaLU' | 'ReLU';

const OURS = { name: 'unbraid', program: process.execPath, script: ourScript('galu') };
const ADAM = { program: python(), script: peerScript('torch_galu.py') };
const PYSCNN = { program: python(), script: peerScript('pyscnn_galu.py'), network: 'GaLU', goal: 2 } as const;

interface GaluPeer extends Omit<Peer, 'task'> {
  readonly network: Network;
  readonly setting: object;
}

const PEERS: readonly GaluPeer[] = [
  { ...ADAM, name: 'PyTorch Adam, GaLU network', network: 'GaLU', goal: 5, setting: { network: 'GaLU' } },
  { ...ADAM, name: 'PyTorch Adam, ReLU network', network: 'ReLU', goal: null, setting: { network: 'ReLU' } },
  { ...PYSCNN, name: 'pyscnn R-FISTA', setting: { solver: 'R-FISTA' } },
  { ...PYSCNN, name: 'pyscnn LSMR', setting: { solver: 'LSMR' } },
];

interface NetworkProblem {
  readonly data: GaluData;
  readonly network: Network;
}

/** Throws unless the weights that a run returned reach the error, by a computation of our own in float64. */
export function checkError({ weights }: Ran, name: string, { data, network }: NetworkProblem): void {
  const size = data.gates * data.dimension;
  if (weights?.length !== size) {
    throw new Error(`bench: ${name} returned ${weights?.length ?? 'no'} weights, the network has ${size}`);
  }
  const error = meanSquaredError(data, network, weights);
  // The sides compute their error in float32.
  if (!(error <= ERROR * (1 + 1e-3))) {
    throw new Error(`bench: ${name} stopped at a training error of ${error}, above ${ERROR}`);
  }
}
