import getReleasePlan from '@changesets/get-release-plan';
import { expect, it } from 'vitest';
import { publishedPackages, readJson, root } from './repository.ts';

it('a release takes all packages to one version', async () => {
  expect(readJson('.changeset/config.json')).toMatchObject({ fixed: [['@unbraid/*']], access: 'public' });
  const { changesets, releases } = await getReleasePlan(root);
  if (changesets.length === 0) return;
  const versions = new Map(releases.map(({ name, newVersion }) => [name, newVersion]));
  for (const { manifest } of publishedPackages()) expect([...versions.keys()]).toContain(manifest.name);
  expect(new Set(versions.values()).size).toBe(1);
});
