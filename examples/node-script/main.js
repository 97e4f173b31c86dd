import { createRandom } from '@unbraid/kernels';
import { accuracy, activation, dense, fit, predict, sequential, softmaxCrossEntropy } from '@unbraid/nn';

const rows = 1200;
const points = createRandom(1).normal(new Float32Array(2 * rows));
const classOf = (row) => {
  const radius = Math.hypot(points[2 * row], points[2 * row + 1]);
  return radius > 0.8 && radius < 1.6 ? 1 : 0;
};

/** Rows from one to another, as `fit` takes them. */
const part = (from, to) => ({
  x: { data: points.subarray(2 * from, 2 * to), rows: to - from, cols: 2 },
  y: Int32Array.from({ length: to - from }, (_, i) => classOf(from + i)),
});

const model = sequential([dense(2, 32), activation('relu'), dense(32, 32), activation('relu'), dense(32, 2)]);
const { best, history, seconds } = await fit({
  model,
  loss: softmaxCrossEntropy,
  metrics: { accuracy },
  data: part(0, 1000),
  validation: part(1000, rows),
  learningRate: 0.005,
  batchSize: 50,
  epochs: 60,
  seed: 1,
});
const { validation } = history[best.epoch - 1];
console.log(`best of ${history.length} epochs: ${best.epoch}, validation accuracy ${validation.accuracy.toFixed(3)}`);
console.log(`trained in ${seconds.toFixed(2)} s`);

const asked = Float32Array.of(0, 0, 1.2, 0, 3, 3);
const scores = await predict(model, best.params, { data: asked, rows: 3, cols: 2 });
for (let row = 0; row < 3; row++) {
  const [outside, inside] = scores.data.subarray(2 * row, 2 * row + 2);
  console.log(
    `(${asked[2 * row].toFixed(1)}, ${asked[2 * row + 1].toFixed(1)}) ${inside > outside ? 'in the ring' : 'not in the ring'}`,
  );
}
