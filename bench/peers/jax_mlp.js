// One training step of an MLP by jax-js on its WebAssembly backend, jitted as a whole: forward, backward and Adam.

import { readFileSync } from 'node:fs';
import { serve } from '../dist/serve.js';
import { readMlpTask } from '../dist/tasks/mlp.js';

const MANIFEST = new URL('./node_modules/@jax-js/jax/package.json', import.meta.url);

let trainer;

await serve({
  async prepare(task) {
    if (task.threads) (await import('./web_worker.js')).installWebWorker(task.threads);
    const jax = await import('@jax-js/jax');
    await jax.init('wasm');
    jax.defaultDevice('wasm');
    trainer = createTrainer(jax, await readMlpTask(task.file));
    const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
    const losses = [];
    for (let step = 0; step < task.checkedSteps; step += 1) losses.push((await trainer.step().data())[0]);
    const note = task.threads ? 'threads by a Worker shim' : 'Node has no web Worker for its threads';
    const threads = task.threads ? `${task.threads} threads` : 'one thread';
    return { version: `jax-js wasm ${version}, ${threads}`, note, losses };
  },
  async run({ steps }) {
    const start = performance.now();
    // Waiting for each step is the faster way by two: without it, jax-js queues work and its memory grows to gigabytes.
    for (let step = 0; step < steps; step += 1) await trainer.step().data();
    return { milliseconds: (performance.now() - start) / steps };
  },
});

// jax-js counts references: a value is consumed by its use, and `.ref` keeps it for another one.
function createTrainer(jax, { sizes, weights, batches, learningRate }) {
  const { numpy: np, nn, tree, jit, valueAndGrad } = jax;
  const loss = ([w0, b0, w1, b1], x, target) => {
    const logits = np.dot(nn.relu(np.dot(x, w0).add(b0)), w1).add(b1);
    return nn
      .logSoftmax(logits)
      .mul(target)
      .sum()
      .mul(-1 / batches[0].labels.length);
  };
  const update = jit((parameters, m, v, x, target, correction1, correction2) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(parameters), x, target);
    const newM = m.map((each, i) => each.mul(0.9).add(gradient[i].ref.mul(0.1)));
    const newV = v.map((each, i) => each.mul(0.999).add(np.square(gradient[i]).mul(0.001)));
    const moved = parameters.map((each, i) => {
      const root = np.sqrt(newV[i].ref.div(correction2.ref)).add(1e-8);
      return each.sub(newM[i].ref.div(correction1.ref).div(root).mul(learningRate));
    });
    correction1.dispose();
    correction2.dispose();
    return [value, moved, newM, newV];
  });
  let parameters = weights.map(({ data, shape }) => np.array(data, { shape }));
  let m = weights.map(({ shape }) => np.zeros(shape));
  let v = weights.map(({ shape }) => np.zeros(shape));
  const inputs = batches.map(({ x, labels }) => ({
    x: np.array(x.data, { shape: x.shape }),
    target: nn.oneHot(np.array(labels), sizes[2]),
  }));
  let count = 0;
  return {
    step() {
      const { x, target } = inputs[count++ % inputs.length];
      const corrections = [0.9, 0.999].map((beta) => np.array(1 - beta ** count));
      const [value, ...state] = update(parameters, m, v, x.ref, target.ref, ...corrections);
      [parameters, m, v] = state;
      return value;
    },
  };
}
