import type { Benchmark, BenchmarkOptions } from '../benchmark.ts';
import { ourScript, peerScript, python } from '../paths.ts';
import { progress } from '../progress.ts';
import type { Ran } from '../protocol.ts';
import type { Row } from '../row.ts';
import { MissingError, type Side, startSide } from '../side.ts';
import { type Fits, type PeerFits, rowsOf, totalRows, withoutTotals } from '../tables-rows.ts';
import { makeTables, type TableFile, writeSplits } from '../tasks/tables.ts';

/** GaLU on tables as people have them, against what scikit-learn offers. */
export const tables: Benchmark = {
  name: 'tables',
  about:
    'GaLU on 12 tables, choosing size and ridge, against ridge/logistic regression, MLP and boosting (half an hour)',
  async run(options) {
    const { folder, choice } = options;
    const files = await makeTables(python(), folder, []);
    const rows: Row[] = [];
    for (const file of files) {
      const peers = choice.of(file.name, peersOf(file));
      if (peers.length === 0) continue;
      rows.push(...(await measure(file, peers, options)).flatMap(rowsOf));
    }
    return [...rows, ...totalRows(rows)];
  },
  together: (parts) => {
    const rows = parts.flatMap(withoutTotals);
    return [...rows, ...totalRows(rows)];
  },
};

/** A model of scikit-learn, with its settings as they come unless a note says otherwise. */
interface PeerModel {
  readonly name: string;
  readonly model: 'linear' | 'mlp' | 'mlp-scaled' | 'boosting';
  readonly note: string;
}

function peersOf({ task }: TableFile): PeerModel[] {
  const isRegression = task === 'regression';
  const linear = isRegression
    ? { name: 'RidgeCV', note: '17 ridges, leave-one-out' }
    : { name: 'LogisticRegressionCV', note: '10 ridges, 5 folds' };
  const mlp = isRegression ? 'MLPRegressor' : 'MLPClassifier';
  const boosting = isRegression ? 'HistGradientBoostingRegressor' : 'HistGradientBoostingClassifier';
  return [
    { ...linear, model: 'linear' },
    { name: mlp, model: 'mlp', note: 'default settings' },
    ...(isRegression
      ? [{ name: `${mlp}, target standardized`, model: 'mlp-scaled', note: 'else default settings' } as const]
      : []),
    { name: boosting, model: 'boosting', note: 'default settings; missing entries and categories as they are' },
  ];
}

/** Fits and scores of all sides, in turn on each split. */
async function measure(
  file: TableFile,
  peers: readonly PeerModel[],
  { folder, runs }: BenchmarkOptions,
): Promise<PeerFits[]> {
  const { count, ...task } = await writeSplits(file, folder, runs);
  const ours = { name: 'unbraid', program: process.execPath, script: ourScript('tables'), task };
  const theirs = peers.map(({ name, model, note }) => ({
    name,
    program: python(),
    script: peerScript('sklearn_tables.py'),
    task: { ...task, model, note, label: name },
  }));
  progress(`${file.name}: sides prepare`);
  const sides: (Side | MissingError)[] = [];
  try {
    for (const command of [ours, ...theirs]) sides.push(await startSide(command).catch(keepMissing));
    const fits: Ran[][] = sides.map(() => []);
    for (let split = 0; split < count; split++) {
      for (const [s, side] of sides.entries())
        if (!(side instanceof MissingError)) fits[s]!.push(await side.run({ split }));
      progress(
        `${file.name}: split ${split + 1} of ${count}: ${fits.map((ran) => scoreOf(ran.at(-1)).toPrecision(4)).join(' ')}`,
      );
    }
    const of = (s: number): Fits => ({
      scores: fits[s]!.map(scoreOf),
      seconds: fits[s]!.map(({ milliseconds }) => milliseconds / 1000),
      megabytes: Math.max(...fits[s]!.map(({ peakBytes }) => peakBytes)) / 1e6,
    });
    const [our, ...others] = sides;
    if (our instanceof MissingError) throw our;
    return others.map((side, i) => ({
      table: file,
      model: peers[i]!.model,
      peer: side instanceof MissingError ? peers[i]!.name : side.prepared.version,
      ours: of(0),
      ...(side instanceof MissingError
        ? { missing: side.message }
        : { theirs: of(i + 1), ...(side.prepared.note !== undefined && { note: side.prepared.note }) }),
    }));
  } finally {
    for (const side of sides) if (!(side instanceof MissingError)) await side.close();
  }
}

const scoreOf = (ran: Ran | undefined): number => ran?.figures?.score ?? Number.NaN;

function keepMissing(error: unknown): MissingError {
  if (error instanceof MissingError) return error;
  throw error;
}
