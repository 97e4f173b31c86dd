import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { matrixRow } from './matrix.ts';
import { readTable } from './read-table.ts';
import { parseTable, type TableOptions } from './table.ts';

const iris = 'length,width,species\n5.1,3.5,setosa\n\n7,3.2,versicolor\n4.9, 3 ,setosa\n';

test('numbers, column names and labels are told apart', () => {
  expect(parseTable(iris, { label: 'species' })).toEqual({
    x: { rows: 3, cols: 2, data: Float32Array.of(5.1, 3.5, 7, 3.2, 4.9, 3) },
    columns: ['length', 'width'],
    labels: Int32Array.of(0, 1, 0),
    classes: ['setosa', 'versicolor'],
    dropped: 0,
  });
});

test('a column by number, a numeric target and a table without header', () => {
  expect(parseTable('1;2;30\r\n4;5;60\r\n', { target: 2, header: false, delimiter: ';' })).toEqual({
    x: { rows: 2, cols: 2, data: Float32Array.of(1, 2, 4, 5) },
    columns: ['0', '1'],
    target: Float32Array.of(30, 60),
    dropped: 0,
  });
});

test('numeric labels are in the order of numbers', () => {
  const { labels, classes } = parseTable('a,y\n0,10\n0,9\n0,10\n', { label: 'y' });
  expect(classes).toEqual(['9', '10']);
  expect([...labels!]).toEqual([1, 0, 1]);
});

test('every finite float32 value survives the round trip', () => {
  const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const text = `a,b\n${rows.map((values) => values.join(',')).join('\n')}`;
      expect([...parseTable(text).x.data]).toEqual(rows.flat().map((value) => value + 0));
    }),
  );
});

describe('missing entries', () => {
  const gaps = 'id,a,y\n1,2,x\n2,,z\n3,4,NA\n4,5,\n5,6,z\n6,nan,x\n';

  test.each(['', ' ', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '<NA>', '?'])(
    '%j is no class and no number',
    (entry) => {
      const text = `a,y\n1,x\n2,${entry}\n3,z\n`;
      expect(() => parseTable(text, { label: 'y' })).toThrow(
        /^data: line 3, column "y" of the table (has no entry|holds ".*", which stands for a missing entry); impute it, or set missing: "drop" to leave such rows out$/,
      );
      const dropped = parseTable(text, { label: 'y', missing: 'drop' });
      expect(dropped.classes).toEqual(['x', 'z']);
      expect([...dropped.labels!, ...dropped.x.data, dropped.dropped]).toEqual([0, 1, 1, 3, 1]);
      expect(() => parseTable(`a,b\n1,2\n${entry},4\n`)).toThrow('data: line 3, column "a" of the table h');
    },
  );

  test('rows that lack one are dropped on request, and counted; the others keep their order', () => {
    const { x, labels, classes, ids, dropped } = parseTable(gaps, { label: 'y', id: 'id', missing: 'drop' });
    expect([...x.data]).toEqual([2, 6]);
    expect([...labels!]).toEqual([0, 1]);
    expect(classes).toEqual(['x', 'z']);
    expect(ids).toEqual(['1', '5']);
    expect(dropped).toBe(4);
  });

  test('an entry of a column that is not used may be missing', () => {
    const { dropped, columns } = parseTable('a,b,c\n1,,2\n3,,4\n', { omit: ['b'] });
    expect([dropped, columns]).toEqual([0, ['a', 'c']]);
  });

  test('a table says itself what stands for one', () => {
    const text = 'a,y\n1,none\n2,mild\n-99,mild\n';
    const { classes, dropped } = parseTable(text, { label: 'y', missing: 'drop', missingTexts: ['', '-99'] });
    expect([classes, dropped]).toEqual([['mild', 'none'], 1]);
  });

  test('nothing left is refused', () => {
    expect(() => parseTable('a\nNA\n?\n', { missing: 'drop' })).toThrow(
      'data: each of the 2 rows of the table lacks an entry; none is left',
    );
  });
});

