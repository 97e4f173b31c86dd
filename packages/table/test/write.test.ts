import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTableWriter, type DataTable, readDataTable, tableFromColumns, tableFromRows } from '../src/index.ts';
import { plain, temporaryFolder } from './tables.ts';

const table = tableFromColumns({
  n: [1.5, Number.NaN, -0, 1e300],
  b: [true, null, false, true],
  d: [new Date('2024-02-29'), new Date('1969-12-31T23:59:59.5Z'), null, new Date('2024-01-01T10:00:00Z')],
  t: ['plain', null, ' "quoted", \n lines ', 'größe'],
});
const columns = table.columns.map(({ name, kind }) => ({ name, kind }));

async function written(name: string, tables: readonly DataTable[] = [table]): Promise<string> {
  const path = join(temporaryFolder(), name);
  const writer = await createTableWriter(path, columns);
  for (const each of tables) await writer.write(each);
  await writer.close();
  return path;
}

it.each(['x.jsonl', 'x.parquet', 'X.NDJSON'])('%s is read back as it was', async (name) => {
  const read = await readDataTable(await written(name));
  expect(plain(read)).toEqual(plain(table));
  expect(Object.is((read.columns[0] as { values: Float64Array }).values[2], -0)).toBe(true);
});

it('CSV is read back but for blanks around texts', async () => {
  const path = await written('x.csv');
  expect(readFileSync(path, 'utf8')).toBe(
    'n,b,d,t\n1.5,true,2024-02-29,plain\n,,1969-12-31T23:59:59.500Z,\n-0,false,," ""quoted"", \n lines "\n1e+300,true,2024-01-01T10:00:00Z,größe\n',
  );
  const { t, ...others } = plain(await readDataTable(path));
  const { t: texts, ...rest } = plain(table);
  expect(others).toEqual(rest);
  expect(t).toEqual(texts!.map((text) => (typeof text === 'string' ? text.trim() : text)));
});

it.each(['x.csv', 'x.jsonl', 'x.parquet'])('%s of 150,000 rows in batches has all of them, in order', async (name) => {
  const batches = Array.from({ length: 15 }, (_, k) =>
    tableFromColumns({
      n: Float64Array.from({ length: 10_000 }, (_, i) => k * 10_000 + i),
      b: Array(10_000).fill(null).with(0, true),
      d: Array(10_000)
        .fill(null)
        .with(0, new Date(k * 1000)),
      t: Array.from({ length: 10_000 }, (_, i) => `t${(k * 7 + i) % 11}`),
    }),
  );
  const read = await readDataTable(await written(name, batches));
  expect(read.rows).toBe(150_000);
  expect((read.columns[0] as { values: Float64Array }).values.every((value, i) => value === i)).toBe(true);
  expect(plain(read).t!.slice(1)).toEqual(
    Array.from({ length: 150_000 }, (_, i) => `t${(Math.floor(i / 10_000) * 7 + (i % 10_000)) % 11}`),
  );
});

it.each(['x.csv', 'x.jsonl', 'x.parquet'])('%s without rows is whole', async (name) => {
  expect(existsSync(await written(name, []))).toBe(true);
});

it('one column keeps its missing entries', async () => {
  const path = join(temporaryFolder(), 'one.csv');
  const writer = await createTableWriter(path, [{ name: 'a', kind: 'number' }]);
  await writer.write(tableFromColumns({ a: [1, null, 3, null] }));
  await writer.close();
  expect(plain(await readDataTable(path))).toEqual({ a: ['number', 1, null, 3, null] });
});

it('until it is closed nothing has its name, and after an abort or a fault nothing is left', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'p.csv');
  writeFileSync(path, 'old');
  const writer = await createTableWriter(path, columns);
  await writer.write(table);
  expect(readFileSync(path, 'utf8')).toBe('old');
  await writer.abort();
  await writer.abort();
  expect(readdirSync(folder)).toEqual(['p.csv']);
  await expect(writer.write(table)).rejects.toThrow(`table: the writer of ${path} is failed; begin another one`);

  const second = await createTableWriter(path, columns);
  const infinite = {
    ...table,
    columns: table.columns.with(0, { name: 'n', kind: 'number' as const, values: Float64Array.of(1, 2, Infinity, 4) }),
  };
  await expect(second.write(infinite)).rejects.toThrow('column "n" holds Infinity in row 2');
  expect(readdirSync(folder)).toEqual(['p.csv']);
  expect(readFileSync(path, 'utf8')).toBe('old');
});

it('refuses what can not be written, in one line', async () => {
  const folder = temporaryFolder();
  await expect(createTableWriter(join(folder, 'x.xlsx'), columns)).rejects.toThrow(
    'end its name in .csv, .jsonl or .parquet',
  );
  await expect(createTableWriter(join(folder, 'x.csv'), [])).rejects.toThrow('was given no columns');
  await expect(createTableWriter(join(folder, 'x.csv'), [columns[0]!, columns[0]!])).rejects.toThrow(
    'two columns named "n"',
  );
  await expect(createTableWriter(join(folder, 'no', 'x.csv'), columns)).rejects.toThrow(
    /cannot write .*the folder .* does not exist/,
  );
  const writer = await createTableWriter(join(folder, 'x.csv'), columns);
  await expect(writer.write(tableFromRows([{ n: 1 }]))).rejects.toThrow("a table of n: number can't be added");
  expect(readdirSync(folder)).toEqual([]);
});
