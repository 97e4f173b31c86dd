import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgressListener } from '@unbraid/checks/progress';
import { createVae, fitVae } from '@unbraid/dynamic-vae';
import { createRun, type Run } from '@unbraid/experiment';
import { readProgress } from '@unbraid/experiment/directory';
import { createGalu } from '@unbraid/galu';
import * as gfgn from '@unbraid/gfgn';
import { createRandom } from '@unbraid/kernels';
import { accuracy, activation, dense, fit, sequential, softmaxCrossEntropy } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './folders.ts';

const random = createRandom(1);
const x = { data: random.normal(new Float32Array(120)), rows: 60, cols: 2 };
const y = Int32Array.from({ length: 60 }, (_, i) => Number(x.data[2 * i]! > 0));
const model = sequential([dense(2, 4), activation('tanh'), dense(4, 2)]);
const images = { data: random.bits(new Uint32Array(2048)).map((bits) => bits & 1), rows: 8, cols: 256 };
const graph = {
  adjacency: gfgn.csrFromEntries(4, 4, { rows: [0, 1, 2, 3], columns: [1, 0, 3, 2] }),
  features: [
    [1, 0.2],
    [0.9, 0.1],
    [0, 1],
    [0.1, 0.8],
  ],
  labels: ['cat', 'cat', 'dog', 'dog'],
};

/** Each fit by its one line, with a listener or none. */
const fits = {
  nn: (run: Run, progress?: ProgressListener) =>
    fit({
      ...{ model, loss: softmaxCrossEntropy, data: { x, y }, validation: { x, y }, metrics: { accuracy } },
      ...{ epochs: 6, batchSize: 16, checkpoint: run.checkpoint(), onEpoch: run.track({ total: 6 }) },
      ...(progress && { progress }),
    }),
  galu: (run: Run, progress?: ProgressListener) =>
    createGalu({ neurons: 8, loss: 'logistic', maxIterations: 6 }).fit(x, y, {
      onIteration: run.track({ total: 6 }),
      onWarning: () => {},
      ...(progress && { progress }),
    }),
  'dynamic-vae': (run: Run, progress?: ProgressListener) =>
    fitVae({
      vae: createVae({ image: { channels: 1, size: 16 }, latent: 2, architecture: 'dense' }),
      images: { ...images, data: Float32Array.from(images.data) },
      objective: { name: 'beta', beta: 1 },
      steps: 6,
      batchSize: 4,
      checkpoint: run.checkpoint(),
      onStep: run.track({ total: 6 }),
      ...(progress && { progress }),
    }),
  gfgn: (run: Run, progress?: ProgressListener) =>
    gfgn.fit({
      ...{ model: 'gcn', graph, split: { train: [0, 2], validation: [1], test: [3] }, hidden: 4, epochs: 6 },
      onEpoch: run.track({ total: 6 }),
      onWarning: () => {},
      ...(progress && { progress }),
    }),
};

const begin = () => createRun({ name: 'mine/fits', directory: join(temporaryFolder(), 'run') });
const linesOf = (directory: string) =>
  readFileSync(join(directory, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.each([
  ['nn', 'epoch', ['step', 'learningRate', 'trainingLoss', 'trainingAccuracy', 'validationLoss', 'validationAccuracy']],
  ['galu', 'iteration', ['error', 'gradient']],
  ['dynamic-vae', 'step', ['beta', 'kl', 'feedback', 'reconstruction', 'loss']],
  ['gfgn', 'epoch', ['trainLoss', 'validationLoss', 'validationScore', 'validationAccuracy']],
] as const)('a fit of %s', (name, unit, columns) => {
  it('is tracked by one line', async () => {
    const run = await begin();
    await fits[name](run);
    await run.finish();
    const lines = linesOf(run.directory);
    expect(lines.map((line) => line[unit])).toEqual([1, 2, 3, 4, 5, 6]);
    for (const line of lines) expect(Object.keys(line)).toEqual([unit, ...columns]);
    expect(await readProgress(run.directory)).toMatchObject({ done: 6, total: 6, label: `${unit}s` });
  });

  it('says how far it is when asked, and trains as it does otherwise', async () => {
    const run = await begin();
    const told: Parameters<ProgressListener>[] = [];
    await fits[name](run, (...args) => void told.push(args));
    await run.finish();
    const other = await begin();
    await fits[name](other);
    await other.finish();
    expect(linesOf(run.directory)).toEqual(linesOf(other.directory));
    expect(told[0]![0]).toMatch(new RegExp(`^${unit} 1\\b.* \\d`));
    expect(told.map(([, last]) => last).indexOf(true)).toBe(told.length - 1);
    const { done, total } = told.at(-1)![2];
    expect(done / total).toBe(1);
  });
});

it('an interrupted fit goes on where it was, with its lines', async () => {
  const whole = await begin();
  await fits.nn(whole);
  await whole.finish();
  const directory = join(temporaryFolder(), 'run');
  const options = { name: 'mine/fits', directory };
  const controller = new AbortController();
  const run = await createRun({ ...options, signal: controller.signal });
  const interrupted = fit({
    ...{ model, loss: softmaxCrossEntropy, data: { x, y }, validation: { x, y }, metrics: { accuracy } },
    ...{ epochs: 6, batchSize: 16, checkpoint: run.checkpoint(), signal: controller.signal },
    onEpoch(record) {
      run.track({ total: 6 })(record);
      if (record.epoch === 3) controller.abort();
    },
  });
  await run.fail(await interrupted.catch((error) => error));
  const again = await createRun({ ...options, resume: true });
  await fits.nn(again);
  await again.finish();
  expect(readFileSync(join(directory, 'metrics.jsonl'), 'utf8')).toBe(
    readFileSync(join(whole.directory, 'metrics.jsonl'), 'utf8'),
  );
});
