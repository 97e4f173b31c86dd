import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, programsOf, root } from '../../docs/src/documents.ts';

/** The packages that run in pages, without their scope. */
export const libraries = [
  'checks',
  'kernels',
  'graph',
  'nn',
  'onnx',
  'data',
  'galu',
  'laperm',
  'dynamic-vae',
  'linearity',
  'gfgn',
  'table',
  'sim-env',
] as const;

export type Library = (typeof libraries)[number];

/** Stands in a README before the program that is run in browsers: the first one that needs no files. */
const MARK = '<!-- browser -->';

const readme = (library: Library): string => `packages/${library}/README.md`;

/** The program of a README that browsers run. @throws Error where none is marked, or several are */
export function browserExample(library: Library): Program {
  const path = readme(library);
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  const marked = programsOf(path).filter(({ place }) => lines[Number(place.split(':')[1]) - 2] === MARK);
  if (marked.length === 1) return marked[0]!;
  throw new Error(`${path} has ${marked.length} programs after a line ${MARK}; it needs one`);
}
