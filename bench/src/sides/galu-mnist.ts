import { createMatrix, readSafetensors, requireTensor } from '@unbraid/data';
import { accuracy, classesOf, type PreparedLeastSquares, predictOutputs, prepareLeastSquares } from '@unbraid/galu';
import { serve } from '../serve.ts';
import type { GaluMnistTask } from '../tasks/galu-mnist.ts';
import { runtimeOf } from './runtime.ts';

/** Our side of GaLU on MNIST: the same number of iterations of CGLS as the peer. */

let prepared: PreparedLeastSquares;
let iterations: number;
let accuracyOf: (weights: Float32Array) => Promise<number>;

await serve<GaluMnistTask>({
  async prepare(task) {
    const content = await readSafetensors(task.file);
    const matrix = (name: string) => {
      const { data, shape } = requireTensor(content, name, 'F32');
      return createMatrix(shape[0]!, shape[1]!, data);
    };
    const [x, y, gates, a] = [matrix('X'), matrix('Y'), matrix('U'), matrix('A')];
    const runtime = runtimeOf(task);
    prepared = await prepareLeastSquares({ x, y, gates, a, ridge: 0, precondition: 'none' }, { runtime });
    iterations = task.iterations;
    const [xTest, labels] = [matrix('XTest'), requireTensor(content, 'labelsTest', 'I32').data];
    accuracyOf = async (data) => {
      const weights = createMatrix(gates.rows, gates.cols, data);
      return 100 * accuracy(classesOf(await predictOutputs({ gates, weights, a }, xTest, { runtime })), labels);
    };
    return { version: runtime.backend.name };
  },
  async run() {
    const start = performance.now();
    const { weights } = await prepared.solve({ tolerance: 0, targetError: 0, maxIterations: iterations });
    const milliseconds = performance.now() - start;
    return { milliseconds, figures: { testAccuracy: await accuracyOf(weights) } };
  },
});
