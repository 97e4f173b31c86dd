import { once } from 'node:events';
import { expect, test } from 'vitest';
import { hdf5Worker } from './hdf5-worker.ts';

test('a program whose functions a bundler has named runs', async () => {
  const program = `const answer = __name(({ workerData, parentPort }) => parentPort.postMessage(2 * workerData), 'answer');
answer(require('node:worker_threads'));`;
  const worker = hdf5Worker('doubling', program, 21, 2 ** 20);
  expect(await once(worker, 'message')).toEqual([42]);
  await worker.terminate();
});

test('memory grows to what it may have, and no further', async () => {
  const program = `const { parentPort } = require('node:worker_threads');
const memory = new WebAssembly.Memory({ initial: 1 });
memory.grow(3);
try { memory.grow(1); } catch (error) { parentPort.postMessage([memory.buffer.byteLength, error.name]); }`;
  const worker = hdf5Worker('growing', program, undefined, 4 * 65_536);
  expect(await once(worker, 'message')).toEqual([[4 * 65_536, 'RangeError']]);
  await worker.terminate();
});
