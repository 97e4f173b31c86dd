import { stat } from 'node:fs/promises';
import { InputError } from '@unbraid/checks';
import { createNpyBlocks, freeBytes, type NpyBlocksWriter, npyBytesOf } from '@unbraid/data';
import { UsageError } from '@unbraid/experiment';
import { hashOf } from '../../hash.ts';
import type { KernelSettings } from '../settings.ts';
import type { KernelPlan } from './plan.ts';

/** The file that a kernel goes to, opened when it is first needed: where only blocks are computed it never is. */
export interface KernelFile {
  open(): Promise<NpyBlocksWriter>;
  close(): Promise<void>;
}

/** @param blocks how many there are */
export function kernelFile(settings: KernelSettings, seed: number, plan: KernelPlan, blocks: number): KernelFile {
  let opened: Promise<NpyBlocksWriter> | undefined;
  const { file, ...what } = settings;
  const about = hashOf(new TextEncoder().encode(JSON.stringify({ what, seed, plan })));
  return {
    open() {
      opened ??= createNpyBlocks(file, {
        rows: plan.rows,
        columns: plan.rows,
        dtype: settings.dtype,
        blocks,
        symmetric: true,
        about: `unbraid inspect --kernel, SHA-256 of what it is of: ${about}`,
      });
      return opened;
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}

/**
 * What a kernel will take, in a sentence.
 * @throws {UsageError} where the file, or one that was begun for it, is there
 * @throws {InputError} `file`, where it doesn't fit on its disk, or its folder isn't there
 */
export async function roomFor({ file, dtype }: KernelSettings, rows: number): Promise<string> {
  for (const [path, what] of [
    [file, 'is there already; delete it, or choose another name'],
    [`${file}.part`, 'is there: a run began it; resume that run, or delete the file'],
  ] as const) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw new UsageError(`inspect: ${path} ${what}`);
  }
  const [bytes, free] = [npyBytesOf(dtype, rows, rows), await freeBytes(file)];
  const needs = `${shown(bytes)} (${rows.toLocaleString('en')} × ${rows.toLocaleString('en')} of ${dtype})`;
  if (bytes > free)
    throw new InputError(
      'file',
      `inspect: ${file} takes ${needs}, and ${shown(free)} are free on its disk; free some, or choose another disk`,
    );
  return `${file} takes ${needs}; ${shown(free)} are free on its disk.`;
}

const shown = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toPrecision(3)} MB` : `${Number((bytes / 1e9).toPrecision(3))} GB`;
