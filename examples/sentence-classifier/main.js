import { writeFile } from 'node:fs/promises';
import { accuracyScore, adamW, bestLabels, fit, initialize, predict, softmaxCrossEntropy } from '@unbraid/nn';
import { exportOnnx, importOnnx } from '@unbraid/onnx';
import { modelFolder } from './model-files.js';
import { percent, sentenceEncoder, sentenceModel, shapes } from './sentence-model.js';
import { readSentences, split } from './sentences.js';

// What is wrong with files and settings is said in one line.
process.on('uncaughtException', ({ message }) => {
  console.error(message);
  process.exit(1);
});

const [file = 'sentences.csv', epochs = '8', seed = '1'] = process.argv.slice(2);
const rows = await readSentences(file);
const classes = [...new Set(rows.map(({ label }) => label))].sort();
if (classes.length < 2) throw new Error(`${file} has ${classes.length} labels; two or more are needed`);
const { chosen: test, rest: train } = split(rows, 0.3, Number(seed));
console.log(`${rows.length} sentences, ${test.length} of them held out; classes ${classes.join(', ')}`);

const folder = await modelFolder();
const encode = await sentenceEncoder(folder);
const { base, model } = await sentenceModel(folder, classes.length, { seed: Number(seed) });

const data = { x: encode(train), y: labelsOf(train) };
const shared = { model, data, loss: softmaxCrossEntropy, optimizer: adamW(), batchSize: 16, seed: Number(seed) };

// The head alone, on sentences as the model knows them.
const names = Object.keys(base.params);
const frozen = await fit({ ...shared, freeze: names, learningRate: 0.01, epochs: 30 });
console.log(`the head alone: right on ${percent(await score(model, frozen.params))} of the sentences held out`);

// All of it, with a head that begins anew: what was learnt before moves slowly.
const began = performance.now();
const { params } = await fit({
  ...shared,
  learningRate: 0.01,
  learningRates: Object.fromEntries(names.map((name) => [name, 0.002])),
  clipNorm: 1,
  epochs: Number(epochs),
  onEpoch: ({ epoch, training }) => console.log(`epoch ${epoch}: loss ${training.loss.toFixed(3)}`),
});
const seconds = (performance.now() - began) / 1000 / Number(epochs);
console.log(`fine-tuned: right on ${percent(await score(model, params))}; ${seconds.toFixed(1)} s an epoch`);

await writeFile('classifier.onnx', exportOnnx(model, params, { metadata: { classes: JSON.stringify(classes) } }));

// What another program does.
const classifier = await importOnnx('classifier.onnx', { shapes });
const known = JSON.parse(classifier.metadata.classes);
const sentences = test.slice(0, 1).concat(test.slice(-1));
const answers = bestLabels(await predict(classifier, initialize(classifier, 0), encode(sentences)));
sentences.forEach(({ text }, i) => void console.log(`${known[answers[i]]}: ${text}`));

function labelsOf(sentences) {
  return Int32Array.from(sentences, ({ label }) => classes.indexOf(label));
}

async function score(tested, params) {
  return accuracyScore(labelsOf(test), bestLabels(await predict(tested, params, encode(test))));
}
