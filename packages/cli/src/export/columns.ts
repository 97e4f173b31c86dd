import { numberIn, type Scalars } from '@unbraid/experiment';
import { type AxisColumn, isDrawn, MOST_CURVE_TEXTS } from '@unbraid/experiment/directory';
import type { Line } from './lines.ts';

/** What the values of a column are, as far as a run has logged them. */
export interface Column {
  readonly name: string;
  /** `whole`: integers of 32 bits. */
  readonly kind: 'whole' | 'number' | 'boolean' | 'text';
  /** Whether all of them are whole numbers from 0 on. */
  readonly isCount: boolean;
  /** Lines that have it. */
  readonly lines: number;
  /** What it is to curves of the other columns. */
  readonly axis: AxisColumn;
}

type Value = Scalars[string];

interface Seen {
  numbers: number;
  words: number;
  booleans: number;
  texts: number;
  isWhole: boolean;
  isCount: boolean;
  /** Texts and truth values, one more at most than tell curves apart. */
  readonly different: Set<Value>;
  /** By the columns of the same lines: how many there are, the first value, and whether there is another one. */
  readonly beside: Map<string, { lines: number; readonly first: Value; varies: boolean }>;
}

/** All columns, in the order in which they first appear. */
export async function columnsOf(lines: AsyncIterable<Line>): Promise<Column[]> {
  const columns = new Map<string, Seen>();
  for await (const { record } of lines) {
    const entries = Object.entries(record);
    for (const [name, value] of entries) {
      let seen = columns.get(name);
      if (seen === undefined) {
        seen = begun();
        columns.set(name, seen);
      }
      note(seen, value);
      if (typeof value !== 'number' || !isMeasured(name)) noteBeside(seen, value, entries);
    }
  }
  return [...columns].map(([name, seen]) => columnOf(name, seen));
}

/** Of columns of numbers only others are looked at beside the rest. */
const isMeasured = isDrawn({});

const begun = (): Seen => ({
  numbers: 0,
  words: 0,
  booleans: 0,
  texts: 0,
  isWhole: true,
  isCount: true,
  different: new Set(),
  beside: new Map(),
});

function note(seen: Seen, value: Value): void {
  if (typeof value === 'number') {
    seen.numbers++;
    seen.isWhole &&= value === (value | 0);
    seen.isCount &&= Number.isSafeInteger(value) && value >= 0;
    return;
  }
  seen.isWhole = false;
  seen.isCount = false;
  if (typeof value !== 'boolean' && numberIn(value) !== undefined) {
    seen.words++;
    return;
  }
  if (typeof value === 'boolean') seen.booleans++;
  else seen.texts++;
  if (seen.different.size <= MOST_CURVE_TEXTS) seen.different.add(value);
}

function noteBeside({ beside }: Seen, value: Value, entries: readonly (readonly [string, Value])[]): void {
  for (const [name] of entries) {
    const pair = beside.get(name);
    if (pair === undefined) beside.set(name, { lines: 1, first: value, varies: false });
    else {
      pair.lines++;
      pair.varies ||= value !== pair.first;
    }
  }
}

function columnOf(name: string, seen: Seen): Column {
  const { numbers, words, booleans, texts, beside, isCount } = seen;
  return {
    name,
    kind: kindOf(seen),
    isCount: numbers > 0 && isCount,
    lines: numbers + words + booleans + texts,
    axis: {
      name,
      kind: axisKindOf(seen),
      linesBeside: (metric) => beside.get(metric)?.lines ?? 0,
      variesBeside: (metric) => beside.get(metric)?.varies ?? false,
    },
  };
}

function kindOf({ numbers, words, booleans, texts, isWhole }: Seen): Column['kind'] {
  if (texts === 0 && booleans === 0) return isWhole ? 'whole' : 'number';
  return texts + numbers + words === 0 ? 'boolean' : 'text';
}

function axisKindOf({ numbers, words, isWhole, different }: Seen): AxisColumn['kind'] {
  if (numbers + words === 0) return different.size <= MOST_CURVE_TEXTS ? 'text' : 'other';
  return isWhole ? 'whole' : 'number';
}

/** Columns of when and by which unit a line was made, beside its own; a name that a line has is passed over. */
export function timeColumns(columns: readonly Column[]): { readonly seconds: string; readonly unit: string } {
  const free = (name: string): string => (columns.some((column) => column.name === name) ? free(`${name}_`) : name);
  return { seconds: free('line.seconds'), unit: free('line.unit') };
}
