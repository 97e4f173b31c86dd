import { InputError, showValue } from '@unbraid/checks';
import type { Table } from '@uwdata/flechette';
import type { ColumnKind } from '../../table.ts';
import { addTyped } from '../columns/add-typed.ts';
import type { EntryForm } from '../columns/entry.ts';
import { missingTexts } from '../columns/missing-texts.ts';
import type { ReadSettings } from '../options.ts';
import type { RawTable, Reading } from '../raw-table.ts';
import type { ByteStream } from '../source/byte-stream.ts';
import { kindOfArrow } from './column-type.ts';
import { unpackLz4Frame } from './lz4-frame.ts';

/** More bytes than are held at once. */
const MOST_BYTES = 2 ** 31;

/** A byte of LZ4 unpacks to no more than so many. */
const MOST_PACKED = 255;

/**
 * An Arrow file or stream as a table, read by Flechette, which is loaded for it. Its bytes are in memory as a whole.
 *
 * @throws {InputError} `file` for what is none, or damaged; `limit` beyond 2 GiB
 */
export async function openArrow(stream: ByteStream, settings: ReadSettings): Promise<RawTable> {
  const { name } = stream;
  const { CompressionType, setCompressionCodec, tableFromIPC, Type } = await import('@uwdata/flechette');
  const { compressors } = await import('hyparquet-compressors');
  const unpacks = (decode: (bytes: Uint8Array, size: number) => Uint8Array) => ({ decode, encode: notWritten });
  setCompressionCodec(
    CompressionType.LZ4_FRAME,
    unpacks((bytes, size) => unpackLz4Frame(bytes, bounded(size, MOST_PACKED * bytes.length))),
  );
  // A copy, since numbers of eight bytes have to begin at a multiple of eight.
  setCompressionCodec(
    CompressionType.ZSTD,
    unpacks((bytes, size) => compressors.ZSTD!(bytes, bounded(size, MOST_BYTES)).slice()),
  );
  const bytes = await wholeOf(stream);
  const table = said(name, () => tableFromIPC(bytes, { useBigInt: true }));
  const form: EntryForm = { decimal: '.', missing: missingTexts(settings.missingTexts, []), texts: 'texts' };
  const types = new Map(table.schema.fields.map((field) => [field.name, field.type]));
  const kindOf = (column: string): ColumnKind => {
    const kind = kindOfArrow(types.get(column)!, Type);
    if (kind) return kind;
    throw new InputError(
      'data',
      `table: column ${showValue(column)} of ${name} is of a type of Arrow that holds no numbers, dates, texts, true or false; leave it out by naming the columns to read`,
    );
  };
  return {
    name,
    form,
    columns: table.schema.fields.map((field) => field.name),
    emptyKind: kindOf,
    begin: (columns) => beginArrow(table, columns, columns.map(kindOf), name),
  };
}

/** Codecs of Flechette are pairs; nothing is written as Arrow. */
const notWritten = (bytes: Uint8Array): Uint8Array => bytes;

function bounded(size: number, most: number): number {
  if (size >= 0 && size <= most) return size;
  throw new InputError(
    'limit',
    `table: a part of an Arrow file unpacks to ${size} bytes, more than its packed ones can`,
  );
}

async function wholeOf({ open, name }: ByteStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of open()) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_BYTES) {
      throw new InputError(
        'limit',
        `table: ${name} has more than ${MOST_BYTES} bytes, which Arrow files are read whole of; write it as Parquet`,
      );
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function beginArrow(table: Table, columns: readonly string[], kinds: readonly ColumnKind[], name: string): Reading {
  let first = 0;
  return {
    place: (column) => (row) => `row ${first + row + 1}, column ${showValue(column)} of ${name}`,
    async *pieces(sinks, room) {
      const values = columns.map((column) => said(name, () => table.getChild(column).toArray()));
      for (let start = 0; start < table.numRows; ) {
        const from = start;
        const end = Math.min(table.numRows, from + room());
        first = from;
        for (const [j, sink] of sinks.entries()) {
          for (let i = from; i < end; i++) addTyped(sink, kinds[j]!, values[j]![i], i - from);
        }
        start = end;
        yield end - from;
      }
    },
  };
}

/** What Flechette throws of a damaged file is said as ours. */
function said<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0]!.slice(0, 200) : String(cause);
    throw new InputError('file', `table: ${name} is no Arrow file, or damaged: ${reason}`, { cause });
  }
}
