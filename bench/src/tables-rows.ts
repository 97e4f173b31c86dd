import { median, missingRow, type Row } from './row.ts';
import type { TableFile } from './tasks/tables.ts';

/** What a side came to on the splits of a table. */
export interface Fits {
  /** R² or accuracy on the rows that were held out, by split. */
  readonly scores: readonly number[];
  /** Of fitting with all choices, by split. */
  readonly seconds: readonly number[];
  /** The largest resident memory. */
  readonly megabytes: number;
}

/** Ours beside a peer's on the same splits of a table. */
export interface PeerFits {
  readonly table: Pick<TableFile, 'name' | 'task' | 'rows'>;
  readonly model: 'linear' | 'mlp' | 'mlp-scaled' | 'boosting';
  readonly peer: string;
  readonly note?: string;
  readonly ours: Fits;
  readonly theirs?: Fits;
  /** Why there is no peer. */
  readonly missing?: string;
}

/** How much faster than the MLP we are to be. */
const TIMES_FASTER = 5;

/** The peer of totals. */
const ASKED = 'what is asked for';

/** On so many tables. */
const TABLES_AGAINST_MLP = 9;

/** Rows without totals. */
export const withoutTotals = (rows: readonly Row[]): Row[] => rows.filter(({ peer }) => peer !== ASKED);

/** A row for the score and one for the time. */
export function rowsOf({ table, model, peer, note, ours, theirs, missing = '' }: PeerFits): Row[] {
  const unit = table.task === 'regression' ? 'R²' : 'accuracy';
  const isGoal = model === 'linear' || model === 'mlp';
  const score = { row: `${table.name}: score`, peer, unit, goal: isGoal ? 1 : null };
  const time = { row: `${table.name}: time`, peer, unit: 's', goal: model === 'mlp' ? TIMES_FASTER : null };
  if (theirs === undefined)
    return [missingRow(score, [mean(ours.scores)], missing), missingRow(time, ours.seconds, missing)];
  const [our, their] = [mean(ours.scores), mean(theirs.scores)];
  const differences = ours.scores.map((value, i) => value - theirs.scores[i]!);
  const spread = `${spreadOf(ours.scores)} beside ${spreadOf(theirs.scores)} over splits; difference ${signed(mean(differences))} ${spreadOf(differences)}`;
  const [ourTime, theirTime] = [median(ours.seconds), median(theirs.seconds)];
  return [
    {
      ...score,
      ours: our,
      theirs: their,
      ratio: errorRatio(our, their),
      note: spread,
      samples: { ours: ours.scores, theirs: theirs.scores },
    },
    {
      ...time,
      ours: ourTime,
      theirs: theirTime,
      ratio: theirTime / ourTime,
      ...(note !== undefined && { note }),
      samples: { ours: ours.seconds, theirs: theirs.seconds },
    },
  ];
}

/** On how many tables we are at least as good as the linear model, and as the MLP in a fifth of its time; those where the peers are missing don't count. */
export function totalRows(rows: readonly Row[]): Row[] {
  const measured = rows.filter(({ theirs }) => theirs !== null);
  const scores = measured.filter(({ row, goal }) => row.endsWith(': score') && goal !== null);
  const linear = scores.filter(({ peer }) => !isMlp(peer));
  const mlp = scores.filter(({ peer }) => isMlp(peer));
  const timeBeside = ({ row, peer }: Row) =>
    measured.find((each) => each.peer === peer && each.row === row.replace(/score$/, 'time'));
  const isFaster = (score: Row) => (timeBeside(score)?.ratio ?? 0) >= TIMES_FASTER;
  return [
    countRow('tables where the score is at least the linear model’s', linear.filter(isAtLeast).length, linear.length),
    countRow(
      'tables where it is at least the MLP’s',
      mlp.filter(isAtLeast).length,
      Math.min(TABLES_AGAINST_MLP, mlp.length),
    ),
    countRow(
      'tables where it is, in a fifth of the time',
      mlp.filter((each) => isAtLeast(each) && isFaster(each)).length,
      Math.min(TABLES_AGAINST_MLP, mlp.length),
    ),
  ].filter(({ theirs }) => theirs !== 0);
}

const isMlp = (peer: string): boolean => peer.includes('MLP');

const countRow = (row: string, ours: number, goal: number): Row => ({
  row,
  peer: ASKED,
  unit: 'tables',
  ours,
  theirs: goal,
  ratio: ours / goal,
  goal: 1,
});

const isAtLeast = ({ ours, theirs }: Row): boolean => theirs !== null && ours >= theirs;

/** Above 1 where ours leaves less unexplained, or fewer rows wrong. */
const errorRatio = (ours: number, theirs: number): number => (ours === theirs ? 1 : (1 - theirs) / (1 - ours));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** ± the standard deviation. */
function spreadOf(values: readonly number[]): string {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return `± ${Math.sqrt(squares / Math.max(1, values.length - 1)).toPrecision(2)}`;
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toPrecision(2)}`;
