import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { hold, type Peer } from '../contest.ts';
import { ownBinding } from '../own-binding.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { THREADS } from '../side.ts';
import { type GaluMnistTask, writeGaluMnistTask } from '../tasks/galu-mnist.ts';

const GATES = 1000;
const ITERATIONS = 50;
const SEED = 1;

/** GaLU on all of MNIST, against the same method in NumPy. */
export const galuMnist: Benchmark = {
  name: 'galu-mnist',
  about:
    'CGLS on 60,000 MNIST images, k = 1000, ten outputs, against NumPy: time, memory, test accuracy (minutes a run)',
  async run({ runs, folder, choice }) {
    const row = `MNIST, k = ${GATES}, ${ITERATIONS} iterations`;
    const file = join(folder, 'galu-mnist.safetensors');
    const task: GaluMnistTask = { file, iterations: ITERATIONS, threads: THREADS };
    const ours = { name: 'unbraid', program: process.execPath, script: ourScript('galu-mnist'), task };
    const script = peerScript('numpy_galu.py');
    const numpy: Peer = { name: 'NumPy CGLS', program: python(), script, goal: 1.1, memoryGoal: 1, task };
    const peers = choice.of(row, [numpy, ownBinding(ours)]);
    if (peers.length === 0) return [];
    await writeGaluMnistTask(file, GATES, SEED);
    const figures = [{ key: 'testAccuracy', label: 'test accuracy', unit: '%', better: 'higher' }] as const;
    return hold({ row, ours, peers, runs, figures });
  },
};
