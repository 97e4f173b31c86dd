import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  type FileServer,
  silentAfter,
  startFileServer,
  status,
  whole,
  withoutLength,
  withoutRanges,
} from '../../test/file-server.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { sha256 } from '../sha256.ts';
import { type DownloadProgress, download } from './download.ts';

const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % 251);
const other = content.map((byte) => byte ^ 1);
const quick = { retryMs: 1 };

async function served(...answers: readonly [Answer, ...Answer[]]) {
  const server = await startFileServer(...answers);
  const folder = temporaryFolder();
  const path = join(folder, 'file.bin');
  const file = { name: 'file.bin', bytes: content.length, sha256: sha256(content), urls: [server.url] as [string] };
  return { server, folder, path, file };
}

/** Makes the server break off once `received` bytes are here, for each of the given numbers. */
function dropAt(server: FileServer, ...points: number[]) {
  const onProgress = ({ received }: DownloadProgress) => {
    if (points.includes(received)) server.drop();
  };
  return { ...quick, onProgress };
}

function expectWhole({ folder, path }: { folder: string; path: string }): void {
  expect(sha256(readFileSync(path))).toBe(sha256(content));
  expect(readdirSync(folder)).toEqual(['file.bin']);
}

test('a file arrives whole, with its progress, and nothing else is left', async () => {
  const it = await served(whole(content));
  const progress: DownloadProgress[] = [];
  await download(it.file, it.path, { onProgress: (step) => progress.push(step) });
  expectWhole(it);
  expect(progress.at(-1)).toEqual({ file: 'file.bin', received: 200_000, total: 200_000 });
  expect(it.server.requests).toHaveLength(1);
});

test('folders are made on the way', async () => {
  const it = await served(whole(content));
  await download(it.file, join(it.folder, 'new', 'deep', 'file.bin'));
  expect(readdirSync(join(it.folder, 'new', 'deep'))).toEqual(['file.bin']);
});

test('a server that does not say the length is believed by the content', async () => {
  const it = await served(withoutLength(content));
  await download(it.file, it.path);
  expectWhole(it);
});

