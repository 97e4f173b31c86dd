import { InputError, showValue } from '@unbraid/checks';
import type { AsyncBuffer, DecodedArray, ParquetScan } from 'hyparquet';
import type { ColumnKind } from '../../table.ts';
import { addTyped } from '../columns/add-typed.ts';
import type { EntryForm } from '../columns/entry.ts';
import { missingTexts } from '../columns/missing-texts.ts';
import type { ReadSettings } from '../options.ts';
import type { RawTable, Reading } from '../raw-table.ts';
import { type ParquetColumn, parquetColumn } from './column-type.ts';

/** Whole milliseconds apart, since float64 doesn't hold all microseconds of our time. */
const millisecondsOf = (time: bigint, unit: bigint): number => Number(time / unit) + Number(time % unit) / Number(unit);

/** Dates and times as milliseconds, and not as objects. */
const PARSERS = {
  timestampFromMilliseconds: (milliseconds: bigint) => Number(milliseconds),
  timestampFromMicroseconds: (microseconds: bigint) => millisecondsOf(microseconds, 1000n),
  timestampFromNanoseconds: (nanoseconds: bigint) => millisecondsOf(nanoseconds, 1_000_000n),
  dateFromDays: (days: number) => days * 86_400_000,
};

/** A Parquet file as a table, read by hyparquet, which is loaded for it. @throws {InputError} `file` for what is none, or damaged */
export async function openParquet(file: AsyncBuffer, settings: ReadSettings, name: string): Promise<RawTable> {
  const [{ parquetMetadataAsync, parquetSchema, parquetScan }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  return guarded(name, async () => {
    const metadata = await parquetMetadataAsync(file);
    const types = new Map(parquetSchema(metadata).children.map((child) => [child.element.name, parquetColumn(child)]));
    const form: EntryForm = { decimal: '.', missing: missingTexts(settings.missingTexts, []), texts: 'texts' };
    return {
      name,
      form,
      columns: parquetSchema(metadata).children.map(({ element }) => element.name),
      emptyKind: (column) => kindOf(types.get(column)!, column, name),
      begin: (columns) =>
        beginParquet(
          () =>
            parquetScan({ file, metadata, compressors, parsers: PARSERS, columns: [...columns], geoparquet: false }),
          columns.map((column) => ({ column, kind: kindOf(types.get(column)!, column, name) })),
          name,
        ),
    };
  });
}

function kindOf(type: ParquetColumn, column: string, name: string): ColumnKind {
  if ('kind' in type) return type.kind;
  throw new InputError(
    'data',
    `table: column ${showValue(column)} of ${name} holds ${type.unread}; leave it out by naming the columns to read`,
  );
}

function beginParquet(
  open: () => Promise<ParquetScan>,
  columns: readonly { readonly column: string; readonly kind: ColumnKind }[],
  name: string,
): Reading {
  let first = 0;
  return {
    place: (column) => (row) => `row ${first + row + 1}, column ${showValue(column)} of ${name}`,
    async *pieces(sinks, room) {
      const scan = await guarded(name, open);
      for (const { rowStart, rowEnd } of scan.ranges) {
        const all: DecodedArray[] = [];
        for (const { column } of columns)
          all.push(await guarded(name, () => scan.readColumn({ column, rowStart, rowEnd })));
        for (let start = rowStart; start < rowEnd; ) {
          const end = Math.min(rowEnd, start + room());
          first = start;
          for (const [j, { kind }] of columns.entries()) {
            const [sink, values] = [sinks[j]!, all[j]!];
            for (let i = start; i < end; i++) addTyped(sink, kind, values[i - rowStart], i - start);
          }
          yield end - start;
          start = end;
        }
      }
    },
  };
}

/** What hyparquet throws of a damaged file is said as ours. */
async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw new InputError('file', `table: ${name} is no Parquet file, or damaged: ${reason}`, { cause });
  }
}
