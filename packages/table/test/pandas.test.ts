import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ReadTableOptions, readDataTable } from '../src/index.ts';
import { plain } from './tables.ts';

const folder = fileURLToPath(new URL('fixtures', import.meta.url));

/** The table as python/fixtures/tables.py says it. */
const rows = Array.from({ length: 300 }, (_, i) => i);
const expected = {
  number: ['number', ...rows.map((i) => (i % 7 === 0 ? null : i / 8 - 3))],
  whole: ['number', ...rows.map((i) => (i % 11 === 0 ? null : i * i - 40))],
  small: ['number', ...rows.map((i) => i % 100)],
  yes: ['boolean', ...rows.map((i) => (i % 5 === 0 ? null : i % 2 === 0 ? 1 : 0))],
  day: ['date', ...rows.map((i) => Date.parse('2024-02-28') + i * 86_400_001)],
  text: ['text', ...rows.map((i) => (i % 13 === 0 ? null : ['größe', 'a "b", c', 'x\ny', '00501'][i % 4]))],
  category: ['text', ...rows.map((i) => `level ${i % 3}`)],
};

const read = async (name: string, options: ReadTableOptions = {}) =>
  plain(await readDataTable(join(folder, name), options));

describe('files that pandas and pyarrow wrote', () => {
  it.each(['table.csv', 'table.csv.gz', 'semicolons.csv', 'table.jsonl', 'table.arrows'])('%s', async (name) => {
    expect(await read(name)).toEqual(expected);
  });

  it.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'pages-v2'])(
    '%s.parquet, by both engines',
    async (codec) => {
      for (const engine of ['own', 'duckdb'] as const)
        expect(await read(`${codec}.parquet`, { engine })).toEqual(expected);
    },
  );

  it.each(['uncompressed', 'lz4', 'zstd'])('%s.feather', async (codec) => {
    expect(await read(`${codec}.feather`)).toEqual(expected);
  });
});