describe('a download that breaks in the middle', () => {
  test('goes on where it broke', async () => {
    const it = await served(silentAfter(content, 70_000), silentAfter(content, 50_000), whole(content));
    await download(it.file, it.path, dropAt(it.server, 70_000, 120_000));
    expectWhole(it);
    expect(it.server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=70000-', 'bytes=120000-']);
  });

  test('names the version it has where the server gave a strong entity tag', async () => {
    const it = await served(silentAfter(content, 70_000, '"v1"'), whole(content, '"v1"'));
    await download(it.file, it.path, dropAt(it.server, 70_000));
    expectWhole(it);
    expect(it.server.requests[1]).toMatchObject({ range: 'bytes=70000-', 'if-range': '"v1"' });
  });

  test('does not send a weak entity tag', async () => {
    const it = await served(silentAfter(content, 70_000, 'W/"v1"'), whole(content, 'W/"v1"'));
    await download(it.file, it.path, dropAt(it.server, 70_000));
    expect(it.server.requests[1]?.['if-range']).toBeUndefined();
  });

  test('starts over where the server has a new version', async () => {
    const it = await served(silentAfter(other, 70_000, '"v1"'), whole(content, '"v2"'));
    await download(it.file, it.path, dropAt(it.server, 70_000));
    expectWhole(it);
  });

  test('starts over where the server ignores ranges', async () => {
    const it = await served(silentAfter(content, 70_000), withoutRanges(content));
    await download(it.file, it.path, dropAt(it.server, 70_000));
    expectWhole(it);
  });

  test('goes on in a later call', async () => {
    const it = await served(silentAfter(content, 70_000), whole(content));
    const once = { ...dropAt(it.server, 70_000), attempts: 1 };
    await expect(download(it.file, it.path, once)).rejects.toThrow('(attempt 1 of 1)');
    expect(readdirSync(it.folder)).toEqual(['file.bin.part']);
    await download(it.file, it.path);
    expectWhole(it);
    expect(it.server.requests[1]?.range).toBe('bytes=70000-');
  });

  test('gives up after the given number of attempts and says where it stood', async () => {
    const it = await served(silentAfter(content, 1000));
    const always = { ...quick, onProgress: it.server.drop, attempts: 3 };
    await expect(download(it.file, it.path, always)).rejects.toThrow(
      /^data: cannot download file\.bin: http:\S+: .* \(attempt 3 of 3\)\. To put it there by hand, save it as \S+/,
    );
    expect(it.server.requests).toHaveLength(3);
  });
});

describe('what an earlier download left', () => {
  test('is used without a request where it is the whole file', async () => {
    const it = await served(status(500));
    writeFileSync(`${it.path}.part`, content);
    await download(it.file, it.path);
    expectWhole(it);
    expect(it.server.requests).toHaveLength(0);
  });

  test.each([
    ['of another version', other.subarray(0, 500)],
    ['of the right size with wrong content', other],
    ['longer than the file', new Uint8Array(200_001)],
  ])('is given up where it is %s', async (_, left) => {
    const it = await served(whole(content));
    writeFileSync(`${it.path}.part`, left);
    await download(it.file, it.path, quick);
    expectWhole(it);
  });

  test('is given up where the server cannot go on from it', async () => {
    const it = await served(status(416), whole(content));
    writeFileSync(`${it.path}.part`, content.subarray(0, 500));
    await download(it.file, it.path, quick);
    expectWhole(it);
    expect(it.server.requests[1]?.range).toBeUndefined();
  });
});

describe('a wrong file', () => {
  test('is refused by its content and not left under any name', async () => {
    const it = await served(whole(other));
    await expect(download(it.file, it.path, quick)).rejects.toThrow(
      `data: cannot download file.bin: ${it.server.url}: its content has SHA-256 ${sha256(other)}, expected ${sha256(content)}. To put it there by hand, save it as ${it.path} (200000 bytes, SHA-256 ${sha256(content)})`,
    );
    expect(readdirSync(it.folder)).toEqual([]);
    expect(it.server.requests).toHaveLength(1);
  });

  test('is refused by the length that the server announces', async () => {
    const it = await served(whole(content.subarray(0, 199_999)));
    await expect(download(it.file, it.path, quick)).rejects.toThrow('announces 199999 bytes, expected 200000');
    expect(readdirSync(it.folder)).toEqual([]);
  });

  test('is refused as soon as it is longer than it should be', async () => {
    const it = await served(withoutLength(new Uint8Array(200_001)));
    await expect(download(it.file, it.path, quick)).rejects.toThrow('it is longer than the expected 200000 bytes');
    expect(readdirSync(it.folder)).toEqual([]);
  });

  test('that is shorter than expected without saying so is tried again, then refused', async () => {
    const it = await served(withoutLength(content.subarray(0, 5)), status(416));
    await expect(download(it.file, it.path, { ...quick, attempts: 2 })).rejects.toThrow(
      'data: cannot download file.bin',
    );
    expect(readdirSync(it.folder)).toEqual([]);
  });
});

describe('a server', () => {
  test('without the file is asked once', async () => {
    const it = await served(status(404));
    await expect(download(it.file, it.path, quick)).rejects.toThrow(`${it.server.url}: HTTP 404 Not Found.`);
    expect(it.server.requests).toHaveLength(1);
    expect(readdirSync(it.folder)).toEqual([]);
  });

  test('in trouble is asked again', async () => {
    const it = await served(status(500), status(503, { 'retry-after': '0' }), status(429), whole(content));
    await download(it.file, it.path, quick);
    expectWhole(it);
    expect(it.server.requests).toHaveLength(4);
  });

  test('that keeps silent is left and asked again', async () => {
    const it = await served(silentAfter(content, 70_000), whole(content));
    await download(it.file, it.path, { ...quick, stallMs: 300 });
    expectWhole(it);
    expect(it.server.requests.length).toBeGreaterThan(1);
  });

  test('that fails is followed by the next address', async () => {
    const it = await served(whole(content));
    const missing = await startFileServer(status(404));
    await download({ ...it.file, urls: [missing.url, it.server.url] }, it.path, quick);
    expectWhole(it);
  });

  test('that is not there is named with every other address and its reason', async () => {
    const it = await served(status(404));
    const urls: [string, string] = ['http://127.0.0.1:1/file', it.server.url];
    await expect(download({ ...it.file, urls }, it.path, { ...quick, attempts: 2 })).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1\/file: .+ \(attempt 2 of 2\); http:\S+: HTTP 404 Not Found\. To put it there by hand/,
    );
  });
});

describe('an abort', () => {
  test('before the start asks nobody', async () => {
    const it = await served(whole(content));
    await expect(download(it.file, it.path, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    expect(it.server.requests).toHaveLength(0);
  });

  test('in the middle throws its reason and keeps what was received for the next call', async () => {
    const it = await served(silentAfter(content, 70_000), whole(content));
    const controller = new AbortController();
    const onProgress = ({ received }: DownloadProgress) => received === 70_000 && controller.abort(new Error('enough'));
    await expect(download(it.file, it.path, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    expect(readdirSync(it.folder)).toEqual(['file.bin.part']);
    await download(it.file, it.path);
    expectWhole(it);
  });

  test('while waiting for another attempt throws at once', async () => {
    const it = await served(status(500));
    const signal = AbortSignal.timeout(100);
    await expect(download(it.file, it.path, { signal, retryMs: 3_600_000 })).rejects.toThrow('timeout');
    expect(readdirSync(it.folder)).toEqual([]);
  });
});

test('many callers at once make one request', async () => {
  const it = await served(whole(content));
  await Promise.all(Array.from({ length: 5 }, () => download(it.file, it.path)));
  expectWhole(it);
  expect(it.server.requests).toHaveLength(1);
});

test('a folder that cannot be made is named', async () => {
  const it = await served(whole(content));
  writeFileSync(join(it.folder, 'cache'), 'a file');
  await expect(download(it.file, join(it.folder, 'cache', 'mnist', 'file.bin'))).rejects.toThrow(
    `data: cannot make the folder ${join(it.folder, 'cache', 'mnist')}: a part of`,
  );
});

test('a place that cannot be written is named', async () => {
  const it = await served(whole(content));
  mkdirSync(`${it.path}.part`);
  await expect(download(it.file, it.path)).rejects.toThrow(`data: cannot write ${it.path}.part: it is a folder`);
});
