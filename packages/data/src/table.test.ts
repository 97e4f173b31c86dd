import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { readTable } from './read-table.ts';
import { parseTable } from './table.ts';

const iris = 'length,width,species\n5.1,3.5,setosa\n\n7,3.2,versicolor\n4.9, 3 ,setosa\n';

test('numbers, column names and labels are told apart', () => {
  expect(parseTable(iris, { label: 'species' })).toEqual({
    x: { rows: 3, cols: 2, data: Float32Array.of(5.1, 3.5, 7, 3.2, 4.9, 3) },
    columns: ['length', 'width'],
    labels: Int32Array.of(0, 1, 0),
    classes: ['setosa', 'versicolor'],
  });
});

test('a column by number, a numeric target and a table without header', () => {
  expect(parseTable('1;2;30\r\n4;5;60\r\n', { target: 2, header: false, delimiter: ';' })).toEqual({
    x: { rows: 2, cols: 2, data: Float32Array.of(1, 2, 4, 5) },
    columns: ['0', '1'],
    target: Float32Array.of(30, 60),
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

describe('what is wrong is placed', () => {
  test.each([
    ['a,b\n1,2\n3,x\n', 'data: line 3, column "b" of the table holds "x", which is not a finite float32 number'],
    ['a,b\r\n1,2\r\n3,\r\n', 'data: line 3, column "b" of the table holds ""'],
    ['a\n0x10\n', 'holds "0x10"'],
    ['a\n1e39\n', 'holds "1e39"'],
    ['a\nNaN\n', 'holds "NaN"'],
    ['a,b\n\n1,2\n3\n', 'data: line 4 of the table has 1 entries, line 1 has 2'],
    ['a,b\n1,"2\n', 'data: the table cannot be read: Quote Not Closed'],
    ['1,2\n3,4\n', 'data: the first line of the table holds numbers only; say "header: false" if it is a row'],
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
  await expect(readTable(path, { delimiter: ',' })).rejects.toThrow(`of ${path} holds "1\\t2"`);
  await expect(readTable(`${path}.csv`)).rejects.toThrow(`data: cannot read ${path}.csv: there is no such file`);
});
