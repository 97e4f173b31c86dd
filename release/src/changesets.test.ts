import getReleasePlan from '@changesets/get-release-plan';
import { expect, it } from 'vitest';
import { publishedPackages, readJson, root } from './repository.ts';

it('a release takes all packages to one version', async () => {
  expect(readJson('.changeset/config.json')).toMatchObject({ fixed: [['@unbraid/*']], access: 'public' });
  const { changesets, releases } = await getReleasePlan(root);
  if (changesets.length === 0) return;
  const versions = new Map(releases.map(({ name, newVersion }) => [name, newVersion]));
  const next = publishedPackages().map(({ manifest }) => versions.get(manifest.name));
  expect(next).not.toContain(undefined);
  expect(new Set(next).size).toBe(1);
});
