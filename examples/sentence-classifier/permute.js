// Fine-tuning that changes no weight of the model's matrices, only their places, and what is left to store: `npm run permute -- sentences.csv EPOCHS SEED RATE PERIOD`.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPermutationOf, laperm, loadPermutations, savePermutations, weightMovement } from '@unbraid/laperm';
import { accuracyScore, adamW, bestLabels, fit, initialize, predict, softmaxCrossEntropy } from '@unbraid/nn';
import { modelFolder } from './model-files.js';
import { percent, sentenceEncoder, sentenceModel } from './sentence-model.js';
import { readSentences, split } from './sentences.js';

process.on('uncaughtException', ({ message }) => {
  console.error(message);
  process.exit(1);
});

const [file = 'sentences.csv', epochs = '8', seed = '1', rate = '0.0003', period = '8'] = process.argv.slice(2);
const rows = await readSentences(file);
const classes = [...new Set(rows.map(({ label }) => label))].sort();
const { chosen: test, rest: train } = split(rows, 0.3, Number(seed));

const folder = await modelFolder();
const encode = await sentenceEncoder(folder);
// Tables of embeddings stay: a vector of 30,522 entries takes 13 bits for each, and few of its words occur in the sentences.
const trainable = (name) => !name.includes('embeddings');
const { base, model } = await sentenceModel(folder, classes.length, { seed: Number(seed), trainable });
const data = { x: encode(train), y: labelsOf(train) };
const shared = { model, data, loss: softmaxCrossEntropy, batchSize: 16, seed: Number(seed) };

const names = Object.keys(base.params);
// Begun, so that the body gets gradients from a head that knows something, and not finished, so that there is something left to learn.
const head = await fit({ ...shared, optimizer: adamW(), freeze: names, learningRate: 0.01, epochs: 3 });
console.log(`the head, begun alone: right on ${percent(await score(head.params))} of ${test.length} sentences`);

// The head, and vectors such as biases, are trained as they are.
const skip = (path, { shape }) => shape.length === 1 || path.startsWith('head.');
const { params, history } = await fit({
  ...shared,
  params: head.params,
  optimizer: laperm({ inner: adamW({ weightDecay: 0 }), period: Number(period), skip }),
  learningRate: Number(rate),
  clipNorm: 1,
  epochs: Number(epochs),
});
const initial = initialize(model, 0);
console.log(
  `loss ${history.at(-1).training.loss.toFixed(3)}; only moved: ${isPermutationOf(model, initial, params, skip)}`,
);
console.log(`fine-tuned by permuting: right on ${percent(await score(params))}`);

const original = join(folder, 'model.onnx');
await savePermutations({ model, params, skip, original }, 'classifier.perm');
const loaded = await loadPermutations('classifier.perm', { model, original });
const { size } = await stat('classifier.perm');
const movement = weightMovement(model, initial, params, skip);
const permuted = movement.reduce((sum, { from }) => sum + from.length, 0);
const moved = movement.reduce((sum, { from, moved: share }) => sum + share * from.length, 0) / permuted;
console.log(
  `classifier.perm: ${size} bytes, ${((8 * size) / params.length).toFixed(2)} bits for each of ${params.length} parameters, ` +
    `${((8 * size) / permuted).toFixed(2)} for each of ${permuted} that may move, of which ${percent(moved)} did; ` +
    `loaded the same: ${loaded.every((value, i) => value === params[i])}`,
);

function labelsOf(sentences) {
  return Int32Array.from(sentences, ({ label }) => classes.indexOf(label));
}

async function score(tested) {
  return accuracyScore(labelsOf(test), bestLabels(await predict(model, tested, encode(test))));
}
