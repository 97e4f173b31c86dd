import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesIn } from './circles.ts';
import { houseDocuments } from './document.ts';
import { bundled, circles, fileHolders, house, lowFolders } from './floors.ts';
import { packageOf } from './read-imports.ts';
import { manifestOf, neighbours, packageNames, root, sourcesOf } from './sources.ts';

const built = house.filter(({ planned }) => !planned);
const sources = new Map(packageNames().map((name) => [name, sourcesOf(name)]));

const before = (name: string): string[] =>
  house
    .map((room) => room.name)
    .slice(
      0,
      house.findIndex((room) => room.name === name),
    );

function allowed(name: string): string[] {
  const { imports } = house.find((room) => room.name === name)!;
  return imports === 'all' ? before(name) : [...imports];
}

it('finds circles', () => {
  const graph = { a: ['b'], b: ['c', 'd'], c: ['a'], d: ['e'], e: ['d', 'f'], f: ['f'] };
  expect(circlesIn(new Map(Object.entries(graph)))).toEqual([
    ['d', 'e'],
    ['a', 'b', 'c'],
  ]);
});

it('knows every package, each above what it may import', () => {
  expect(built.map(({ name }) => name).sort()).toEqual([...sources.keys()]);
  for (const { name } of house) expect(before(name), name).toEqual(expect.arrayContaining(allowed(name)));
});

describe.each(built)('$name', ({ name }) => {
  const own = sources.get(name)!;

  it('imports only what it may', () => {
    expect([...allowed(name), name]).toEqual(expect.arrayContaining(neighbours(own)));
  });

  it('depends on what its sources import, and on nothing else', () => {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = manifestOf(name);
    const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    const isBundled = (path: string) => bundled.some((folder) => path.startsWith(folder));
    const undeclared = [...own].flatMap(([path, { packages }]) => {
      const known = isBundled(path) ? [...declared, ...Object.keys(devDependencies ?? {})] : declared;
      // What begins with # is the package's own.
      const imported = packages.filter((module) => !/^(?:node:|#)/.test(module)).map(packageOf);
      return imported.filter((module) => module !== `@unbraid/${name}` && !known.includes(module));
    });
    expect(undeclared).toEqual([]);
    const text = [...own.keys()].map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
    // A package that holds files of others has no sources to be read.
    if (own.size === 0) return;
    const unused = declared.filter((dependency) => !text.includes(`'${dependency}`));
    expect(unused.filter((dependency) => !fileHolders.includes(dependency))).toEqual([]);
  });

  it('has no files that import each other in a circle', () => {
    const found = circlesIn(new Map([...own].map(([path, { files }]) => [path, files])));
    const permitted = (group: readonly string[]) =>
      circles.some((folder) => group.every((path) => dirname(path) === folder));
    expect(found.filter((group) => !permitted(group))).toEqual([]);
  });
});

it.each(Object.entries(lowFolders))('%s knows nothing above it', (folder, known) => {
  const inside = [...sources.values()].flatMap((files) => [...files]).filter(([path]) => dirname(path) === folder);
  expect(inside.length).toBeGreaterThan(0);
  for (const [path, { files }] of inside)
    expect([...known, ...inside.map(([other]) => other)], path).toEqual(expect.arrayContaining([...files]));
});

it('has its picture and table in CONTRIBUTING as the sources are; npm run house makes them', async () => {
  for (const [path, text] of await houseDocuments()) expect(readFileSync(join(root, path), 'utf8'), path).toBe(text);
});
