import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { callback, checkSettings, count, finite, having, InputError } from '@unbraid/checks';
import { makeFolder } from '@unbraid/checks/node';
import * as z from 'zod';
import type { PublishedFile } from '../datasets/dataset.ts';
import { type AttemptOptions, attempt, type Source } from './attempt.ts';
import { withLock } from './lock.ts';
import { finishPart, leavePart, openPart, type PartFile } from './part-file.ts';

/** How far a download has come, in bytes. */
export interface DownloadProgress {
  /** The file's name. */
  readonly file: string;
  /** Bytes received so far, those of an earlier broken download included. */
  readonly received: number;
  readonly total: number;
}

/** How a file is downloaded. */
export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Attempts at each address; 5 unless given. */
  readonly attempts?: number | undefined;
  /** Milliseconds before the second attempt, doubled before each further one; 500 unless given. */
  readonly retryMs?: number | undefined;
  /** Milliseconds without data after which an attempt is broken off; 30,000 unless given. */
  readonly stallMs?: number | undefined;
}

/** What `DownloadOptions` are, for the schemas of those that take them among others. */
export const downloadSettings = {
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'addEventListener').optional(),
  onProgress: callback<(progress: DownloadProgress) => void>().optional(),
  attempts: count().optional(),
  retryMs: finite({ min: 0 }).optional(),
  stallMs: finite({ above: 0 }).optional(),
};

/**
 * Downloads a published file to `path`, which appears only once its size and SHA-256 are right. Folders are made.
 *
 * A download that breaks goes on where it stopped, in this call or a later one, from `PATH.part`. Addresses are tried
 * in turn. Of several processes that want the file one downloads it and the others wait (`PATH.lock`).
 *
 * @throws one line with each address and why it failed, the expected size and SHA-256, and how to put the file there
 *   by hand; the abort signal's reason; or why the folder cannot be written.
 */
export async function download(file: PublishedFile, path: string, options: DownloadOptions = {}): Promise<void> {
  checkSettings('data: download', z.object(downloadSettings), options);
  options.signal?.throwIfAborted();
  await makeFolder(dirname(path));
  const work = async () => {
    const doneByAnother = await stat(path).catch(() => undefined);
    if (!doneByAnother) await downloadUnderLock(file, path, options);
  };
  await withLock(`${path}.lock`, work, { signal: options.signal });
}

async function downloadUnderLock(file: PublishedFile, path: string, options: DownloadOptions): Promise<void> {
  const part = await openPart(`${path}.part`, file.bytes);
  try {
    const failures: string[] = [];
    for (const url of file.urls) {
      const failure = await downloadFrom({ url }, file, part, options);
      if (failure === undefined) return await finishPart(part, path);
      failures.push(`${url}: ${failure}`);
    }
    throw new InputError(
      'file',
      `data: cannot download ${file.name}: ${failures.join('; ')}. To put it there by hand, save it as ${path} (${file.bytes} bytes, SHA-256 ${file.sha256})`,
    );
  } finally {
    await leavePart(part);
  }
}

/** Undefined where the part is the whole file afterwards, else why this address failed. */
async function downloadFrom(
  source: Source,
  file: PublishedFile,
  part: PartFile,
  options: DownloadOptions,
): Promise<string | undefined> {
  const { signal, onProgress, attempts = 5, retryMs = 500, stallMs = 30_000 } = options;
  const onReceived = (received: number) => onProgress?.({ file: file.name, received, total: file.bytes });
  const attemptOptions: AttemptOptions = { signal, stallMs, onReceived };
  for (let n = 1; ; n++) {
    const outcome = await attempt(source, part, file, attemptOptions);
    if (outcome.kind === 'complete') return undefined;
    if (outcome.kind === 'refused') return outcome.reason;
    if (n >= attempts) return `${outcome.reason} (attempt ${n} of ${attempts})`;
    await delay(outcome.waitMs ?? retryMs * 2 ** (n - 1), undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
