import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawHouse, houseTable } from './picture.ts';
import { root } from './sources.ts';

const [BEGIN, END] = ['<!-- made by `npm run house` -->\n', '\n<!-- until here -->'];

/** The files that `npm run house` writes, with what should be in them. */
export async function houseDocuments(): Promise<Map<string, string>> {
  const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const [begin, end] = [contributing.indexOf(BEGIN), contributing.indexOf(END)];
  if (begin < 0 || end < begin)
    throw new Error(`house: CONTRIBUTING.md has no part between ${BEGIN.trim()} and ${END.trim()}`);
  const picture = '![Which package imports which](docs/images/house.svg)';
  const made = `\n${picture}\n\n${houseTable()}\n`;
  return new Map([
    ['CONTRIBUTING.md', contributing.slice(0, begin + BEGIN.length) + made + contributing.slice(end)],
    ['docs/images/house.svg', await drawHouse()],
  ]);
}
