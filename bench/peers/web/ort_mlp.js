// The MLP by onnxruntime-web alone, in a Worker of Chromium: a model of loss and gradient, or of a whole step with Adam, is a
// file; between runs everything is an array of the page's. Adam that isn't in the graph is JavaScript.
import { decodeSafetensors } from '@unbraid/data';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { timeOf } from '../../dist/sides/trainer.js';
import { digestOf, load, serveInWorker } from '../../dist/sides/web/serve-in-worker.js';
import { mlpOf } from '../../dist/tasks/mlp-of.js';
import { DATA_PATH } from '../../dist/tasks/web.js';

let once;

serveInWorker({
  async prepare(task) {
    env.wasm.wasmPaths = { wasm: '/ort.wasm' };
    env.wasm.numThreads = task.threads;
    const mlp = mlpOf(decodeSafetensors(await load(DATA_PATH)));
    const session = await InferenceSession.create(await load('/model.onnx'), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    });
    const version = `onnxruntime-web ${env.versions.web}`;
    if (task.work === 'row') return { version, digest: await beginRows(session, mlp) };
    const steps = task.adam === 'graph' ? wholeSteps(session, mlp) : gradientSteps(session, mlp, task.work === 'step');
    once = steps.step;
    const losses = [];
    for (let count = 0; count < task.checkedSteps; count += 1) {
      await once();
      losses.push(steps.loss());
    }
    return { version, losses };
  },
  run: async ({ steps = 1 }) => ({ milliseconds: await timeOf(steps, once) }),
});

const NAMES = ['w0', 'b0', 'w1', 'b1'];

async function beginRows(session, { batches, sizes }) {
  const { x } = batches[0];
  let count = 0;
  const row = () => {
    const at = (count++ % x.shape[0]) * sizes[0];
    return session.run({ x: new Tensor('float32', x.data.subarray(at, at + sizes[0]), [1, sizes[0]]) });
  };
  const { y } = await row();
  once = row;
  return digestOf(y.data);
}

/** Tensors over the batches, made once. */
const batchFeeds = ({ batches }) =>
  batches.map(({ x, labels }) => ({
    x: new Tensor('float32', x.data, x.shape),
    labels: new Tensor('int32', labels, [labels.length]),
  }));

function gradientSteps(session, mlp, withAdam) {
  const params = mlp.weights.map(({ data, shape }) => ({
    data,
    shape,
    m: data.slice().fill(0),
    v: data.slice().fill(0),
  }));
  const given = Object.fromEntries(
    params.map(({ data, shape }, i) => [`params.${NAMES[i]}`, new Tensor('float32', data, shape)]),
  );
  const feeds = batchFeeds(mlp);
  let [count, loss] = [0, 0];
  return {
    async step() {
      const results = await session.run({ ...given, ...feeds[count++ % feeds.length] });
      loss = results.value.data[0];
      if (!withAdam) return;
      for (const [i, param] of params.entries()) adam(param, results[`grad.${NAMES[i]}`].data, mlp.learningRate, count);
    },
    loss: () => loss,
  };
}

function adam({ data, m, v }, grad, learningRate, step) {
  const [c1, c2] = [1 - 0.9 ** step, 1 - 0.999 ** step];
  for (let i = 0; i < data.length; i += 1) {
    const g = grad[i];
    m[i] = 0.9 * m[i] + 0.1 * g;
    v[i] = 0.999 * v[i] + 0.001 * g * g;
    data[i] -= (learningRate * (m[i] / c1)) / (Math.sqrt(v[i] / c2) + 1e-8);
  }
}

/** Adam is in the graph: what a run gives is fed to the next. */
function wholeSteps(session, mlp) {
  const state = {};
  for (const [i, { data, shape }] of mlp.weights.entries()) {
    state[`params.${NAMES[i]}`] = new Tensor('float32', data, shape);
    for (const moment of ['m', 'v'])
      state[`${moment}.${NAMES[i]}`] = new Tensor('float32', new Float32Array(data.length), shape);
  }
  const feeds = batchFeeds(mlp);
  let [count, loss] = [0, 0];
  return {
    async step() {
      const batch = feeds[count++ % feeds.length];
      const corrections = new Tensor('float32', Float32Array.of(1 - 0.9 ** count, 1 - 0.999 ** count), [2]);
      const results = await session.run({ ...state, ...batch, corrections });
      loss = results.value.data[0];
      for (const name of Object.keys(state)) state[name] = results[`next.${name}`];
    },
    loss: () => loss,
  };
}