describe('forms that tables have', () => {
  const read = (text: string | Uint8Array, options: TableOptions = {}) => {
    const { x, columns } = parseTable(text, options);
    return { columns, rows: Array.from({ length: x.rows }, (_, i) => [...matrixRow(x, i)]) };
  };
  const right = {
    columns: ['a', 'b'],
    rows: [
      [1.5, 2],
      [3, 4],
    ],
  };

  test.each<[string, string | Uint8Array, TableOptions]>([
    ['byte-order mark', '\ufeffa,b\n1.5,2\n3,4', {}],
    ['line ends of Windows', 'a,b\r\n1.5,2\r\n3,4\r\n', {}],
    ['line ends of old Macs', 'a,b\r1.5,2\r3,4\r', {}],
    ['mixed line ends', 'a,b\r\n1.5,2\n3,4\r\n', {}],
    ['quotes', '"a","b"\n"1.5","2"\n"3",4\n', {}],
    ['semicolons', 'a;b\n1.5;2\n3;4\n', { delimiter: ';' }],
    ['tabs', 'a\tb\n1.5\t2\n3\t4\n', { delimiter: '\t' }],
    ['bars', 'a|b\n1.5|2\n3|4\n', { delimiter: '|' }],
    ['blanks, one or more', 'a  b\n1.5 2\n 3   4 \n', { delimiter: ' ' }],
    ['decimal commas', 'a;b\n1,5;2\n3;4,0\n', { delimiter: ';', decimal: ',' }],
    ['blank lines at the end', 'a,b\n1.5,2\n3,4\n\n \n', {}],
    ['UTF-16, as Excel writes', Buffer.from('\ufeffa\tb\r\n1.5\t2\r\n3\t4\r\n', 'utf16le'), { delimiter: '\t' }],
  ])('%s', (_, text, options) => {
    expect(read(text, options)).toEqual(right);
  });

  test('line breaks and doubled quotes within quotes', () => {
    const { columns, classes } = parseTable('"a, b","c\nd",y\n1,2,"p ""q"""\n', { label: 'y' });
    expect([columns, classes]).toEqual([['a, b', 'c\nd'], ['p "q"']]);
  });

  test('an empty first entry between tabs is kept', () => {
    expect(parseTable('a\tb\n\t2\n1\t2\n', { delimiter: '\t', missing: 'drop' })).toMatchObject({ dropped: 1 });
  });

  test.each<[string, TableOptions, string]>([
    ['a;b\n1;2\n', {}, 'has one column; it seems to be separated by semicolons: set delimiter: ";"'],
    ['a;b\n1;2\n', { label: 0 }, 'set delimiter: ";"'],
    ['a;b\n1,5;2,5\n', {}, 'set delimiter: ";", decimal: ","'],
    ['a\tb\n1\t2\n', {}, 'separated by tabs: set delimiter: "\\t"'],
    ['a b\n1  2\n', {}, 'separated by blanks: set delimiter: " "'],
    ['a,b\n1,2\n', { delimiter: ';' }, 'separated by commas: set delimiter: ","'],
    ['a;b\n1,5;2\n', { delimiter: ';' }, 'holds "1,5", which is not a finite float32 number; set decimal: "," if'],
    ['a;b\n1.234,5;2\n', { delimiter: ';', decimal: ',' }, 'holds "1.234,5", which is not a finite float32 number'],
    ['a,a,y\n1,2,3\n', {}, 'columns 0 and 1 (counted from 0) of the table are both named "a"; rename one, or omit one'],
    ['a,y,y\n1,2,3\n', { label: 'y' }, 'are both named "y"; say which by its number'],
    [',a\n0,1\n', {}, 'column 0 (counted from 0) of the table has no name; name it, or omit it by its number'],
    ['5.1,3.5,b\n7,3.2,a\n5,4,b\n', { label: 2 }, 'the first line of the table reads like a row'],
    ['a,y\n1,1\n2,1.0\n', { label: 'y' }, 'has the labels "1" and "1.0", which are one number; write them alike'],
  ])('%j with %j is refused', (text, options, message) => {
    expect(() => parseTable(text, options)).toThrow(InputError);
    expect(() => parseTable(text, options)).toThrow(message);
  });

  test('a line of more entries than a table has columns is refused', () => {
    expect(() => parseTable(`a${','.repeat(300_000)}\n`)).toThrow(
      'data: the table has 300001 columns, more than 262144; turn it if rows and columns are exchanged',
    );
  });

  test('text in another encoding is refused', () => {
    expect(() => parseTable(Buffer.from('a,y\n1,é\n', 'latin1'), { label: 'y' })).toThrow(
      'data: the table is not text in UTF-8; save it as "CSV UTF-8"',
    );
  });

  test.each<[TableOptions, string]>([
    [{ delimeter: ';' } as TableOptions, 'data: readTable has no setting "delimeter"; the nearest are delimiter'],
    [{ delimiter: '' }, 'data: readTable\'s delimiter is ""; one character, which is no quote is needed'],
    [{ missing: 'keep' as 'drop' }, 'data: readTable\'s missing is "keep"; "refuse" or "drop" is needed'],
    [{ decimal: ';' as ',' }, "data: readTable's decimal is"],
  ])('the settings %j are refused', (options, message) => {
    expect(() => parseTable(iris, options)).toThrow(message);
  });
});

