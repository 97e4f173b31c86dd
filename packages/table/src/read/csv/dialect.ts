import { InputError, showValue } from '@unbraid/checks';
import { type EntryForm, kindOfText, trimmed } from '../columns/entry.ts';
import type { MissingTexts } from '../columns/missing-texts.ts';
import type { ReadSettings } from '../options.ts';
import { linesOf, parseRecords, tooLong } from './records.ts';

/** How a CSV file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  readonly hasHeader: boolean;
  readonly columns: readonly string[];
}

/** Those that stand in few entries come first; the comma, which may be within numbers, last. */
const DELIMITERS = ['\t', ';', '|', ','] as const;

/** Records that are looked at. */
const SAMPLE_RECORDS = 100;

/** More columns than any table has that is not lying on its side. */
const MOST_COLUMNS = 2 ** 18;

/**
 * How the beginning of a file is written, where the settings don't say it.
 *
 * @param sample the beginning, with line feeds at its lines' ends
 * @param isWhole whether nothing follows
 * @throws {InputError} `file` where there is no record, or one of the first has more or fewer entries than another; `limit` where there are more than 2¹⁸ columns
 */
export function findDialect(
  sample: string,
  isWhole: boolean,
  settings: Pick<ReadSettings, 'delimiter' | 'decimal' | 'header'>,
  missing: MissingTexts,
  name: string,
): CsvDialect {
  const delimiter = settings.delimiter ?? findDelimiter(sample, isWhole, name);
  const { records, lines, isSound } = sampleRecords(sample, delimiter, isWhole);
  const first = records[0];
  if (first === undefined) throw isWhole ? new InputError('file', `table: ${name} is empty`) : tooLong(1, name);
  if (first.length > MOST_COLUMNS) {
    throw new InputError(
      'limit',
      `table: ${name} has ${first.length} columns, more than ${MOST_COLUMNS}; turn it if rows and columns are exchanged`,
    );
  }
  if (first.length === 1 && settings.delimiter === undefined) refuseBlanks(records, missing, name);
  // Told at once, before there is room for as many columns as a damaged header may have.
  const other = records.findIndex(({ length }) => length !== first.length);
  if (other > 0 && isSound) throw ragged(lines[other]!, records[other]!.length, lines[0]!, first.length, name);
  const decimal = settings.decimal ?? findDecimal(records, delimiter);
  const form: EntryForm = { decimal, missing, texts: 'anything' };
  const hasHeader = settings.header ?? !readsLikeRows(records, form);
  return { delimiter, decimal, hasHeader, columns: hasHeader ? named(first) : named(first.map(() => '')) };
}

/** A record's entries, where a blank separates them one or more of them. */
export function entriesOf(record: readonly string[], delimiter: string): readonly string[] {
  return delimiter === ' ' ? record.filter((entry) => entry !== '') : record;
}

export function isBlank(record: readonly string[]): boolean {
  return record.length === 1 ? trimmed(record[0]!) === '' : record.length === 0;
}

interface Sample {
  readonly records: readonly (readonly string[])[];
  /** The line of each. */
  readonly lines: readonly number[];
  /** Whether its quotes are as they should be. */
  readonly isSound: boolean;
  /** Whether it is sound and its records have several entries each, and as many. */
  readonly isRegular: boolean;
}

function sampleRecords(sample: string, delimiter: string, isWhole: boolean): Sample {
  const { data, errors } = parseRecords(sample, delimiter, isWhole, SAMPLE_RECORDS);
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  let line = 1;
  for (const record of data) {
    const entries = entriesOf(record, delimiter);
    if (!isBlank(entries)) {
      records.push(entries);
      lines.push(line);
    }
    line += linesOf(record);
  }
  const width = records[0]?.length ?? 0;
  const isSound = errors.length === 0;
  const isRegular = isSound && width > 1 && records.every(({ length }) => length === width);
  return { records, lines, isSound, isRegular };
}

