import { tableFromArrays, tableToIPC, timestamp, utf8 } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { readDataTable, streamDataTable } from '../src/index.ts';
import { plain } from './tables.ts';

describe('Arrow', () => {
  const table = tableFromArrays(
    {
      n: [1.5, null, -3],
      i: BigInt64Array.of(1n, -2n, 9007199254740993n),
      t: ['a', null, ' b '],
      b: [true, null, false],
      d: [new Date(0), null, new Date(1500)],
    },
    { types: { t: utf8(), d: timestamp() } },
  );

  it.each(['file', 'stream'] as const)('as a %s', async (format) => {
    const read = await readDataTable({ bytes: tableToIPC(table, { format })!, name: 'x.arrow' });
    expect(plain(read)).toEqual({
      n: ['number', 1.5, null, -3],
      i: ['text', '1', '-2', '9007199254740993'],
      t: ['text', 'a', null, ' b '],
      b: ['boolean', 1, null, 0],
      d: ['date', 0, null, 1500],
    });
  });

  it('in batches, of columns that are named', async () => {
    const batches = [];
    for await (const batch of streamDataTable(
      { bytes: tableToIPC(table, {})!, name: 'x' },
      { batchRows: 2, columns: ['b'] },
    ))
      batches.push(plain(batch));
    expect(batches).toEqual([{ b: ['boolean', 1, null] }, { b: ['boolean', 0] }]);
  });

  it('refuses lists, and what is damaged, in one line', async () => {
    const lists = tableToIPC(tableFromArrays({ l: [[1], [2, 3]] }), {})!;
    await expect(readDataTable({ bytes: lists, name: 'x' })).rejects.toThrow(
      'column "l" of x is of a type of Arrow that holds no numbers',
    );
    const cut = tableToIPC(table, { format: 'file' })!.slice(0, 200);
    await expect(readDataTable({ bytes: cut, name: 'x' })).rejects.toThrow(/^table: x is no Arrow file, or damaged: /);
  });
});
