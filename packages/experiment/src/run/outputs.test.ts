import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { openOutputs, readOutputs } from './outputs.ts';

const table = (name: string, rows: number[][]) => ({ name, title: name, columns: ['a', 'b'], rows });

it('keeps the order of first appearance and replaces what comes again', async () => {
  const directory = temporaryFolder();
  const outputs = openOutputs(directory, writeFileAtomic);
  outputs.addTable(table('one', [[1, 2]]));
  outputs.addTable(table('two', []));
  outputs.addTable(table('one', [[3, 4]]));
  await outputs.flush();
  expect((await readOutputs(directory))?.tables).toEqual([table('one', [[3, 4]]), table('two', [])]);
});

it('writes at first, and then only what changed', async () => {
  let writes = 0;
  const outputs = openOutputs('nowhere', async () => void writes++);
  await outputs.flush();
  await outputs.flush();
  expect(writes).toBe(1);
  outputs.addFigure({ name: 'f', title: 'F', caption: '' });
  await outputs.flush();
  await outputs.flush();
  expect(writes).toBe(2);
});

it('refuses rows that do not fit and names that are no file names', () => {
  const outputs = openOutputs('nowhere', async () => undefined);
  expect(() => outputs.addTable(table('t', [[1, 2], [3]]))).toThrow('row 1 of table "t" has 1 entries for 2 columns');
  expect(() => outputs.addTable(table('../t', []))).toThrow('a table is named "../t"; use at most 100 letters');
});

it.each(['../../secret', 'a/b', '', '.', '..', 'a\0', 'x'.repeat(101)])(
  'reads no figure that is named %j',
  async (name) => {
    const directory = temporaryFolder();
    const path = join(directory, 'outputs.json');
    writeFileSync(path, JSON.stringify({ figures: [{ name, title: '', caption: '' }], tables: [] }));
    await expect(readOutputs(directory)).rejects.toThrow(
      `${path} is damaged or from another version (at figures.0.name); delete it and resume the run, which writes it again`,
    );
    expect(readFileSync(path, 'utf8')).toContain('figures');
  },
);
