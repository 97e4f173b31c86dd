import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { hold } from '../contest.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { THREADS } from '../side.ts';
import { writeGaluMnistTask } from '../tasks/galu-mnist.ts';

const GATES = 1000;
const ITERATIONS = 50;
const SEED = 1;

/** GaLU on all of MNIST, against the same method in NumPy. */
export const galuMnist: Benchmark = {
  name: 'galu-mnist',
  about:
    'CGLS on 60,000 MNIST images, k = 1000, ten outputs, against NumPy: time, memory, test accuracy (minutes a run)',
  async run({ runs, folder }) {
    const file = join(folder, 'galu-mnist.safetensors');
    await writeGaluMnistTask(file, GATES, SEED);
    const task = { file, iterations: ITERATIONS };
    return hold({
      row: `MNIST, k = ${GATES}, ${ITERATIONS} iterations`,
      ours: {
        name: 'unbraid',
        program: process.execPath,
        script: ourScript('galu-mnist'),
        task: { ...task, threads: THREADS },
      },
      peers: [{ name: 'NumPy CGLS', program: python(), script: peerScript('numpy_galu.py'), goal: null, task }],
      runs,
      figures: [{ key: 'testAccuracy', label: 'test accuracy', unit: '%', better: 'higher' }],
    });
  },
};
