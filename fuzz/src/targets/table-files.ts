import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTableWriter, tableFromColumns } from '@unbraid/table';
import { tableFromArrays, tableToIPC } from '@uwdata/flechette';
import type { ByteTarget } from '../target.ts';
import { checkTable } from './table-invariants.ts';

const EXAMPLE = tableFromColumns({
  n: [1.5, Number.NaN, -3, 4],
  b: [true, false, null, true],
  d: [new Date('2024-02-29'), null, new Date('1969-12-31T23:59:59.5Z'), null],
  t: ['a', 'bb', null, 'a'],
});

async function parquetBytes(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-fuzz-parquet-'));
  try {
    const path = join(folder, 'x.parquet');
    const writer = await createTableWriter(path, EXAMPLE.columns);
    await writer.write(EXAMPLE);
    await writer.close();
    return new Uint8Array(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const parquet: ByteTarget = {
  name: 'parquet',
  seeds: async () => [await parquetBytes()],
  run: (bytes) => checkTable(bytes, 'x.parquet', { format: 'parquet' }),
};

export const arrow: ByteTarget = {
  name: 'arrow',
  seeds: () => {
    const table = tableFromArrays({
      n: [1.5, null, 3],
      i: Int32Array.of(1, 2, 3),
      t: ['a', 'bb', null],
      b: [true, null, false],
    });
    return (['file', 'stream'] as const).map((format) => tableToIPC(table, { format })!);
  },
  run: (bytes) => checkTable(bytes, 'x.arrow', { format: 'arrow' }),
};
