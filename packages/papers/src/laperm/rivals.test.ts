import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { summarize } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { loadImageSets } from './image-sets.ts';
import { trainRival } from './rival-fit.ts';
import { CHOICES, type RivalName, rivalMethod, rivalNames } from './rival-methods.ts';
import { rivalNetworkNames, rivalNetworks } from './rival-networks.ts';
import { rivals } from './rivals.ts';
import { chosenRival, type RivalTrial, summarizeRivals } from './rivals-report.ts';

const trial = (method: RivalName, choice: number, validation: number, run = 0): RivalTrial => ({
  ...{ network: 'mlp', method, choice, run, validation, test: validation + 1 },
  ...{ epoch: 1, weights: 1000, bits: 8, seconds: 1 },
});

describe('choices', () => {
  it('are as many for every method, and differ', () => {
    for (const name of rivalNames) {
      const tried = rivalMethod(name).choices.map(({ learningRate, own }) => `${learningRate} ${own}`);
      expect([name, tried.length, new Set(tried).size]).toEqual([name, CHOICES, CHOICES]);
    }
  });

  it('are judged by mean validation accuracy, of each method and network by itself, the first of equal ones', () => {
    const tuned = [
      ...[trial('laperm', 0, 80), trial('laperm', 0, 82, 1), trial('laperm', 1, 90), trial('laperm', 1, 70, 1)],
      ...[trial('adam', 0, 50), trial('adam', 1, 60), trial('iteRand', 0, 60), trial('iteRand', 1, 60)],
    ];
    const chosen = (['laperm', 'adam', 'iteRand', 'edgePopup'] as const).map((method) =>
      chosenRival(tuned, 'mlp', method),
    );
    expect(chosen).toEqual([0, 1, 0, 0]);
    expect(chosenRival(tuned, 'conv', 'adam')).toBe(0);
  });
});

it('is summed up by mean, deviation and bits', () => {
  expect(summarizeRivals([trial('signedLaperm', 0, 80), trial('signedLaperm', 0, 82, 1)])).toEqual({
    ...{ mlpSignedLaperm: 82, mlpSignedLapermStd: 1.41, mlpSignedLapermBits: 8 },
  });
});

it.each(rivalNetworkNames)(
  '%s and its folded form tell ten classes of 784 pixels, without biases where there are none',
  (name) => {
    const { plain, folded } = rivalNetworks[name];
    for (const model of [plain(true), plain(false), folded()])
      expect(summarize(model, [784]).layers.at(-1)!.output).toEqual([10]);
    const [withBiases, without] = [plain(true), plain(false)].map((model) => summarize(model, [784]).trainable);
    expect(withBiases! - without!).toBe(name === 'mlp' ? 256 + 128 + 10 : 16 + 32 + 10);
  },
);

it('every method learns in a few steps on the convolutional network, at about the bits that its description says', async () => {
  const sets = await loadImageSets(
    { images: 'MNIST' },
    { trainImages: 500, testImages: 100, validationImages: 100 },
    createRandom(1),
  );
  const runtime = nodeRuntime({ threads: 1 });
  const signal = new AbortController().signal;
  const bits: Partial<Record<RivalName, number>> = {};
  for (const name of rivalNames) {
    const method = rivalMethod(name);
    const scores = await trainRival({ method, choice: method.choices[0]!, network: rivalNetworks.conv }, sets, {
      ...{ runtime, random: createRandom(3), epochs: 3, batchSize: 50, signal, onEpoch: () => {} },
    });
    // Ten classes: chance is 10.
    expect([name, scores.validation > 15]).toEqual([name, true]);
    bits[name] = scores.bits;
  }
  expect(bits.adam).toBeGreaterThan(32);
  // log2(1568!) / 1568 for most, and a sign.
  expect(bits.laperm).toBeGreaterThan(7);
  expect(bits.signedLaperm! - bits.laperm!).toBeCloseTo(1, 1);
  for (const name of ['lapermShared', 'edgePopup'] as const) expect(bits[name]).toBeLessThan(1.01);
  expect(bits.iteRand! - bits.edgePopup!).toBeGreaterThan(0.4);
});

describe('laperm/rivals', () => {
  const newFolder = temporaryFolders();

  it('is a well-formed experiment', () => expect(() => checkExperiment(rivals)).not.toThrow());

  it('interrupted and resumed, ends with the summary of an uninterrupted run', async () => {
    const overrides = { methods: ['laperm', 'iteRand'] };
    const how = { preset: 'smoke', seed: 1, overrides } as const;
    const whole = await startRun(rivals, { ...how, directory: await newFolder() });
    const directory = await newFolder();
    const controller = new AbortController();
    const onProgress = ({ detail }: Progress) => {
      if (detail?.startsWith('report mlp laperm')) controller.abort();
    };
    const first = await startRun(rivals, { ...how, directory, hooks: { signal: controller.signal, onProgress } });
    expect(first.status).toBe('interrupted');
    const resumed = await resumeRun(directory, () => Promise.resolve(rivals));
    if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
    const { seconds: _, ...summary } = whole.summary;
    expect(resumed.summary).toMatchObject(summary);
    expect(Object.keys(rivals.summary)).toEqual(expect.arrayContaining(Object.keys(summary)));
  });
});
