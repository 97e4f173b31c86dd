import { writeSync } from 'node:fs';

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

/**
 * Lets what this thread prints leave at once. A thread's output goes through its parent, which waits for the thread meanwhile, and is lost where
 * either of them ends first.
 *
 * @param stdout where its standard output goes: 1, or 2 for standard error
 */
export function printAtOnce(stdout: 1 | 2): void {
  for (const [stream, file] of [
    [process.stdout, stdout],
    [process.stderr, 2],
  ] as const) {
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      const encoding = typeof rest[0] === 'string' ? (rest[0] as BufferEncoding) : 'utf8';
      writeAll(file, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined;
      if (done !== undefined) process.nextTick(done);
      return true;
    };
  }
}

/** All bytes, however slowly a pipe takes them; none where nobody reads any more. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(PAUSE, 0, 0, 1);
    }
  }
}
