import { InputError, showValue } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { type ColumnKind, type DataTable, type Preprocessor, preprocessorFromJson, unseenLine } from '@unbraid/table';
import type { ModelDirectory } from '../../model-directory.ts';
import { formOf } from '../model/open.ts';
import { MODEL_FILE, PREPROCESSOR_FILE, type TableManifest, tableManifestSchema } from '../model/save.ts';

/** A table's model, ready to predict. */
export interface TableModel {
  readonly manifest: TableManifest;
  readonly preprocessor: Preprocessor;
  /** Kinds of the columns that it reads, for the reader of a new table. */
  readonly kinds: Readonly<Record<string, ColumnKind>>;
  /** Probabilities, or the quantity. */
  predict(table: DataTable): Promise<Matrix>;
  /** What was unusual in the tables so far, a line each. */
  unusual(): string[];
  release(): Promise<void>;
}

/** Reads and opens it. */
export async function openTableModel(directory: ModelDirectory): Promise<TableModel> {
  const manifest = directory.parse(tableManifestSchema);
  const json = JSON.parse(new TextDecoder().decode(await directory.read(PREPROCESSOR_FILE)));
  const preprocessor = preprocessorFromJson(json);
  const { open } = await formOf(manifest.method);
  const opened = await open(await directory.read(MODEL_FILE), manifest.target.task);
  const counts = new Map<string, { count: number; line: (count: number) => string }>();
  let first = 0;
  return {
    manifest,
    preprocessor,
    kinds: preprocessor.kinds,
    async predict(table) {
      const x = preprocessor.transform(table, {
        onExtra: () => undefined,
        onUnseen(unseen) {
          const key = JSON.stringify([unseen.column, unseen.what]);
          const before = counts.get(key);
          const from = before ? undefined : { ...unseen, row: unseen.row + first };
          counts.set(key, {
            count: (before?.count ?? 0) + unseen.count,
            line: before?.line ?? ((count) => unseenLine({ ...from!, count })),
          });
        },
      });
      first += table.rows;
      const outputs = await opened.outputs(x);
      const bad = outputs.data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0)
        throw new InputError(
          'not-finite',
          `predict: the prediction for row ${first - table.rows + Math.floor(bad / outputs.cols)} (counted from 0) is ${showValue(outputs.data[bad])}; look for extreme values there`,
        );
      return outputs;
    },
    unusual: () => [...counts.values()].map(({ count, line }) => line(count)),
    release: () => opened.release(),
  };
}
