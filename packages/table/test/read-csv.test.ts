import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDataTable, streamDataTable } from '../src/index.ts';
import { plain, source, temporaryFolder } from './tables.ts';

const read = async (text: string, options = {}) => plain(await readDataTable(source(text), options));
const day = (text: string) => Date.parse(text);

describe('CSV as it comes', () => {
  it.each<[string, string, Record<string, unknown[]>]>([
    ['commas', 'a,b\n1,x\n2.5,y\n', { a: ['number', 1, 2.5], b: ['text', 'x', 'y'] }],
    ['Windows lines, a byte-order mark', '\ufeffa,b\r\n1,x\r\n2,y\r\n', { a: ['number', 1, 2], b: ['text', 'x', 'y'] }],
    ['old Mac lines', 'a,b\r1,x\r2,y', { a: ['number', 1, 2], b: ['text', 'x', 'y'] }],
    ['semicolons and decimal commas', 'a;b\n1,5;x\n-2,25;y\n', { a: ['number', 1.5, -2.25], b: ['text', 'x', 'y'] }],
    ['thousands of a semicolon file taken as decimals', 'a;b\n1,500;x\n', { a: ['number', 1.5], b: ['text', 'x'] }],
    ['tabs, where a comma may part thousands', 'a\tb\n1,500\tx\n', { a: ['text', '1,500'], b: ['text', 'x'] }],
    ['tabs', 'a\tb\n1\tx, y\n', { a: ['number', 1], b: ['text', 'x, y'] }],
    ['bars', 'a|b\n1|x,y\n2|z\n', { a: ['number', 1, 2], b: ['text', 'x,y', 'z'] }],
    ['quotes', '"a, b","c"\n"1","x ""y""\nz"\n', { 'a, b': ['number', 1], c: ['text', 'x "y"\nz'] }],
    ['blanks around entries', ' a , b\n 1 , x\n2 ,y y \n', { a: ['number', 1, 2], b: ['text', 'x', 'y y'] }],
    ['blank lines', '\na,b\n\n1,x\n \n2,y\n\n', { a: ['number', 1, 2], b: ['text', 'x', 'y'] }],
    ['one column, whose blank lines are entries', 'a\n1\n\n3\n', { a: ['number', 1, null, 3] }],
    ['one column with an empty entry in quotes', 'a\n1\n""\n', { a: ['number', 1, null] }],
    ['no header', '1,x\n2,y\n', { column0: ['number', 1, 2], column1: ['text', 'x', 'y'] }],
    ['no header and only numbers', '1,2\n3,4', { column0: ['number', 1, 3], column1: ['number', 2, 4] }],
    ['a number as a name', 'id,2019\n1,5\n2,6\n', { id: ['number', 1, 2], 2019: ['number', 5, 6] }],
    [
      'years as names',
      'at,2019,2020\na,1,3\nb,2,4\n',
      { at: ['text', 'a', 'b'], 2019: ['number', 1, 2], 2020: ['number', 3, 4] },
    ],
    ['a column without a name', ',a\n1,2\n', { column0: ['number', 1], a: ['number', 2] }],
    ['a name that the nameless would take', ',column0\n1,2\n', { column0_: ['number', 1], column0: ['number', 2] }],
    ['a quote within an entry', 'a,b\n1,5" pipe\n', { a: ['number', 1], b: ['text', '5" pipe'] }],
    [
      'names of objects',
      '__proto__,constructor\n1,toString\n',
      { ['__proto__']: ['number', 1], constructor: ['text', 'toString'] },
    ],
  ])('%s', async (_, text, table) => expect(await read(text)).toEqual(table));

  it('in blanks, when told', async () => {
    expect(await read('a  b\n1 x\n 2   y\n', { delimiter: ' ' })).toEqual({
      a: ['number', 1, 2],
      b: ['text', 'x', 'y'],
    });
  });

  it.each([
    ['utf-16le', false],
    ['utf-16le', true],
    ['utf-16be', true],
    ['latin1', false],
  ] as const)('in %s, with a mark: %s', async (encoding, mark) => {
    const text = `${mark ? '\ufeff' : ''}a,b\n1,größe\n`;
    const bytes = encoding === 'latin1' ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf16le');
    if (encoding === 'utf-16be') bytes.swap16();
    const table = await readDataTable({ bytes, name: 'x.csv' }, mark ? {} : { encoding });
    expect(plain(table)).toEqual({ a: ['number', 1], b: ['text', 'größe'] });
  });

  it('packed by gzip, whatever its name', async () => {
    const path = join(temporaryFolder(), 'packed.csv');
    writeFileSync(path, gzipSync('a,b\n1,x\n'));
    expect(plain(await readDataTable(path))).toEqual({ a: ['number', 1], b: ['text', 'x'] });
  });

  it('of columns that are chosen, in their order', async () => {
    expect(Object.entries(await read('a,b,c\n1,2,3\n', { columns: ['c', 'a'] }))).toEqual([
      ['c', ['number', 3]],
      ['a', ['number', 1]],
    ]);
  });

  it('where a column named twice is left out', async () => {
    expect(await read('a,a,b\n1,2,3\n', { columns: ['b'] })).toEqual({ b: ['number', 3] });
  });
});

