import { InputError, showValue } from '@unbraid/checks';
import type { Place, Sink } from '../columns/sink.ts';

/** Gives a sink an entry of a JSON object. @throws {InputError} `data` for objects and arrays */
export function addJson(sink: Sink, value: unknown, row: number, place: Place): void {
  if (typeof value === 'number') sink.addValue('number', value, row);
  else if (typeof value === 'string') {
    if (value.startsWith('\0')) sink.addLargeInteger(value.slice(1), row);
    else sink.addText(value, row);
  } else if (value === null || value === undefined) sink.addMissing();
  else if (typeof value === 'boolean') sink.addValue('boolean', value ? 1 : 0, row);
  else {
    throw new InputError(
      'data',
      `table: ${place(row)} holds ${showValue(value)}; entries are numbers, texts, true, false or null: leave the column out, or spread it over several`,
    );
  }
}
