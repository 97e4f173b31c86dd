import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { cast, div, mul, reduceSum, reshape } from '@unbraid/graph';
import { accuracyScore, adamW, bestLabels, dense, fit, initialize, predict, softmaxCrossEntropy } from '@unbraid/nn';
import { exportOnnx, importOnnx, replaceHead } from '@unbraid/onnx';
import { modelFolder, readJson } from './model-files.js';
import { readSentences, split } from './sentences.js';

// What is wrong with files and settings is said in one line.
process.on('uncaughtException', ({ message }) => {
  console.error(message);
  process.exit(1);
});

/** Tokens that a sentence is cut off at or filled up to. */
const TOKENS = 32;

const [file = 'sentences.csv', epochs = '8', seed = '1'] = process.argv.slice(2);
const rows = await readSentences(file);
const classes = [...new Set(rows.map(({ label }) => label))].sort();
if (classes.length < 2) throw new Error(`${file} has ${classes.length} labels; two or more are needed`);
const { chosen: test, rest: train } = split(rows, 0.3, Number(seed));
console.log(`${rows.length} sentences, ${test.length} of them held out; classes ${classes.join(', ')}`);

const folder = await modelFolder();
const tokenizer = new Tokenizer(
  await readJson(join(folder, 'tokenizer.json')),
  await readJson(join(folder, 'tokenizer_config.json')),
);
const shape = [TOKENS];
const shapes = { input_ids: shape, attention_mask: shape, token_type_ids: shape };
const base = await importOnnx(join(folder, 'model.onnx'), { shapes });
const model = replaceHead(base, meanOfTokens(widthOf(base), classes.length), {
  at: ['last_hidden_state', 'attention_mask'],
  seed: Number(seed),
});

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

/** A model of one's own: the mean over a sentence's tokens, and a layer on it. */
function meanOfTokens(width, outputs) {
  const layer = dense(width, outputs);
  return {
    params: layer.params,
    inputs: {
      states: { shape: [TOKENS, width], dtype: 'float32' },
      mask: { shape: [TOKENS], dtype: 'int64' },
    },
    apply(params, { states, mask }) {
      const [count] = mask.shape;
      const counts = reshape(cast(mask, 'float32'), [count, TOKENS, 1]);
      const mean = div(reduceSum(mul(states, counts), { axes: [1] }), reduceSum(counts, { axes: [1] }));
      return layer.apply(params, mean);
    },
  };
}

/** Ids and masks of sentences, a row each. */
function encode(sentences) {
  const rowsOf = (fill) => ({ data: new Int32Array(sentences.length * TOKENS).fill(fill), cols: TOKENS });
  const [ids, mask, types] = [rowsOf(0), rowsOf(0), rowsOf(0)];
  sentences.forEach(({ text }, row) => {
    const found = tokenizer.encode(text).ids;
    // The last token ends the sentence, where it is cut off, too.
    const kept = found.length > TOKENS ? [...found.slice(0, TOKENS - 1), found.at(-1)] : found;
    ids.data.set(kept, row * TOKENS);
    mask.data.fill(1, row * TOKENS, row * TOKENS + kept.length);
  });
  return { input_ids: ids, attention_mask: mask, token_type_ids: types };
}

function labelsOf(sentences) {
  return Int32Array.from(sentences, ({ label }) => classes.indexOf(label));
}

async function score(tested, params) {
  return accuracyScore(labelsOf(test), bestLabels(await predict(tested, params, encode(test))));
}

function percent(share) {
  return `${(100 * share).toFixed(1)}%`;
}

/** Numbers that the model gives for a token. */
function widthOf({ outputs }) {
  const width = outputs.find(({ name }) => name === 'last_hidden_state')?.shape?.at(-1);
  if (typeof width !== 'number') throw new Error('the model has no output last_hidden_state of known width');
  return width;
}
