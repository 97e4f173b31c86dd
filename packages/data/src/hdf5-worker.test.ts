import { once } from 'node:events';
import { expect, test } from 'vitest';
import { hdf5Worker } from './hdf5-worker.ts';

test('a program whose functions a bundler has named runs', async () => {
  const program = `const answer = __name(({ workerData, parentPort }) => parentPort.postMessage(2 * workerData), 'answer');
answer(require('node:worker_threads'));`;
  const worker = hdf5Worker('doubling', program, 21);
  expect(await once(worker, 'message')).toEqual([42]);
  await worker.terminate();
});
