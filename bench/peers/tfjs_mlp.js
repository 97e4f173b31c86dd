// One training step of an MLP by TensorFlow.js on its WebAssembly backend, with SIMD. That backend has no threads in
// Node: its flag WASM_HAS_MULTITHREAD_SUPPORT is false there.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { serve } from '../dist/serve.js';
import { readMlpTask } from '../dist/tasks/mlp.js';
import { createTrainer, withExplicitTransposes } from './tfjs_trainer.js';

const require = createRequire(import.meta.url);
let trainer;

await serve({
  async prepare(task) {
    const tf = await import('@tensorflow/tfjs');
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
    await tf.setBackend('wasm');
    const product = task.explicitTransposes ? withExplicitTransposes(tf) : (a, b) => a.matMul(b);
    trainer = createTrainer(tf, product, await readMlpTask(task.file));
    const losses = [];
    for (let step = 0; step < task.checkedSteps; step += 1) losses.push(trainer.stepLoss());
    const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
    const how = task.explicitTransposes ? ', explicit transposes' : '';
    return { version: `tfjs wasm ${tf.version.tfjs}${how}`, note: `SIMD ${simd}, one thread in Node`, losses };
  },
  async run({ steps }) {
    const start = performance.now();
    for (let step = 0; step < steps; step += 1) trainer.step();
    return { milliseconds: (performance.now() - start) / steps };
  },
});
