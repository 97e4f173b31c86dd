import { numberIn, type Scalars } from '@unbraid/experiment';
import type { Line } from './lines.ts';

/** What the values of a column are, as far as a run has logged them. */
export interface Column {
  readonly name: string;
  /** `whole`: integers of 32 bits. */
  readonly kind: 'whole' | 'number' | 'boolean' | 'text';
  /** Whether all of them are whole numbers from 0 on. */
  readonly isCount: boolean;
}

interface Seen {
  numbers: number;
  words: number;
  booleans: number;
  texts: number;
  isWhole: boolean;
  isCount: boolean;
}

/** All columns, in the order in which they first appear. */
export async function columnsOf(lines: AsyncIterable<Line>): Promise<Column[]> {
  const columns = new Map<string, Seen>();
  for await (const { record } of lines) {
    for (const [name, value] of Object.entries(record)) {
      let seen = columns.get(name);
      if (seen === undefined) {
        seen = { numbers: 0, words: 0, booleans: 0, texts: 0, isWhole: true, isCount: true };
        columns.set(name, seen);
      }
      note(seen, value);
    }
  }
  return [...columns].map(([name, seen]) => ({ name, kind: kindOf(seen), isCount: seen.numbers > 0 && seen.isCount }));
}

function note(seen: Seen, value: Scalars[string]): void {
  if (typeof value === 'number') {
    seen.numbers++;
    seen.isWhole &&= value === (value | 0);
    seen.isCount &&= Number.isSafeInteger(value) && value >= 0;
    return;
  }
  seen.isWhole = false;
  seen.isCount = false;
  if (typeof value === 'boolean') seen.booleans++;
  else if (numberIn(value) === undefined) seen.texts++;
  else seen.words++;
}

function kindOf({ numbers, words, booleans, texts, isWhole }: Seen): Column['kind'] {
  if (texts === 0 && booleans === 0) return isWhole ? 'whole' : 'number';
  return texts + numbers + words === 0 ? 'boolean' : 'text';
}

/** Columns of when and by which unit a line was made, beside its own; a name that a line has is passed over. */
export function timeColumns(columns: readonly Column[]): { readonly seconds: string; readonly unit: string } {
  const free = (name: string): string => (columns.some((column) => column.name === name) ? free(`${name}_`) : name);
  return { seconds: free('line.seconds'), unit: free('line.unit') };
}