describe('integers that float32 does not hold', () => {
  test.each(['16777217', '-16777219', '9007199254740993', '100000000000000000001'])(
    '%s is refused, or rounded on request',
    (text) => {
      const table = `id,a\n1,2\n${text},3\n`;
      const rounded = Math.fround(Number(text));
      expect(() => parseTable(table)).toThrow(
        `data: line 3, column "id" of the table holds "${text}", of which float32 keeps ${rounded}; omit the column if it holds ids, or set round: true`,
      );
      expect(parseTable(table, { round: true }).x.data[2]).toBe(rounded);
      expect(parseTable(table, { id: 'id' }).ids).toEqual(['1', text]);
      expect(() => parseTable(table, { target: 'id' })).toThrow('of which float32 keeps');
    },
  );

  test.each(['16777216', '16777218', '9007199254740992', '+20000000', '0000000000001'])('%s is held', (text) => {
    expect(parseTable(`a\n${text}\n`).x.data[0]).toBe(Number(text));
  });
});

test('a long number that is none takes no time', () => {
  for (const text of [
    `${'1'.repeat(200_000)}x`,
    `${'1.'.repeat(100_000)}`,
    `1e${'1'.repeat(200_000)}x`,
    '+'.repeat(200_000),
  ]) {
    const begun = performance.now();
    expect(() => parseTable(`a,b\n1,${text}\n`)).toThrow(
      /^data: line 2, column "b" of the table holds ".{30,80}…", which is not/,
    );
    expect(performance.now() - begun).toBeLessThan(5000);
  }
});

describe('what is wrong is placed', () => {
  test.each([
    ['a,b\n1,2\n3,x\n', 'data: line 3, column "b" of the table holds "x", which is not a finite float32 number'],
    ['a,b\r\n1,2\r\n3,\r\n', 'data: line 3, column "b" of the table has no entry'],
    ['a\n0x10\n', 'holds "0x10"'],
    ['a\n1e39\n', 'holds "1e39"'],
    ['a\nNaN\n', 'holds "NaN"'],
    ['a,b\n\n1,2\n3\n', 'data: line 4 of the table has 1 entries, line 1 has 2'],
    ['a,b\n1,"2\n', 'data: the table cannot be read: Quote Not Closed'],
    [
      '1,2\n3,4\n',
      'data: the first line of the table reads like a row, not like names; say header: false if it is a row',
    ],
    ['a,b\n', 'data: the table has no rows after its header'],
    ['', 'data: the table has no rows'],
  ])('in %j', (text, message) => {
    expect(() => parseTable(text)).toThrow(message);
  });

  test('a column that is not there is answered with those that are', () => {
    expect(() => parseTable(iris, { label: 'class' })).toThrow(
      'data: the table has no column "class"; its columns are length, width, species',
    );
    expect(() => parseTable(iris, { label: 3 })).toThrow('has no column 3');
  });
});

test('a file is read by its ending, and named when it is wrong', async () => {
  const path = join(temporaryFolder(), 'points.tsv');
  writeFileSync(path, '\ufeffa\tb\n1\t2\n');
  expect((await readTable(path)).x.data).toEqual(Float32Array.of(1, 2));
  await expect(readTable(path, { delimiter: ',' })).rejects.toThrow(
    `data: ${path} has one column; it seems to be separated by tabs`,
  );
  await expect(readTable(`${path}.csv`)).rejects.toThrow(`data: cannot read ${path}.csv: there is no such file`);
});
