import { describe, expect, it } from 'vitest';
import { dependencies, isPermissive } from './licences.ts';

describe('what users install beside ours', () => {
  it('is found in the lock file, without our tools', () => {
    const names = dependencies().map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['zod', 'commander', 'onnxruntime-common']));
    expect(names).not.toContain('@biomejs/biome');
    expect(names.filter((name) => name.startsWith('@unbraid/'))).toEqual([]);
  });

  it('has permissive licences and no others', () => {
    expect(dependencies().filter(({ licence }) => !isPermissive(licence))).toEqual([]);
  });
});

it.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND BSD-3-Clause', true],
  ['MIT AND GPL-3.0-only', false],
  ['GPL-3.0-or-later', false],
  ['MPL-2.0', false],
  ['UNLICENSED', false],
  ['SEE LICENSE IN LICENSE', false],
  ['UNKNOWN', false],
])('%s: %s', (licence, permissive) => expect(isPermissive(licence)).toBe(permissive));
