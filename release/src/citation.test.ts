import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { publishedPackages, readJson, root } from './repository.ts';

const citation = parse(readFileSync(join(root, 'CITATION.cff'), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const isValid = ajv.compile(readJson('release/fixtures/cff-1.2.0.schema.json') as object);

it('is a citation by the schema of the format', () => {
  isValid(citation);
  expect(isValid.errors ?? []).toEqual([]);
});

it('that the schema would refuse if it were none', () => {
  expect(isValid({ ...citation, authors: undefined })).toBe(false);
  expect(isValid({ ...citation, doi: 'arXiv' })).toBe(false);
});

it('names the paper of every method', () => {
  const packages = publishedPackages();
  const methods = citation.references.map(({ notes }: { notes: string }) => notes);
  expect(methods).toEqual(
    ['galu', 'laperm', 'dynamic-vae', 'linearity', 'gfgn', 'sim-env'].map((name) => `@unbraid/${name}`),
  );
  for (const { notes, url, doi } of citation.references) {
    const { folder } = packages.find(({ manifest }) => manifest.name === notes)!;
    expect(readFileSync(join(root, folder, 'README.md'), 'utf8')).toContain(url);
    expect(doi).toBe(`10.48550/arXiv.${url.split('/').at(-1)}`);
  }
});
