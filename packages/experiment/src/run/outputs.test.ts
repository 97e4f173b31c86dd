import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { openOutputs, readOutputs } from './outputs.ts';

const none = { figures: [], tables: [] };
const table = (name: string, rows: number[][]) => ({ name, title: name, columns: ['a', 'b'], rows });

it('keeps the order of first appearance, also over sessions, and replaces what comes again', async () => {
  const directory = temporaryFolder();
  const { writeFileAtomic } = await import('@unbraid/data');
  const first = openOutputs(directory, none, writeFileAtomic);
  first.addTable(table('one', [[1, 2]]));
  first.addTable(table('two', []));
  await first.flush();
  const second = openOutputs(directory, await readOutputs(directory), writeFileAtomic);
  second.addTable(table('one', [[3, 4]]));
  await second.flush();
  expect((await readOutputs(directory)).tables).toEqual([table('one', [[3, 4]]), table('two', [])]);
});

it('writes only what changed', async () => {
  let writes = 0;
  const outputs = openOutputs('nowhere', none, async () => void writes++);
  await outputs.flush();
  outputs.addFigure({ name: 'f', title: 'F', caption: '' });
  await outputs.flush();
  await outputs.flush();
  expect(writes).toBe(1);
});

it('refuses rows that do not fit and names that are no file names', () => {
  const outputs = openOutputs('nowhere', none, async () => undefined);
  expect(() => outputs.addTable(table('t', [[1, 2], [3]]))).toThrow('row 1 of table "t" has 1 entries for 2 columns');
  expect(() => outputs.addTable(table('../t', []))).toThrow('a table is named "../t"; use letters');
});
