import { emitWarning, InputError, listed, nearestFirst, showValue } from '@unbraid/checks';
import type { Column, ColumnKind, DataTable } from '../table.ts';
import { createFoundSink, type Found, type FoundOptions, type FoundSink } from './columns/found-sink.ts';
import { createToldSink } from './columns/told-sink.ts';
import type { ReadSettings } from './options.ts';
import type { RawTable, Reading } from './raw-table.ts';

/** All rows of a source. @throws {InputError} for what its rows don't hold, or where there are none */
export async function readColumns(raw: RawTable, settings: ReadSettings): Promise<DataTable> {
  const names = chosenColumns(raw, settings);
  const reading = raw.begin(names);
  const found = new Map<string, FoundSink>();
  const sinks = names.map((name) => {
    const kind = settings.kinds.get(name);
    if (kind) return createToldSink(name, kind, raw.form, reading.place(name));
    const sink = createFoundSink(name, foundOptions(raw, name, reading, true));
    found.set(name, sink);
    return sink;
  });
  let rows = 0;
  for await (const count of reading.pieces(sinks, () => Number.POSITIVE_INFINITY)) {
    settings.signal?.throwIfAborted();
    rows += count;
  }
  if (rows === 0) throw noRows(raw);
  for (const [name, sink] of found) warnOfOdd(raw, name, sink.found(), settings);
  const columns = sinks.map((sink) => sink.take());
  const again = names.filter((_, j) => columns[j] === undefined);
  const texts = again.length > 0 ? await readTexts(raw, again, settings) : new Map<string, Column>();
  return { rows, columns: names.map((name, j) => columns[j] ?? texts.get(name)!) };
}

const foundOptions = (raw: RawTable, name: string, reading: Reading, keep: boolean): FoundOptions => ({
  form: raw.form,
  place: reading.place(name),
  keep,
  emptyKind: raw.emptyKind(name),
});

/** Columns whose entries turned out to differ in kind, read again as texts. */
async function readTexts(
  raw: RawTable,
  names: readonly string[],
  settings: ReadSettings,
): Promise<Map<string, Column>> {
  const reading = raw.begin(names);
  const sinks = names.map((name) => createToldSink(name, 'text', raw.form, reading.place(name)));
  for await (const _ of reading.pieces(sinks, () => Number.POSITIVE_INFINITY)) settings.signal?.throwIfAborted();
  return new Map(names.map((name, j) => [name, sinks[j]!.take()!]));
}

/** The rows of a source, `batchRows` at a time. Kinds that aren't told are found in a pass before. @throws as `readColumns` */
export async function* streamColumns(raw: RawTable, settings: ReadSettings): AsyncGenerator<DataTable> {
  const names = chosenColumns(raw, settings);
  const kinds = await findKinds(raw, names, settings);
  const reading = raw.begin(names);
  const sinks = names.map((name) => createToldSink(name, kinds.get(name)!, raw.form, reading.place(name)));
  const batch = (rows: number): DataTable => ({ rows, columns: sinks.map((sink) => sink.take()!) });
  let pending = 0;
  let isEmpty = true;
  for await (const count of reading.pieces(sinks, () => settings.batchRows - pending)) {
    settings.signal?.throwIfAborted();
    pending += count;
    if (pending < settings.batchRows) continue;
    isEmpty = false;
    yield batch(pending);
    pending = 0;
  }
  if (pending > 0) yield batch(pending);
  else if (isEmpty) throw noRows(raw);
}

/** What columns hold: as the settings say, or found in a pass over all rows. */
export async function findKinds(
  raw: RawTable,
  names: readonly string[],
  settings: ReadSettings,
): Promise<Map<string, ColumnKind>> {
  const kinds = new Map(settings.kinds);
  const unknown = names.filter((name) => !kinds.has(name));
  if (unknown.length === 0) return kinds;
  const reading = raw.begin(unknown);
  const sinks = unknown.map((name) => createFoundSink(name, foundOptions(raw, name, reading, false)));
  for await (const _ of reading.pieces(sinks, () => Number.POSITIVE_INFINITY)) settings.signal?.throwIfAborted();
  for (const [j, name] of unknown.entries()) {
    const found = sinks[j]!.found();
    warnOfOdd(raw, name, found, settings);
    kinds.set(name, found.kind);
  }
  return kinds;
}

/** @throws {InputError} where columns are named that aren't there, or two have one name */
function chosenColumns(raw: RawTable, settings: ReadSettings): readonly string[] {
  const all = raw.columns;
  const there = new Set(all);
  const absent = [...(settings.columns ?? []), ...settings.kinds.keys()].find((name) => !there.has(name));
  if (absent !== undefined) {
    throw new InputError(
      'setting',
      `table: ${raw.name} has no column ${showValue(absent)}; it has ${listed(nearestFirst(absent, all))}`,
    );
  }
  const names = settings.columns ?? all;
  const chosen = new Set(names);
  const first = new Map<string, number>();
  for (const [j, name] of all.entries()) {
    const earlier = first.get(name);
    if (earlier !== undefined && chosen.has(name)) throw twins(raw.name, name, earlier, j);
    if (earlier === undefined) first.set(name, j);
  }
  return names;
}

function twins(table: string, column: string, first: number, second: number): InputError {
  return new InputError(
    'file',
    `table: columns ${first} and ${second} (counted from 0) of ${table} are both named ${showValue(column)}; rename one`,
  );
}

function noRows(raw: RawTable): InputError {
  return new InputError('file', `table: ${raw.name} has no rows; its columns are ${listed(raw.columns)}`);
}

/** Entries in a hundred that are taken for mistakes in a column of another kind. */
const ODD_SHARE = 0.1;

/** A few texts among numbers make a column of texts, which is seldom meant. */
function warnOfOdd(raw: RawTable, name: string, { odd }: Found, { onWarning = emitWarning }: ReadSettings): void {
  if (odd === undefined || odd.count === 0 || odd.count > ODD_SHARE * odd.of) return;
  const what = { number: 'numbers', date: 'dates', boolean: 'true and false' }[odd.among];
  onWarning(
    `table: column ${showValue(name)} of ${raw.name} is read as texts: of its ${odd.of} entries ${odd.count} are no ${what}, the first is ${showValue(odd.text)} (${odd.place.split(', ')[0]}); name it in missingTexts if it stands for a missing entry`,
  );
}
