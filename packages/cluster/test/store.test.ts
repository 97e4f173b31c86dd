import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DamagedError } from '@unbraid/experiment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../src/store/open-store.ts';
import type { Store } from '../src/store/store.ts';
import { fetchValue, LARGEST, placeValue } from '../src/stored-value.ts';
import { temporaryFolder } from './folders.ts';
import { freePort } from './free-port.ts';
import { findSeaweed, NEEDS_SEAWEED, startSeaweed, type TestSeaweed } from './seaweed.ts';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const parts = (store: Store | undefined) => ({ store }) as Parameters<typeof placeValue>[0];

function storeSuite(open: () => Promise<Store>): void {
  it('keeps what was put first under a name, gives it back, and removes it', async () => {
    const store = await open();
    const bytes = randomBytes(100_000);
    await store.put('run-1/abc', bytes, sha256Of(bytes));
    // The same value once more, and another that would take its place.
    await store.put('run-1/abc', bytes, sha256Of(bytes));
    const other = randomBytes(10);
    await store.put('run-1/abc', other, sha256Of(other));
    expect(Buffer.compare(await store.get('run-1/abc'), bytes)).toBe(0);
    await store.remove('run-1/abc');
    await store.remove('run-1/abc');
    await expect(store.get('run-1/abc')).rejects.toThrow(/^cluster: /);
  });

  it('holds values that are too large for the database, with their checksums', async () => {
    const store = await open();
    const bytes = new Uint8Array(LARGEST + 1).fill(7);
    const placed = await placeValue(parts(store), '3', 'large', bytes);
    expect(placed).toMatchObject({ value: null, reference: expect.stringMatching(/^run-3\/[0-9a-f]{64}$/) });
    expect(Buffer.compare(await fetchValue(parts(store), 'large', placed), bytes)).toBe(0);
    await expect(fetchValue(parts(undefined), 'large', placed)).rejects.toThrow(
      '"large" is in a store for large values; set UNBRAID_STORE',
    );
    const wrong = { ...placed, sha256: sha256Of(Uint8Array.of(1)) };
    await expect(fetchValue(parts(store), 'large', wrong)).rejects.toThrow('the value of "large" is damaged');
    await store.remove(placed.reference!);
  });
}

it('a value that is damaged is told from one that is gone', async () => {
  const none = { store: undefined };
  const damaged = { value: Uint8Array.of(1), reference: null, sha256: sha256Of(Uint8Array.of(2)) };
  await expect(fetchValue(none, 'a', damaged)).rejects.toThrow(DamagedError);
  await expect(fetchValue(none, 'a', { ...damaged, value: null })).rejects.not.toBeInstanceOf(DamagedError);
});

describe('a folder as a store', () => {
  storeSuite(async () => (await openStore(join(temporaryFolder(), 'shared'), {}))!);

  it('is also given as an address, and leaves nothing behind but values', async () => {
    const folder = join(temporaryFolder(), 'with space');
    const store = (await openStore(pathToFileURL(folder).href, {}))!;
    await Promise.all([1, 2, 3].map(() => store.put('run-1/a', Uint8Array.of(1), sha256Of(Uint8Array.of(1)))));
    expect(readdirSync(join(folder, 'run-1'))).toEqual(['a']);
    expect([...readFileSync(join(folder, 'run-1', 'a'))]).toEqual([1]);
  });

  it('says where it can’t be written', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const store = (await openStore(file, {}))!;
    await expect(store.put('run-1/a', Uint8Array.of(1), sha256Of(Uint8Array.of(1)))).rejects.toThrow(
      /^cluster: cannot write .*ENOTDIR/,
    );
    expect(existsSync(file)).toBe(true);
  });
});

describe('the address of a store', () => {
  it('may be none', async () => {
    expect(await openStore(undefined, {})).toBeUndefined();
    expect(await openStore('', {})).toBeUndefined();
  });
  it.each(['http://host/bucket', 's3:///prefix', 'file://host/folder'])('%s is refused', async (text) => {
    await expect(openStore(text, {})).rejects.toThrow(`cluster: "${text}" is no store; give a folder`);
  });
  it('of S3 asks for keys', async () => {
    await expect(openStore('s3://bucket/prefix', {})).rejects.toThrow(
      'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  });
});

const weed = findSeaweed();
describe('SeaweedFS as a store', () => {
  if (weed === undefined) {
    it.skip(NEEDS_SEAWEED, () => undefined);
    return;
  }
  let server: TestSeaweed;
  beforeAll(async () => {
    server = await startSeaweed(weed);
  }, 60_000);
  afterAll(() => server?.stop());
  storeSuite(async () => (await openStore('s3://values/some/prefix', server.environment))!);

  it('says what it answers to a wrong key, and where nobody answers', async () => {
    const wrong = (await openStore('s3://values', { ...server.environment, AWS_SECRET_ACCESS_KEY: 'wrong' }))!;
    await expect(wrong.get('run-1/a')).rejects.toThrow(/^cluster: the store answered GET http:.* with 403: /);
    const away = (await openStore('s3://values', {
      ...server.environment,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}`,
    }))!;
    await expect(away.get('run-1/a')).rejects.toThrow(
      /^cluster: the store at http:\/\/127.0.0.1:\d+ can't be reached: .*ECONNREFUSED/,
    );
  });
});
