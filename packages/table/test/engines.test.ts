import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTableWriter,
  type DataTable,
  type ReadTableOptions,
  readDataTable,
  streamDataTable,
  tableFromColumns,
} from '../src/index.ts';
import { plain, source, temporaryFolder } from './tables.ts';

const quiet = { onWarning: () => {} };

async function byBoth(path: string, options: ReadTableOptions = {}): Promise<DataTable> {
  const own = await readDataTable(path, { ...quiet, ...options, engine: 'own' });
  const duckdb = await readDataTable(path, { ...quiet, ...options, engine: 'duckdb' });
  expect(duckdb).toEqual(own);
  return own;
}

const entry = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.constantFrom(
    '',
    'NA',
    'true',
    'FALSE',
    '2024-02-29',
    '2024-01-01T10:00:00Z',
    '00501',
    '9007199254740993',
    '1,5',
    'ß',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', ';', '\n', '1', '.', 'é', '|') }),
);

const quoted = (text: string, always: boolean) =>
  always || /[",;|\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;

describe('both engines give the same table', () => {
  it('of any CSV file', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    let count = 0;
    const tables = fc.record({
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      newline: fc.constantFrom('\n', '\r\n'),
      always: fc.boolean(),
      rows: fc
        .integer({ min: 2, max: 4 })
        .chain((width) =>
          fc.array(fc.array(entry, { minLength: width, maxLength: width }), { minLength: 2, maxLength: 6 }),
        ),
    });
    await fc.assert(
      fc.asyncProperty(tables, async ({ delimiter, newline, always, rows }) => {
        const path = join(folder, `${count++}.csv`);
        const names = rows[0]!.map((_, j) => `c${j}`);
        const lines = [names, ...rows].map((row) =>
          row.map((each) => quoted(each, always || each === '')).join(delimiter),
        );
        writeFileSync(path, lines.join(newline) + newline);
        const table = await byBoth(path, { delimiter, header: true });
        expect(table.rows).toBe(rows.length);
      }),
      { numRuns: 150 },
    );
  });

  it('of any Parquet file', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    let count = 0;
    const missing = <T>(values: fc.Arbitrary<T>) => fc.option(values);
    const columns = fc.integer({ min: 1, max: 9 }).chain((length) => {
      const some = <T>(values: fc.Arbitrary<T>) => fc.array(missing(values), { minLength: length, maxLength: length });
      return fc.record({
        n: some(fc.double({ noNaN: true, noDefaultInfinity: true })),
        b: some(fc.boolean()),
        d: some(fc.date({ noInvalidDate: true, min: new Date('1000-01-01'), max: new Date('9999-01-01') })),
        t: some(fc.string()),
      });
    });
    await fc.assert(
      fc.asyncProperty(columns, async (values) => {
        const table = tableFromColumns(values);
        const path = join(folder, `${count++}.parquet`);
        // Where all of a column is missing its kind is the file's, and a program's is a number.
        const kinds = { n: 'number', b: 'boolean', d: 'date', t: 'text' } as const;
        if (table.columns.some(({ name, kind }) => kinds[name as 'n'] !== kind)) return;
        const writer = await createTableWriter(path, table.columns);
        await writer.write(table);
        await writer.close();
        expect(plain(await byBoth(path))).toEqual(plain(table));
      }),
      { numRuns: 60 },
    );
  });
});

describe('queries', () => {
  const folder = () => {
    const path = join(temporaryFolder(), "it's [1].csv");
    writeFileSync(path, 'zip;price;day;sold\n00501;1,5;2024-01-01;true\n10001;NA;2024-01-02;false\n10002;-2;;true\n');
    return path;
  };

  it('see what readDataTable sees', async () => {
    const path = folder();
    const plainly = await readDataTable(path);
    expect(await readDataTable(path, { query: 'from data' })).toEqual(plainly);
    expect(
      plain(
        await readDataTable(path, { query: 'select zip, price * 2 as twice from data where sold order by price;' }),
      ),
    ).toEqual({
      zip: ['text', '10002', '00501'],
      twice: ['number', -4, 3],
    });
  });

  it('of JSON lines, and in batches', async () => {
    const path = join(temporaryFolder(), 'x.jsonl');
    writeFileSync(path, Array.from({ length: 5000 }, (_, i) => `{"a":${i},"b":{"c":${i % 2}}}`).join('\n'));
    const batches = [];
    for await (const batch of streamDataTable(path, {
      query: 'select a, b.c as c from data order by a',
      batchRows: 3000,
    }))
      batches.push(batch);
    expect(batches.map(({ rows }) => rows)).toEqual([3000, 2000]);
    expect(plain(batches[1]!).a!.slice(0, 3)).toEqual(['number', 3000, 3001]);
  });

  it('of every type that has a kind', async () => {
    const path = folder();
    const query = `select 1::tinyint a, 9007199254740993::bigint b, 2::hugeint c, 1.25::decimal(9,2) d, 'x'::enum('x','y') e,
      timestamp '2024-01-01 00:00:00.25' f, date '2024-01-02' g, timestamptz '2024-01-01 01:00:00+01' h, null i, true j, 0.1::float k`;
    expect(plain(await readDataTable(path, { query }))).toEqual({
      a: ['number', 1],
      b: ['text', '9007199254740993'],
      c: ['number', 2],
      d: ['number', 1.25],
      e: ['text', 'x'],
      f: ['date', Date.parse('2024-01-01T00:00:00.25Z')],
      g: ['date', Date.parse('2024-01-02')],
      h: ['date', Date.parse('2024-01-01')],
      i: ['number', null],
      j: ['boolean', 1],
      k: ['number', Math.fround(0.1)],
    });
  });

  it.each([
    ['selec 1', /it's \[1\]\.csv cannot be read by DuckDB: Parser Error/],
    ['select nope from data', /Binder Error: Referenced column "nope" not found/],
    ['select [1] as a', /column "a" of .* holds integer\[\]; leave it out/],
    ["select 'inf'::double as a", /row 1, column "a" of .* holds Infinity/],
    ['select 1 as a where false', /has no rows; its columns are a/],
  ])('%s is refused in one line', async (query, message) => {
    const error = await readDataTable(folder(), { query }).then(String, (thrown: Error) => thrown.message);
    expect(error).toMatch(message);
    expect(error).not.toContain('\n');
  });

  it('need DuckDB, and a path', async () => {
    await expect(readDataTable(source('a\n1'), { query: 'from data' })).rejects.toThrow(
      'x.csv is given as bytes, and DuckDB reads files by their path',
    );
    await expect(readDataTable(folder(), { query: 'from data', engine: 'own' })).rejects.toThrow(
      'only DuckDB answers queries',
    );
  });

  it('of other databases say which extension is needed where it can not be had', async () => {
    const path = join(temporaryFolder(), 'x.db');
    writeFileSync(path, `SQLite format 3\0${'\0'.repeat(100)}`);
    const error = await readDataTable(path).then(String, (thrown: Error) => thrown.message);
    // With a connection the extension comes, and says that this is no database.
    expect(error).toMatch(/needs DuckDB's extension "sqlite_scanner"|cannot be read by DuckDB/);
    expect(error).not.toContain('\n');
    const postgres = await readDataTable('postgres://localhost:1/none', { query: 'select 1' }).then(
      String,
      (thrown: Error) => thrown.message,
    );
    expect(postgres).toMatch(/^table: the Postgres database (?:needs DuckDB's extension|cannot be read)/);
  });
});
