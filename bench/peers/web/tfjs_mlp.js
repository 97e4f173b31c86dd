// The MLP by TensorFlow.js on its WebAssembly backend, in a Worker of Chromium, with SIMD; more than one thread where the page
// is cross-origin isolated.
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { decodeSafetensors } from '@unbraid/data';
import { timeOf } from '../../dist/sides/trainer.js';
import { digestOf, load, serveInWorker } from '../../dist/sides/web/serve-in-worker.js';
import { mlpOf } from '../../dist/tasks/mlp-of.js';
import { DATA_PATH } from '../../dist/tasks/web.js';
import { createTrainer, withExplicitTransposes } from '../tfjs_trainer.js';

let once;

serveInWorker({
  async prepare(task) {
    setWasmPaths('/tfjs/');
    setThreadsCount(task.threads);
    await tf.setBackend('wasm');
    const mlp = mlpOf(decodeSafetensors(await load(DATA_PATH)));
    const how = task.explicitTransposes ? ', explicit transposes' : '';
    const version = `tfjs wasm ${tf.version.tfjs}${how}`;
    if (task.work === 'row') return { version, digest: await beginRows(mlp) };
    const product = task.explicitTransposes ? withExplicitTransposes(tf) : (a, b) => a.matMul(b);
    const trainer = createTrainer(tf, product, mlp);
    once = trainer.step;
    const losses = [];
    for (let step = 0; step < task.checkedSteps; step += 1) losses.push(trainer.stepLoss());
    return { version, losses };
  },
  run: async ({ steps = 1 }) => ({ milliseconds: await timeOf(steps, once) }),
});

async function beginRows({ batches, sizes, weights }) {
  const [w0, b0, w1, b1] = weights.map(({ data, shape }) => tf.tensor(data, shape));
  const { x } = batches[0];
  let count = 0;
  const row = async () => {
    const at = (count++ % x.shape[0]) * sizes[0];
    const y = tf.tidy(() => {
      const row = tf.tensor(x.data.subarray(at, at + sizes[0]), [1, sizes[0]]);
      return row.matMul(w0).add(b0).relu().matMul(w1).add(b1);
    });
    const outputs = y.dataSync();
    y.dispose();
    return outputs;
  };
  const digest = digestOf(await row());
  once = row;
  return digest;
}
