import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tarBytes } from '../test/tar-bytes.ts';
import { tarMember } from './tar.ts';

const one = Uint8Array.from({ length: 512 }, (_, i) => i);
const two = Uint8Array.of(3, 1, 4);
const archive = tarBytes({ 'folder/one.bin': one, 'folder/deeper/two.bin': two, 'empty.bin': new Uint8Array(0) });

test('a member is found by its file name in any folder', () => {
  expect([...tarMember(archive, 'one.bin')]).toEqual([...one]);
  expect([...tarMember(archive, 'two.bin')]).toEqual([...two]);
  expect(tarMember(archive, 'empty.bin')).toHaveLength(0);
});

// Made by `tar --format=gnu -cf - folder | gzip -9n` (GNU tar 1.34) of 3 and 700 bytes.
test('an archive by GNU tar reads, folders passed over', () => {
  const bytes = gunzipSync(readFileSync(new URL('../test/fixtures/gnu-tar.tar.gz', import.meta.url)));
  expect(new TextDecoder().decode(tarMember(bytes, 'a.bin'))).toBe('one');
  expect(new TextDecoder().decode(tarMember(bytes, 'b.bin'))).toBe('x'.repeat(700));
});

test('a member that is not there is answered with those that are', () => {
  expect(() => tarMember(archive, 'three.bin', 'a.tar')).toThrow(
    'data: a.tar has no three.bin; it has folder/one.bin, folder/deeper/two.bin, empty.bin',
  );
  expect(() => tarMember(new Uint8Array(1024), 'x', 'a.tar')).toThrow('data: a.tar has no x; it has no files');
});

test('an archive that ends inside a member is truncated', () => {
  expect(() => tarMember(archive.subarray(0, 900), 'one.bin', 'a.tar')).toThrow(
    'data: a.tar is truncated: folder/one.bin ends at byte 1024, the archive at 900',
  );
});

test('bytes that are no tar archive are refused', () => {
  expect(() => tarMember(new Uint8Array(2000).fill(65), 'x', 'a.tar')).toThrow(
    'data: a.tar is not a tar archive, or damaged: the member at byte 0 has no size',
  );
});

test('whatever is damaged, a member is read or the archive is refused', () => {
  fc.assert(
    fc.property(
      fc.nat(archive.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(archive.length),
      (at, change, length) => {
        const damaged = archive.slice(0, length);
        if (at < length) damaged[at]! ^= change;
        try {
          expect(tarMember(damaged, 'two.bin').length).toBeLessThanOrEqual(length);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      },
    ),
  );
});
