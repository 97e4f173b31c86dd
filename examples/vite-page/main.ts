import { activation, dense, fit, meanSquaredError, predict, sequential } from '@unbraid/nn';

const rows = 100;
const x = { data: Float32Array.from({ length: rows }, (_, i) => (2 * i) / (rows - 1) - 1), rows, cols: 1 };
const y = { data: x.data.map((value) => Math.sin(4 * value) * Math.exp(-value)), rows, cols: 1 };
const model = sequential([dense(1, 32), activation('tanh'), dense(32, 32), activation('tanh'), dense(32, 1)]);

function draw(name: string, values: Float32Array): void {
  const points = Array.from(values, (value, i) => `${(400 * i) / (rows - 1)},${100 - 40 * value}`);
  document.getElementById(name)!.setAttribute('points', points.join(' '));
}

const state = document.getElementById('state')!;
draw('curve', y.data);
const { params, history } = await fit({
  model,
  loss: meanSquaredError,
  data: { x, y },
  batchSize: Number.POSITIVE_INFINITY,
  learningRate: 0.01,
  epochs: 400,
  seed: 1,
  onEpoch: async ({ epoch, training }) => {
    if (epoch % 20 !== 0) return;
    state.textContent = `Epoch ${epoch}, loss ${training.loss.toFixed(5)}`;
    // The page is drawn.
    await new Promise((drawn) => setTimeout(drawn));
  },
});
draw('network', (await predict(model, params, x)).data);
state.textContent = `Trained: loss ${history.at(-1)!.training.loss.toFixed(5)}`;