describe('kinds', () => {
  it.each<[string, string[], unknown[]]>([
    [
      'numbers',
      ['1', '+2', '-.5', '1.', '1e3', '', 'NA', 'null', '?'],
      ['number', 1, 2, -0.5, 1, 1000, null, null, null, null],
    ],
    ['codes', ['00501', '10001'], ['text', '00501', '10001']],
    ['codes after numbers', ['10001', '00501'], ['text', '10001', '00501']],
    ['integers beyond 2⁵³', ['1', '9007199254740993'], ['text', '1', '9007199254740993']],
    ['2⁵³ − 1', ['9007199254740991'], ['number', 9007199254740991]],
    ['zero and what begins with it', ['0', '0.5', '-0.5', '0e1'], ['number', 0, 0.5, -0.5, 0]],
    ['yes and no', ['true', 'FALSE', 'NA', 'True'], ['boolean', 1, 0, null, 1]],
    ['one and zero', ['1', '0'], ['number', 1, 0]],
    ['words that others take for yes', ['yes', 'no'], ['text', 'yes', 'no']],
    ['days', ['2024-02-29', '', '1969-12-31'], ['date', day('2024-02-29'), null, day('1969-12-31')]],
    [
      'times',
      ['2024-01-02T03:04:05.250+02:00', '2024-01-02 03:04', '2024-01-02T03:04:05Z'],
      ['date', day('2024-01-02T01:04:05.250Z'), day('2024-01-02T03:04Z'), day('2024-01-02T03:04:05Z')],
    ],
    ['days that there are not', ['2023-02-29'], ['text', '2023-02-29']],
    ['infinity', ['1e400', 'Infinity'], ['text', '1e400', 'Infinity']],
    ['hexadecimal', ['0x10'], ['text', '0x10']],
    ['numbers and texts', ['1', 'x', '2.0'], ['text', '1', 'x', '2.0']],
    ['dates and numbers', ['2024-01-01', '5'], ['text', '2024-01-01', '5']],
    ['nothing', ['', 'NA'], ['number', null, null]],
  ])('%s', async (_, entries, column) => {
    const text = `k,a\n${entries.map((entry) => `k,${entry}`).join('\n')}`;
    expect((await read(text, { onWarning: () => {} })).a).toEqual(column);
  });

  it('are those of all rows, in a stream as well', async () => {
    const text = `a,b\n${'1,2\n'.repeat(5000)}x,2\n`;
    const batches = [];
    for await (const batch of streamDataTable(source(text), { batchRows: 1999, onWarning: () => {} }))
      batches.push(batch);
    expect(batches.map(({ rows }) => rows)).toEqual([1999, 1999, 1003]);
    expect(batches.map(({ columns }) => columns.map(({ kind }) => kind))).toEqual(Array(3).fill(['text', 'number']));
  });

  it('that are told are kept: codes as numbers, numbers as texts, 1 and 0 as yes and no', async () => {
    const kinds = { a: 'number', b: 'text', c: 'boolean' } as const;
    expect(await read('a,b,c\n007,5,1\n12345678901234567890,5.0,NA\n', { kinds })).toEqual({
      a: ['number', 7, Number('12345678901234567890')],
      b: ['text', '5', '5.0'],
      c: ['boolean', 1, null],
    });
  });

  it('with texts of the own for missing entries', async () => {
    expect(await read('k,a,b\nk,-999,-\nk,1,\nk,,NA\n', { missingTexts: ['-999', '-'] })).toEqual({
      k: ['text', 'k', 'k', 'k'],
      a: ['number', null, 1, null],
      b: ['text', null, null, 'NA'],
    });
  });

  it('tell of one text among numbers, and of no codes', async () => {
    const told: string[] = [];
    const onWarning = (message: string) => void told.push(message);
    await read(`a,b\n${'1,10001\n'.repeat(20)}n.a.,00501\n`, { onWarning });
    expect(told).toEqual([
      'table: column "a" of x.csv is read as texts: of its 21 entries 1 are no numbers, the first is "n.a." (line 22); name it in missingTexts if it stands for a missing entry',
    ]);
  });
});

