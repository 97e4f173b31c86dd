// One training step of an MLP by TensorFlow.js on its WebAssembly backend, with SIMD. That backend has no threads in
// Node: its flag WASM_HAS_MULTITHREAD_SUPPORT is false there.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { serve } from '../dist/serve.js';
import { readMlpTask } from '../dist/tasks/mlp.js';

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

function createTrainer(tf, product, { sizes, weights, batches, learningRate }) {
  const [w0, b0, w1, b1] = weights.map(({ data, shape }) => tf.variable(tf.tensor(data, shape)));
  const inputs = batches.map(({ x, labels }) => ({
    x: tf.tensor(x.data, x.shape),
    target: tf.oneHot(tf.tensor1d(labels, 'int32'), sizes[2]).toFloat(),
  }));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  let count = 0;
  const step = () => {
    const { x, target } = inputs[count++ % inputs.length];
    return optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(target, product(product(x, w0).add(b0).relu(), w1).add(b1)),
      true,
    );
  };
  return {
    step: () => step().dispose(),
    stepLoss: () => {
      const loss = step();
      const [value] = loss.dataSync();
      loss.dispose();
      return value;
    },
  };
}

// tfjs's own gradient of a product multiplies by transposed matrices, for which its WebAssembly backend has but a slow
// way. This one transposes first, as someone would who has found that out.
function withExplicitTransposes(tf) {
  return tf.customGrad((a, b, save) => {
    save([a, b]);
    return {
      value: a.matMul(b),
      gradFunc: (dy, [a, b]) => [dy.matMul(b.transpose()), a.transpose().matMul(dy)],
    };
  });
}
