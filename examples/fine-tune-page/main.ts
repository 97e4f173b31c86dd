import { dense, fit, predict, softmaxCrossEntropy, softmaxRows } from '@unbraid/nn';
import { exportOnnx, importOnnx, replaceHead } from '@unbraid/onnx';
import { byId, chosenClass, drawClasses, drawLosses, drawPoints, drawRegions, gridRows, placeOf } from './drawing.ts';
import file from './points.onnx?url';
import { CLASSES, firstPoints } from './points.ts';

const EPOCHS = 80;

const state = byId('state');
const points = firstPoints();
drawClasses();
drawPoints(points);

// Five outputs become three; what the layers below have learnt stays.
const response = await fetch(file);
const imported = await importOnnx(new Uint8Array(await response.arrayBuffer()));
const model = replaceHead(imported, dense(48, CLASSES.length));

/** What has been learnt; undefined before the first epoch: the file's values. */
let params: Float32Array | undefined;
let losses: number[] = [];
let running = { ended: Promise.resolve(), control: new AbortController() };

async function train(signal: AbortSignal): Promise<void> {
  const x = points.map((point) => [point.x, point.y]);
  const y = Int32Array.from(points, ({ label }) => label);
  await fit({
    model,
    loss: softmaxCrossEntropy,
    data: { x, y },
    ...(params && { params }),
    // The head is new and learns ten times as fast as the layers below it.
    learningRate: 0.03,
    learningRates: { '*': 0.1, head: 1 },
    clipNorm: 1,
    batchSize: 32,
    epochs: EPOCHS,
    signal,
    onEpoch: async ({ epoch, training }, reached) => {
      params = reached.slice();
      losses.push(training.loss);
      if (epoch % 5 !== 0) return;
      drawLosses(losses);
      drawRegions(softmaxRows(await predict(model, params, gridRows)).data);
      state.textContent = `Epoch ${epoch} of ${EPOCHS}, loss ${training.loss.toFixed(4)}`;
      // The page is drawn.
      await new Promise((drawn) => setTimeout(drawn));
    },
  });
  const { data } = await predict(model, params!, x);
  const best = (i: number) => [0, 1, 2].reduce((a, b) => (data[3 * i + b]! > data[3 * i + a]! ? b : a));
  const right = y.filter((label, i) => label === best(i)).length;
  state.textContent = `Trained: right on ${((100 * right) / y.length).toFixed(1)}% of ${y.length} points`;
  byId<HTMLButtonElement>('save').disabled = false;
}

/** Trains with the points as they are now; what was running ends first. */
function restart(prepare: () => void): void {
  running.control.abort();
  byId<HTMLButtonElement>('save').disabled = true;
  const control = new AbortController();
  const ended = running.ended.then(async () => {
    if (control.signal.aborted) return;
    prepare();
    await train(control.signal).catch((error: Error) => {
      if (!control.signal.aborted) state.textContent = error.message;
    });
  });
  running = { ended, control };
}

byId('points').onclick = (event) => {
  points.push({ ...placeOf(event), label: chosenClass() });
  drawPoints(points);
  state.textContent = `${points.length} points …`;
  restart(() => {});
};

const fromTheFile = () =>
  restart(() => {
    params = undefined;
    losses = [];
  });
byId('again').onclick = fromTheFile;

byId('save').onclick = () => {
  const trained = exportOnnx(model, params!, { metadata: { classes: JSON.stringify(CLASSES) } });
  const url = URL.createObjectURL(new Blob([trained.slice()], { type: 'application/octet-stream' }));
  Object.assign(document.createElement('a'), { href: url, download: 'classifier.onnx' }).click();
  URL.revokeObjectURL(url);
};

fromTheFile();