describe('refuses', () => {
  it.each<[string, string | Uint8Array, RegExp, object?]>([
    ['nothing', '', /^table: x.csv is empty$/],
    ['a header alone', 'a,b\n', /^table: x.csv has no rows; its columns are a, b$/],
    ['rows of other lengths', 'a,b\n1,2\n\n3\n', /^table: line 4 of x.csv has 1 entry, line 1 has 2/],
    [
      'rows of other lengths after lines in quotes',
      'a,b\n1,"x\ny"\n3,4,5\n',
      /line 4 of x.csv has 3 entries, line 1 has 2/,
    ],
    ['a quote that is never closed', 'a,b\n1,"x\n2,y\n', /^table: line 2 of x.csv opens a quote that is never closed/],
    [
      'a quote that is closed too early',
      'a,b\n1,"x"y\n2,z\n',
      /^table: line 2 of x.csv has a quote within a quoted entry/,
    ],
    ['two columns of one name', 'a,a\n1,2\n', /columns 0 and 1 \(counted from 0\) of x.csv are both named "a"/],
    ['NUL', 'a,b\n1,\0\n', /holds a NUL byte in line 2/],
    [
      'another encoding',
      Buffer.from('a,b\n1,größe\n', 'latin1'),
      /not text in UTF-8 \(line 2\); set encoding: "latin1"/,
    ],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10), /is no table but a PNG image/],
    ['a spreadsheet', Buffer.from('PK\x03\x04abc'), /save the sheet as CSV/],
    ['a page', '<!DOCTYPE html><html><body>404', /is no table but a page of HTML/],
    ['a damaged gzip file', gzipSync('a,b\n1,2\n'.repeat(1000)).subarray(0, 40), /damaged or truncated gzip file/],
    ['blanks between numbers', 'a y\n1 2\n3 4\n', /it seems to be separated by blanks: set delimiter: " "/],
    ['a column that is not there', 'age,b\n1,2\n', /has no column "aeg"; it has age, b/, { columns: ['aeg'] }],
    [
      'a kind that is not',
      'a,b\n1,2\nx,3\n',
      /line 3, column "a" of x.csv holds "x", which is not a number/,
      { kinds: { a: 'number' } },
    ],
    ['a line of 40 MB', `a,b\n1,"${'x'.repeat(4e7)}`, /line 2 of x.csv has more than 33554432 characters/],
    ['300,000 columns', ','.repeat(3e5), /has 300001 columns, more than 262144/],
    ['options that there are not', 'a\n1', /has no setting "delimeter"; the nearest are delimiter/, { delimeter: ';' }],
    ['no source', 'a\n1', /columns name "a" twice/, { columns: ['a', 'a'] }],
  ])('%s', async (_, content, message, options = {}) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const error = await readDataTable({ bytes, name: 'x.csv' }, options).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ name: 'InputError', message: expect.stringMatching(message) });
    expect(error!.message).not.toContain('\n');
  });

  it('a path that leads nowhere, and what is no path', async () => {
    await expect(readDataTable('/nowhere/x.csv')).rejects.toThrow(
      'table: cannot read /nowhere/x.csv: there is no such file',
    );
    await expect(readDataTable(5 as never)).rejects.toThrow('a path or { bytes, name } is needed, got 5');
    await expect(readDataTable({ name: 'x', bytes: 'text' } as never)).rejects.toThrow('x is "text"; give its bytes');
  });

  it('to go on once its signal aborts', async () => {
    const reason = new Error('enough');
    await expect(readDataTable(source('a\n1'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('in linear time', () => {
  it.each([
    ['a number of 200,000 digits', `a,b\n1,${'1'.repeat(2e5)}\n`],
    ['200,000 quotes', `a,b\n1,"${'""'.repeat(2e5)}"\n`],
    ['a million texts', `a,b\n${Array.from({ length: 1e6 }, (_, i) => `${i},t${i}`).join('\n')}`],
    ['100,000 columns', `${Array.from({ length: 1e5 }, (_, i) => `c${i}`).join(',')}\n${'1,'.repeat(99_999)}1\n`],
  ])('%s', { timeout: 20_000 }, async (_, text) => {
    expect((await readDataTable(source(text), { onWarning: () => {} })).rows).toBeGreaterThan(0);
  });
});
