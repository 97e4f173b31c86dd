import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ORT_SOURCES, type OrtSource, wheelTag } from './ort-sources.ts';
import { readZip } from './read-zip.ts';
import { sha256 } from './sha256.ts';
import { obtainWheel } from './wheels.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A wheel of a few bytes. */
const bytes = Buffer.from('a wheel');
const source: OrtSource = { ...ORT_SOURCES[0]!, wheel: { ...ORT_SOURCES[0]!.wheel, sha256: sha256(bytes) } };
const { file } = source.wheel;

/** An index of Python's packages on this machine, whose file is elsewhere, as such indexes have it. */
async function index(content: Buffer, name = file): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/simple/onnxruntime/')
      response.end(
        `<a href="../../files/other-1.0.whl">other</a>\n<a data-x="1" href="../../files/${name}#sha256=00">${name}</a>`,
      );
    else if (request.url === `/files/${name}`) response.end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`;
}

test('a wheel is loaded from an index, checked and kept', async () => {
  const folder = join(temporaryFolder(), 'wheels');
  expect(await obtainWheel(source, { folder, index: await index(bytes) })).toEqual(bytes);
  expect(readdirSync(folder)).toEqual([file]);
  // The second time nothing is asked.
  expect(await obtainWheel(source, { folder, index: 'http://127.0.0.1:1/' })).toEqual(bytes);
});

test('another wheel than was pinned is refused, from an index and from a folder, and not kept', async () => {
  const folder = temporaryFolder();
  const address = await index(Buffer.from('another'));
  await expect(obtainWheel(source, { folder, index: address })).rejects.toThrow(
    `release: ${file} has the SHA-256 ${sha256(Buffer.from('another'))}, not ${source.wheel.sha256}`,
  );
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(join(folder, file), 'damaged');
  await expect(obtainWheel(source, { folder })).rejects.toThrow('not what was pinned');
});

test('an index without the wheel, that refuses, or that isn’t there is named', async () => {
  const address = await index(bytes, 'onnxruntime-1.30.0-another.whl');
  await expect(obtainWheel(source, { index: address })).rejects.toThrow(`${address}onnxruntime/ has no ${file}`);
  await expect(obtainWheel(source, { index: `${address}none` })).rejects.toThrow('answers 404');
  await expect(obtainWheel(source, { index: 'http://127.0.0.1:1' })).rejects.toThrow("can't be reached");
});

test('without Python and without an index one line says what to do', async () => {
  await expect(obtainWheel(source, { python: 'no-such-python' })).rejects.toThrow(
    `release: ${file} can't be downloaded by no-such-python -m pip; give a folder that has it (UNBRAID_WHEELS)`,
  );
});

test('a wheel’s name says for which machines it is', () => {
  expect(ORT_SOURCES.map(wheelTag)).toEqual([
    'manylinux_2_28_x86_64',
    'manylinux_2_28_aarch64',
    'macosx_14_0_arm64',
    'win_amd64',
    'win_arm64',
  ]);
});

test('members of a zip archive are read, and one that is missing is named', async () => {
  // Of Python's zipfile, with a member that is deflated and one that is stored.
  const archive = Buffer.from(
    [
      'UEsDBBQAAAAIAAAAIVxVZbSJBgAAAEAAAAAFAAAAYS50eHRLTKQMAABQSwMEFAAAAAAAAAAhXG/fuQYBAAAAAQAAAAcAAABiL2MudHh0Y1BLAQ',
      'IUAxQAAAAIAAAAIVxVZbSJBgAAAEAAAAAFAAAAAAAAAAAAAACAAQAAAABhLnR4dFBLAQIUAxQAAAAAAAAAIVxv37kGAQAAAAEAAAAHAAAAAAAA',
      'AAAAAACAASkAAABiL2MudHh0UEsFBgAAAAACAAIAaAAAAE8AAAAAAA==',
    ].join(''),
    'base64',
  );
  const found = await readZip(archive, ['a.txt', 'b/c.txt']);
  expect([...found].map(([name, content]) => [name, content.toString()])).toEqual([
    ['a.txt', 'a'.repeat(64)],
    ['b/c.txt', 'c'],
  ]);
  await expect(readZip(archive, ['d.txt'])).rejects.toThrow('release: the archive has no d.txt');
});
