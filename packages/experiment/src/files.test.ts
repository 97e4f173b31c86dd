import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../test/folders.ts';
import { RunError } from './errors.ts';
import { readText, reasonOf, remedied } from './files.ts';
import { writeReport } from './report/write.ts';

it('reads a file, or says that there is none', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), 'text');
  expect(await readText(join(folder, 'a'))).toBe('text');
  expect(await readText(join(folder, 'b'))).toBeUndefined();
});

it('says of a folder in the place of a file what to do, and of a file in the place of a run directory what it is', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'config.json'));
  await expect(writeReport(folder)).rejects.toThrow(
    `experiment: cannot read ${join(folder, 'config.json')}: it is a folder, and should be a file: move it away (EISDIR)`,
  );
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(writeReport(file)).rejects.toThrow(`experiment: ${file} is a file, not a run directory`);
});

it.each([
  ['ENOSPC: no space left on device, write', 'no space left on device (ENOSPC)'],
  ["EACCES: permission denied, open '/a, b'", 'permission denied (EACCES)'],
  ['something else', 'something else'],
])('takes the reason from %j', (message, reason) => expect(reasonOf(new Error(message))).toBe(reason));

it('names the file, the place in it and what to do, whatever goes wrong in reading it', () => {
  const read = (text: string) => () => z.object({ a: z.array(z.int()) }).parse(JSON.parse(text));
  const message = (text: string) => () => remedied('x.json', 'delete it', read(text));
  expect(message('{"a":[1]}')()).toEqual({ a: [1] });
  expect(message('{')).toThrow('experiment: x.json is damaged or from another version; delete it');
  expect(message('{"a":[1,"b"]}')).toThrow('experiment: x.json is damaged or from another version (at a.1); delete it');
  expect(message('[]')).toThrow('(at its top); delete it');
  const own = new RunError('experiment: our own');
  const failing = () => {
    throw own;
  };
  expect(() => remedied('x.json', '', failing)).toThrow(own);
});
