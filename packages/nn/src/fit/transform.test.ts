import { expect, test } from 'vitest';
import { memoryStore } from '../../test/memory-store.ts';
import { sectorNet, sectors } from '../../test/problems.ts';
import {
  activation,
  batchNorm,
  dense,
  dropout,
  type FitOptions,
  fit,
  sequential,
  softmaxCrossEntropy,
  type TrainingBatch,
} from '../index.ts';

const options = (): FitOptions => ({
  model: sectorNet(),
  loss: softmaxCrossEntropy,
  data: sectors(100),
  batchSize: 32,
  epochs: 2,
});

/** Moves all points of a batch by the same random distance. */
const jitter = ({ x, random }: TrainingBatch) => {
  const by = random.next() / 4;
  for (let i = 0; i < x.length; i++) x[i]! += by;
};

test('a transform is given each batch and a stream of its own, the same in every fit', async () => {
  const seen = async () => {
    const numbers: [rows: number, length: number, first: number][] = [];
    await fit({
      ...options(),
      transform: ({ x, rows, random }) => void numbers.push([rows, x.length, random.next()]),
    });
    return numbers;
  };
  const numbers = await seen();
  expect(numbers.map(([rows, length]) => [rows, length])).toEqual(
    [32, 32, 32, 4, 32, 32, 32, 4].map((rows) => [rows, 2 * rows]),
  );
  expect(new Set(numbers.map(([, , first]) => first)).size).toBe(8);
  expect(await seen()).toEqual(numbers);
});

test.each([32, Number.POSITIVE_INFINITY])(
  'training sees what a transform makes of batches of %d',
  async (batchSize) => {
    const data = sectors(100);
    const moved = { ...data, x: { ...data.x, data: data.x.data.map((value) => value + 0.5) } };
    const expected = await fit({ ...options(), batchSize, data: moved });
    const transform = ({ x }: TrainingBatch) => {
      for (let i = 0; i < x.length; i++) x[i]! += 0.5;
    };
    const { params } = await fit({ ...options(), batchSize, data, transform });
    expect(params).toEqual(expected.params);
    expect(data).toEqual(sectors(100));
  },
);

test('with dropout, batch norm and a transform a fit that is interrupted ends with the bits of an uninterrupted one', async () => {
  const model = sequential([
    dense(2, 16),
    batchNorm({ features: 16 }),
    activation('relu'),
    dropout(0.3),
    dense(16, 3),
    dropout(0.1),
  ]);
  const random = (): FitOptions => ({ ...options(), model, transform: jitter, validation: sectors(40, 2), epochs: 3 });
  const { seconds: _, stepsPerSecond: __, ...whole } = await fit(random());
  const checkpoint = memoryStore();
  for (const stopAt of [1, 6, 8]) {
    const controller = new AbortController();
    const onStep = ({ step }: { readonly step: number }) => step === stopAt && controller.abort(new Error('stop'));
    await expect(fit({ ...random(), checkpoint, signal: controller.signal, onStep })).rejects.toThrow('stop');
  }
  const { seconds, stepsPerSecond, ...resumed } = await fit({ ...random(), checkpoint });
  expect(resumed).toEqual(whole);
});
