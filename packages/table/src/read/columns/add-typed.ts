import type { ColumnKind } from '../../table.ts';
import type { Sink, ValueKind } from './sink.ts';

/** Gives a sink an entry of a column with a type: a number (or milliseconds), an integer, a text, true or false, or nothing. */
export function addTyped(sink: Sink, kind: ColumnKind, value: unknown, row: number): void {
  if (value === null || value === undefined) sink.addMissing();
  else if (typeof value === 'number') sink.addValue(kind as ValueKind, value, row);
  else if (typeof value === 'string') sink.addText(value, row);
  else if (typeof value !== 'bigint') sink.addValue('boolean', value === true ? 1 : 0, row);
  else if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) {
    sink.addValue(kind as ValueKind, Number(value), row);
  } else sink.addLargeInteger(String(value), row);
}
