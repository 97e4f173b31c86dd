import { InputError } from '@unbraid/checks';
import { type Matrix, rowNormalized } from '@unbraid/data';
import { RunError } from '@unbraid/experiment';
import type { Csr } from '@unbraid/kernels';
import {
  type DataTable,
  fitPreprocessor,
  type Preprocessor,
  preprocessorFromJson,
  selectRows,
  type Target,
} from '@unbraid/table';
import { z } from 'zod';
import type { GraphSettings } from './settings.ts';
import type { GraphSource } from './source.ts';
import { sparseFeatures } from './sparse-columns.ts';
import type { NodeTargets } from './targets.ts';

/** How columns of nodes become features, as it was learned from the training nodes. */
export type Features =
  /** As they are, or each row divided by its sum. */
  | { readonly kind: 'counts'; readonly columns: readonly string[] }
  | { readonly kind: 'table'; readonly preprocessor: Preprocessor };

/** What was learned, and the features of the source's nodes. */
export interface LearnedFeatures {
  readonly features: Features;
  readonly x: Csr | Matrix;
  readonly notices: readonly string[];
}

/**
 * Learns features from the training nodes and computes those of all.
 * Means of the target come cross-fitted for the training nodes, so that none of these is told its own class.
 */
export function learnFeatures(
  source: GraphSource,
  train: Int32Array,
  { kinds, maxLevels }: GraphSettings,
  seed: number,
): LearnedFeatures {
  const { table, inputs, targets } = source;
  if (source.isSparse) {
    const features: Features = { kind: 'counts', columns: inputs };
    return { features, x: featuresOf(features, table), notices: [] };
  }
  const rows = selectRows(table, train);
  const uses = Object.fromEntries(
    Object.entries(kinds).flatMap(([name, kind]) => (kind === 'text' || !inputs.includes(name) ? [] : [[name, kind]])),
  );
  const target = targetAt(targets, train);
  const {
    preprocessor,
    x: fitted,
    notices,
  } = fitPreprocessor(rows, {
    inputs,
    ...(target && { target }),
    kinds: uses,
    maxLevels,
    seed,
  });
  const features: Features = { kind: 'table', preprocessor };
  const x = featuresOf(features, table) as Matrix;
  for (const [at, node] of train.entries())
    x.data.set(fitted.data.subarray(at * x.cols, (at + 1) * x.cols), node * x.cols);
  return { features, x, notices };
}

/** The target of the training nodes, by whose means categories of many levels become features. Of several columns none is better than another. */
function targetAt({ task, columns, names, labels, values }: NodeTargets, train: Int32Array): Target | undefined {
  const [column] = columns as readonly [string];
  if (columns.length > 1) return undefined;
  const common = { column, rows: Int32Array.from(train.keys()), dropped: 0, notices: [] };
  if (task === 'regression') return { task, ...common, values: Float64Array.from(train, (node) => values![node]!) };
  const own = Int32Array.from(train, (node) => (labels ?? values!)[node]!);
  return { task: 'classification', ...common, labels: own, classes: labels ? names : ['0', '1'] };
}

/**
 * The features of a table's rows.
 * @param onUnseen is told, in a line, of entries that training had nothing like
 */
export function featuresOf(
  features: Features,
  table: DataTable,
  onUnseen: (line: string) => void = () => {},
): Csr | Matrix {
  if (features.kind === 'counts') return sparseFeatures(table, features.columns);
  return features.preprocessor.transform(table, {
    onUnseen: ({ column, what, count }) =>
      onUnseen(
        `column ${JSON.stringify(column)}: ${count} of ${table.rows} nodes ${what === 'level' ? 'have a category that training had not' : 'miss an entry, and none of training did'}`,
      ),
    onExtra: () => {},
  });
}

/** The features of a row divided by their sum, where they are sparse. */
export function normalized(x: Csr | Matrix, normalize: boolean): Csr | Matrix {
  return normalize && 'starts' in x ? rowNormalized(x) : x;
}

/** Names of the features. */
export const namesOf = (features: Features): readonly string[] =>
  features.kind === 'counts' ? features.columns : features.preprocessor.features;

/** As JSON, for `parseFeatures`. */
export const encodeFeatures = (features: Features): string =>
  JSON.stringify(
    features.kind === 'counts' ? features : { kind: features.kind, preprocessor: features.preprocessor.toJSON() },
  );

const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('counts'), columns: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('table'), preprocessor: z.unknown() }),
]);

/** @throws {RunError} for what `encodeFeatures` didn't give */
export function parseFeatures(text: string): Features {
  try {
    const found = schema.parse(JSON.parse(text));
    return found.kind === 'counts' ? found : { kind: 'table', preprocessor: preprocessorFromJson(found.preprocessor) };
  } catch (cause) {
    const reason = cause instanceof InputError ? `: ${cause.message}` : '';
    throw new RunError(`model: what columns become can't be read${reason}; fit the model again`, { cause });
  }
}
