import { Worker as NodeWorker } from 'node:worker_threads';

/**
 * Gives Node the little of the web's Worker that jax-js needs for its threads, so that it is measured with as many
 * threads as the others: a worker from a blob's address, messages, errors.
 */
export function installWebWorker(threads) {
  const blobs = new Map();
  const createObjectURL = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    const url = createObjectURL(blob);
    blobs.set(url, blob.text());
    return url;
  };
  globalThis.Worker = class {
    #worker;
    constructor(url) {
      this.#worker = blobs.get(url).then((source) => {
        const worker = new NodeWorker(PRELUDE + source, { eval: true });
        worker.on('message', (data) => this.onmessage?.({ data }));
        worker.on('error', (error) => this.onerror?.(error));
        return worker;
      });
    }
    postMessage(message) {
      this.#worker.then((worker) => worker.postMessage(message));
    }
  };
  Object.defineProperty(globalThis, 'navigator', {
    value: { hardwareConcurrency: threads },
    configurable: true,
  });
}

const PRELUDE = `
const { parentPort } = require('node:worker_threads');
const self = globalThis;
const postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`;
