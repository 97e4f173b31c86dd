import { expect, it } from 'vitest';
import { entriesOf, exportedFrom } from './exported.ts';
import { packageNames } from './sources.ts';

it('finds what an entry exports, through files that hand it on', () => {
  const names = exportedFrom('packages/laperm/src/index.ts').map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['laperm', 'savePermutations', 'LapermSettings', 'isPermutationOf']));
});

it.each(packageNames())('%s says of every name that it exports what it is', (name) => {
  const bare = entriesOf(name)
    .flatMap(exportedFrom)
    .filter(({ documented }) => !documented);
  expect([...new Set(bare.map((each) => `${each.name} in ${each.file}`))].sort()).toEqual([]);
});
