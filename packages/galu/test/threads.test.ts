import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { createGalu, type GaluSettings, galuPath, type PathSettings, searchGalu } from '../src/index.ts';

const [ROWS, COLUMNS] = [700, 16];
const random = createRandom(17);
const x = createMatrix(ROWS, COLUMNS, random.split('x').normal(new Float32Array(ROWS * COLUMNS)));
const y = Float32Array.from({ length: ROWS }, (_, i) => Math.abs(x.data[COLUMNS * i]!) + x.data[COLUMNS * i + 1]!);
const labels = Int32Array.from(y, (value) => (value < 0.2 ? 0 : value < 1.2 ? 1 : 2));

/** What `run` gives on more threads is what it gives on one. */
async function expectSameBits(run: (runtime: ReturnType<typeof nodeRuntime>) => Promise<unknown>): Promise<void> {
  const one = await run(nodeRuntime({ threads: 1 }));
  for (const threads of [2, 3, 8]) expect(await run(nodeRuntime({ threads }))).toEqual(one);
}

describe('the same bits on 1, 2, 3 and 8 threads', () => {
  test.each<[string, GaluSettings]>([
    ['directly', { neurons: 60, ridge: 1, method: 'direct' }],
    ['directly, by the kernel', { neurons: 80, ridge: 1, method: 'direct', separate: true }],
    ['by CGLS', { neurons: 60, ridge: 1, method: 'primal' }],
    ['with the logistic loss', { neurons: 60, ridge: 1, loss: 'logistic' }],
    ['with the softmax loss', { neurons: 60, ridge: 1, loss: 'softmax' }],
    ['with the softmax loss, outputs apart', { neurons: 20, ridge: 1, loss: 'softmax', separate: true, members: 2 }],
  ])('%s', async (_, settings) => {
    await expectSameBits(async (runtime) => {
      const model = await createGalu({ ...settings, scale: true, runtime }).fit(x, labels, {
        classWeights: 'balanced',
      });
      return [model.network, (await model.predict(x)).data];
    });
  });

  // k·d = 1,190: many tiles, or by the kernel where outputs have weights of their own; both by graphs.
  test.each<[string, Partial<PathSettings>, Float32Array | Int32Array]>([
    ['the squared loss', {}, y],
    ['the squared loss of classes', {}, labels],
    ['the logistic loss', { loss: 'logistic', separate: true }, labels],
    ['the softmax loss', { loss: 'softmax', separate: true }, labels],
  ])('of a search and a path with %s', async (_, more, targets) => {
    const settings = { neurons: [70], ridges: [0.1, 10], scale: true, ...more };
    const part = (from: number, end: number) => ({
      x: createMatrix(end - from, COLUMNS, x.data.slice(from * COLUMNS, end * COLUMNS)),
      y: targets.slice(from, end),
    });
    await expectSameBits(async (runtime) => {
      const {
        seconds: _,
        model,
        ...found
      } = await searchGalu(x, targets, { ...settings, folds: 2, runtime, refit: true });
      return [found, model.network, await galuPath(part(0, 500), part(500, ROWS), { ...settings, runtime })];
    });
  });
});
