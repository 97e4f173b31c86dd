import { readdir, writeFile } from 'node:fs/promises';
import { createAugmentation, createMatrix, readImageFolder, selectRows, stratifiedSplit } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { accuracy, confusionMatrix, fit, initialize, predict, softmaxCrossEntropy, softmaxRows } from '@unbraid/nn';
import { importOnnx } from '@unbraid/onnx';
import { drawImages } from './draw-images.js';
import { fromFile, fromScratch } from './start-model.js';

// What is wrong with files and settings is said in one line.
process.on('uncaughtException', ({ message }) => {
  console.error(message);
  process.exit(1);
});

const [folder = 'drawn'] = process.argv.slice(2);
const { MODEL: path, FEATURES: features = '512' } = process.env;
if (folder === 'drawn') await drawImages(folder);

const entries = await readdir(folder, { withFileTypes: true });
const classes = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
if (classes.length < 2) throw new Error(`${folder} has ${classes.length} subfolders; one for each class is needed`);

const start = path ? await fromFile(path, { features: Number(features), classes }) : fromScratch({ classes });
const { size, model } = start;
if (!path) {
  console.log('A small residual network learns from scratch. To fine-tune a resnet18 that knows ImageNet:');
  console.log('python3 export_resnet18.py, then MODEL=resnet18.onnx npm start');
}

const { images, files, unreadable } = await readImageFolder(folder, { size, skipUnreadable: true });
const labels = Int32Array.from(files, (file) => classes.indexOf(file.split('/')[0]));
if (labels.includes(-1)) throw new Error(`${files[labels.indexOf(-1)]} is in no subfolder, so it has no class`);
console.log(`${folder}: ${files.length} images of ${classes.join(', ')}; ${unreadable.length} can't be read`);

/** In place, as the models of torchvision were trained: mean and standard deviation of ImageNet's red, green and blue. */
function normalize(pixels) {
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  for (let i = 0; i < pixels.length; i++) {
    const channel = Math.floor(i / size ** 2) % 3;
    pixels[i] = (pixels[i] - mean[channel]) / deviation[channel];
  }
}
normalize(images.data);

const { chosen: test, rest: train } = stratifiedSplit(labels, { size: { fraction: 0.25 }, random: createRandom(1) });
const part = (rows) => ({ x: selectRows(images, rows), y: Int32Array.from(rows, (row) => labels[row]) });
const unseen = part(test);

const augment = createAugmentation({
  ...{ channels: 3, height: size, width: size },
  ...{ rotation: 10, zoom: 0.1, shift: 0.1, flip: true },
});
let last = performance.now();
const seconds = [];
const { params } = await fit({
  model,
  loss: softmaxCrossEntropy,
  metrics: { accuracy },
  data: part(train),
  validation: unseen,
  batchSize: 16,
  dropLast: train.length >= 16,
  seed: 1,
  ...start.settings,
  transform: ({ inputs, rows, random }) => augment(Object.values(inputs)[0], rows, random),
  onStep: () => {
    const now = performance.now();
    seconds.push((now - last) / 1000);
    last = now;
  },
  onEpoch: ({ epoch, training, validation }) => {
    const [loss, right] = [training.loss.toFixed(3), (100 * validation.accuracy).toFixed(1)];
    console.log(`epoch ${epoch}: loss ${loss}, right on ${right}% of ${test.length} images not seen`);
    last = performance.now();
  },
});
const median = seconds.sort((a, b) => a - b)[seconds.length >> 1];
const memory = process.resourceUsage().maxRSS / 1024;
console.log(`${median.toFixed(2)} s a step of ${Math.min(16, train.length)} images, at most ${memory.toFixed(0)} MiB`);

await writeFile('classifier.onnx', start.encode(params));

// What another program does: the classes are in the file.
const loaded = await importOnnx('classifier.onnx');
const names = JSON.parse(loaded.metadata.classes);
const classify = async (x) => softmaxRows(await predict(loaded, initialize(loaded, 0), x)).data;
const probabilities = await classify(unseen.x);
const answers = Int32Array.from(test, (_, row) => {
  const own = probabilities.subarray(names.length * row, names.length * (row + 1));
  return own.indexOf(Math.max(...own));
});
console.log('images not seen: each row is a class, each column what it was taken for');
const wide = Math.max(...names.map((name) => name.length)) + 2;
console.log(['', ...names].map((name) => name.padEnd(wide)).join(''));
for (const [i, row] of confusionMatrix(unseen.y, answers, { classes: names.length }).entries())
  console.log([names[i], ...row].map((cell) => String(cell).padEnd(wide)).join(''));

const one = await classify(createMatrix(1, images.cols, unseen.x.data.slice(0, images.cols)));
console.log(`${files[test[0]]}: ${names.map((name, i) => `${name} ${(100 * one[i]).toFixed(1)}%`).join(', ')}`);
