import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { home, publishedPackages, root } from './repository.ts';

const packages = publishedPackages();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** Where a Markdown text links to, whatever the title beside it. */
const linksOf = (text: string) => [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target = '']) => target);

/** Paths of the files in a folder, from there; none where it is a file, or isn't there. */
const filesBelow = (path: string): string[] =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ? (readdirSync(path, { recursive: true }) as string[]) : [];

it('there are packages', () => expect(packages.length).toBeGreaterThan(10));

describe.each(packages)('$manifest.name', ({ folder, manifest }) => {
  it('says what it is, whose, and where it comes from', () => {
    expect(manifest).toMatchObject({
      author: 'The Unbraid authors',
      license: 'MIT',
      homepage: `${home}/tree/main/${folder}#readme`,
      repository: { type: 'git', url: `git+${home}.git`, directory: folder },
      bugs: { url: `${home}/issues` },
    });
    expect(manifest.description).toMatch(/^\S.{10,}[^.\s]$/);
    expect(manifest.keywords?.length).toBeGreaterThanOrEqual(3);
    expect(new Set(manifest.keywords).size).toBe(manifest.keywords?.length);
  });

  it('runs nothing where it is installed', () => {
    const names = Object.keys(manifest.scripts ?? {});
    expect(names.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
  });

  it('carries nothing of how it was built', () => {
    const files = (manifest.files as readonly string[]).flatMap((name) => filesBelow(join(root, folder, name)));
    expect(files.filter((file) => /(^|[\\/])\.|\.tsbuildinfo$/.test(file))).toEqual([]);
  });

  it('carries the licence', () => expect(read(`${folder}/LICENSE`)).toBe(read('LICENSE')));

  // npm shows a README without the files around it.
  it('has a README whose links lead somewhere from anywhere', () => {
    const links = linksOf(read(`${folder}/README.md`));
    expect(links.filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    const files = links.flatMap((link) =>
      link.startsWith(`${home}/blob/main/`) ? [link.slice(`${home}/blob/main/`.length)] : [],
    );
    expect(files.filter((file) => !existsSync(join(root, file.replace(/#.*/, ''))))).toEqual([]);
  });
});

it('all packages have one version', () => {
  expect(new Set(packages.map(({ manifest }) => manifest.version)).size).toBe(1);
});
