import type { OrtTensors } from './ort-types.ts';

/** Smaller arrays are left to V8: freeing them takes longer than it is worth. */
const LEAST_BYTES = 65536;

/** Gives a buffer's memory back; the buffer is empty afterwards. */
type Empty = (buffer: ArrayBuffer) => void;

/**
 * ONNX Runtime's binding for Node hands each result out as a new array, even one that it wrote into memory of ours. These copies are
 * of no use, and V8, which sees small objects only, lets tens of megabytes of them gather: large ones are freed at once.
 */
export function discard(results: Readonly<OrtTensors>): void {
  for (const { data } of Object.values(results)) {
    const { buffer } = data as Float32Array;
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= LEAST_BYTES) empty(buffer);
  }
}

const empty: Empty = 'transfer' in ArrayBuffer.prototype ? byTransfer : byPosting();

function byTransfer(buffer: ArrayBuffer): void {
  (buffer as ArrayBuffer & { transfer(length: number): ArrayBuffer }).transfer(0);
}

/** For Node 20, which has no `transfer`: a message to a port that is closed is thrown away with what it owns. */
function byPosting(): Empty {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  return (buffer) => port1.postMessage(undefined, [buffer]);
}
