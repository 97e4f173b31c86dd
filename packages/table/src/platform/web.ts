import { InputError, showValue } from '@unbraid/checks';

/** Pages have no files by path. @throws {InputError} `setting` */
// biome-ignore lint/correctness/useYield: it has the face that Node's has
export async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  throw noFiles(path);
}

function noFiles(path: string): InputError {
  return new InputError(
    'setting',
    `table: ${showValue(path)} is a path, and there are no files here; give { bytes, name }, as from await file.bytes()`,
  );
}

/** Pages have no files by path. @throws {InputError} `setting` */
export async function openFile(path: string): Promise<never> {
  throw noFiles(path);
}

/** What the bytes of a gzip file unpack to, piece by piece. @throws {Error} for damage */
export async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.(undefined);
    },
  });
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/** Pages have no DuckDB. @throws {InputError} `missing` */
export async function loadDuckdb(need: string): Promise<never> {
  throw new InputError(
    'missing',
    `table: ${need} needs DuckDB, which runs in Node only; read a CSV, JSON lines or Parquet file`,
  );
}
