import { describe, expect, it } from 'vitest';
import { readDataTable, streamDataTable } from '../src/index.ts';
import { plain, source } from './tables.ts';

const read = async (text: string, options = {}) => plain(await readDataTable(source(text, 'x.jsonl'), options));

describe('JSON lines', () => {
  it('have the columns of all rows', async () => {
    expect(await read('{"a":1,"b":"x"}\n\n{"b":null,"c":true}\r\n{"a":2.5,"__proto__":1}')).toEqual({
      a: ['number', 1, null, 2.5],
      b: ['text', 'x', null, null],
      c: ['boolean', null, 1, null],
      ['__proto__']: ['number', null, null, 1],
    });
  });

  it('hold dates as texts, and keep other texts as they are', async () => {
    expect(await read('{"d":"2024-01-01","t":" 5 ","u":"NA"}\n{"d":"2024-01-02T00:00:01Z","t":"","u":"x"}')).toEqual({
      d: ['date', Date.parse('2024-01-01'), Date.parse('2024-01-02T00:00:01Z')],
      t: ['text', ' 5 ', ''],
      u: ['text', 'NA', 'x'],
    });
  });

  it('keep the digits of large integers', async () => {
    const text =
      '{"id":9007199254740993,"x":1.0e3,"t":"9007199254740993 {\\"a\\":12345678901234567890}"}\n{"id":-12345678901234567890,"x":12345678901234567890.5,"t":""}';
    expect(await read(text)).toEqual({
      id: ['text', '9007199254740993', '-12345678901234567890'],
      x: ['number', 1000, Number('12345678901234567890.5')],
      t: ['text', '9007199254740993 {"a":12345678901234567890}', ''],
    });
  });

  it('may be one array', async () => {
    expect(await read(' [\n{"a":1},\n{"a":2}]\n')).toEqual({ a: ['number', 1, 2] });
    expect(plain(await readDataTable(source('{"a":1}\n', 'unnamed')))).toEqual({ a: ['number', 1] });
  });

  it('come in batches, of columns that are named', async () => {
    const text = Array.from({ length: 25 }, (_, i) => `{"a":${i},"b":"${i % 3}","c":[1]}`).join('\n');
    const batches = [];
    for await (const batch of streamDataTable(source(text, 'x.jsonl'), { batchRows: 10, columns: ['b', 'a'] }))
      batches.push(plain(batch));
    expect(batches.map(({ a }) => a!.length - 1)).toEqual([10, 10, 5]);
    expect(batches[2]).toEqual({ a: ['number', 20, 21, 22, 23, 24], b: ['text', '2', '0', '1', '2', '0'] });
  });

  it.each([
    ['', 'x.jsonl has no rows'],
    ['{}\n', 'x.jsonl has no rows'],
    ['{"a":1}\n{"a":', 'line 2 of x.jsonl is no JSON'],
    ['{"a":1}\n5', 'line 2 of x.jsonl is 5; an object'],
    ['[1]', 'row 1 of x.jsonl is 1; an object'],
    ['{"a":1}\n{"a":{"b":1}}', 'line 2, column "a" of x.jsonl holds an object with b; entries are numbers'],
    ['{"a":1e999}', 'line 1, column "a" of x.jsonl holds Infinity'],
  ])('%s is refused', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('say which column no row has', async () => {
    await expect(read('{"a":1}', { columns: ['b'] })).rejects.toThrow('no row of x.jsonl has an entry "b"');
  });
});
