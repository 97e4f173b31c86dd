/** A line of a benchmark's table: one figure of ours beside the same figure of a peer, medians over the runs. */
export interface Row {
  /** What was measured. */
  readonly row: string;
  readonly peer: string;
  readonly unit: string;
  readonly ours: number;
  /** null where the peer is not installed. */
  readonly theirs: number | null;
  /** Above 1 where we are better: faster, smaller, more accurate. */
  readonly ratio: number | null;
  /** The ratio that was aimed at, null where there was no aim. */
  readonly goal: number | null;
  readonly note?: string;
  /** What stood for us, where it said so. */
  readonly implementation?: string;
  /** The single runs behind the medians, in their order. */
  readonly samples?: { readonly ours: readonly number[]; readonly theirs: readonly number[] };
}

/** Which of two figures is the better one. */
export type Better = 'lower' | 'higher';

/** What a row says besides its figures. */
export interface RowLabel {
  readonly row: string;
  readonly peer: string;
  readonly unit: string;
  readonly goal: number | null;
  readonly note?: string | undefined;
  readonly implementation?: string;
}

/** A row from the runs of both sides. */
export function rowOf(label: RowLabel, better: Better, ours: readonly number[], theirs: readonly number[]): Row {
  const [our, their] = [median(ours), median(theirs)];
  const ratio = better === 'lower' ? their / our : our / their;
  return { ...withoutNote(label), ours: our, theirs: their, ratio, samples: { ours, theirs } };
}

/** The row of a peer that is not installed: ours alone, and what is missing. */
export function missingRow(label: RowLabel, ours: readonly number[], missing: string): Row {
  const note = `missing: ${missing}; bench/README.md says how peers are installed`;
  return { ...label, ours: median(ours), theirs: null, ratio: null, note };
}

/** A row against a limit in the place of a peer: the ratio is above 1 where we stay below it. */
export function limitRow(label: RowLabel, limit: number, ours: readonly number[]): Row {
  return { ...rowOf(label, 'lower', ours, [limit]), samples: { ours, theirs: [] } };
}

/** The middle value, of an even number the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

function withoutNote({ note, ...label }: RowLabel): Omit<RowLabel, 'note'> & { note?: string } {
  return note === undefined ? label : { ...label, note };
}