/** The first delimiter that cuts all records into as many entries; else the one that does so with most of them. */
function findDelimiter(sample: string, isWhole: boolean, name: string): string {
  if (/\.(?:tsv|tab)(?:\.gz)?$/i.test(name)) return '\t';
  const samples = DELIMITERS.map((delimiter) => ({ delimiter, ...sampleRecords(sample, delimiter, isWhole) }));
  const regular = samples.find(({ isRegular }) => isRegular);
  if (regular) return regular.delimiter;
  const agreeing = ({ records }: Sample) => {
    const counts = new Map<number, number>();
    for (const { length } of records) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  };
  return samples.toReversed().reduce((best, each) => (agreeing(each) > agreeing(best) ? each : best)).delimiter;
}

/** A comma, where entries have one and none has a point; in comma-separated text, where it may part thousands, never. */
function findDecimal(records: Sample['records'], delimiter: string): '.' | ',' {
  if (delimiter === ',') return '.';
  let hasComma = false;
  for (const entry of records.flat()) {
    const text = trimmed(entry);
    if (/^[+-]?\d+\.\d+$/.test(text)) return '.';
    // Three decimals after one to three digits may be thousands, but seldom in text that is separated by semicolons.
    hasComma ||= /^[+-]?\d+,\d+$/.test(text) && (delimiter === ';' || !/^[+-]?\d{1,3},\d{3}$/.test(text));
  }
  return hasComma ? ',' : '.';
}

/** Whether the first record is of the kinds of those that follow, so that it names nothing. */
function readsLikeRows(records: Sample['records'], form: EntryForm): boolean {
  const [first, ...rest] = records;
  if (areYears(first!)) return false;
  const kinds = first!.map((entry) => kindIn(entry, form));
  if (rest.length === 0) return kinds.every((kind) => kind !== undefined && kind !== 'text');
  let alike = 0;
  for (const [j, kind] of kinds.entries()) {
    const below = new Set(rest.map((record) => kindIn(record[j] ?? '', form)));
    below.delete(undefined);
    const [only] = below;
    if (below.size !== 1 || only === 'text') continue;
    if (kind !== undefined && kind !== only) return false;
    if (kind === only) alike++;
  }
  return alike > 0;
}

/** Years, one after the other, beside a name or more: the header of a table of many years. */
function areYears(entries: readonly string[]): boolean {
  const years = entries
    .map(trimmed)
    .filter((text) => /^(?:1[89]|20)\d\d$/.test(text))
    .map(Number);
  const others = entries.length - years.length;
  return (
    years.length > 1 &&
    others > 0 &&
    others <= years.length &&
    years.every((year, i) => i === 0 || year > years[i - 1]!)
  );
}

function kindIn(entry: string, form: EntryForm) {
  const text = trimmed(entry);
  return form.missing.has(text) ? undefined : kindOfText(text, form);
}

/** Names without blanks around them; `column3` for the fourth where it has none. */
function named(header: readonly string[]): string[] {
  const names = header.map(trimmed);
  const taken = new Set(names);
  return names.map((name, j) => {
    if (name !== '') return name;
    let made = `column${j}`;
    while (taken.has(made)) made += '_';
    taken.add(made);
    return made;
  });
}

/** One column whose entries are separated by blanks, numbers among them, is several. */
function refuseBlanks(records: Sample['records'], missing: MissingTexts, name: string): void {
  const cut = records.map(([entry]) =>
    trimmed(entry!)
      .split(' ')
      .filter((part) => part !== ''),
  );
  const width = cut[0]!.length;
  if (cut.length < 2 || width < 2 || cut.some(({ length }) => length !== width)) return;
  const form: EntryForm = { decimal: '.', missing, texts: 'anything' };
  if (!cut.slice(1).every((parts) => parts.some((part) => kindOfText(part, form) === 'number'))) return;
  throw new InputError(
    'file',
    `table: ${name} has one column, ${showValue(records[0]![0])}; it seems to be separated by blanks: set delimiter: " "`,
  );
}

/** A record has more or fewer entries than the first. */
export function ragged(line: number, length: number, firstLine: number, width: number, name: string): InputError {
  const entries = (count: number) => `${count} ${count === 1 ? 'entry' : 'entries'}`;
  return new InputError(
    'file',
    `table: line ${line} of ${name} has ${entries(length)}, line ${firstLine} has ${width}; mend it, or set the delimiter`,
  );
}
