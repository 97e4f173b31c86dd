import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { foreignError } from './our-errors.ts';
import { forgetPeak, peakBytes } from './process-memory.ts';
import { type CaseResult, LIMIT_MS, memoryLimit } from './protocol.ts';
import { type Files, type FuzzTarget, ONLY_FILE, totalBytes } from './target.ts';

/** Runs one case in this process and measures it. */
export async function runCase(target: FuzzTarget, files: Files): Promise<CaseResult> {
  const limitMs = target.limitMs ?? LIMIT_MS;
  forgetPeak();
  const memoryBefore = process.memoryUsage();
  const computedBefore = process.cpuUsage();
  const error = await runTarget(target, files);
  const { user, system } = process.cpuUsage(computedBefore);
  const computingMs = (user + system) / 1000;
  const external = process.memoryUsage().external - memoryBefore.external;
  // Memory that was asked for and never touched is not resident yet, and is as good a bomb.
  const grownBytes = Math.max(0, peakBytes() - memoryBefore.rss, external);
  const finding =
    (error === undefined ? undefined : foreignError(error.thrown, target.errors)) ??
    (computingMs > limitMs ? `computed for ${Math.round(computingMs)} ms; ${limitMs} are allowed` : undefined) ??
    memoryFinding(grownBytes, totalBytes(files));
  return {
    accepted: error === undefined,
    computingMs,
    grownBytes,
    ...(error !== undefined && { thrown: String(error.thrown).slice(0, 500) }),
    ...(finding !== undefined && { finding }),
  };
}

/** What the target threw, if it did. */
async function runTarget(target: FuzzTarget, files: Files): Promise<{ thrown: unknown } | undefined> {
  const folder = 'runFolder' in target ? filledFolder(files) : undefined;
  try {
    if ('runFolder' in target) await target.runFolder(folder!, files);
    else await target.run(files[ONLY_FILE]!);
    return undefined;
  } catch (thrown) {
    return { thrown };
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function filledFolder(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-fuzz-'));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

export function memoryFinding(grownBytes: number, fileBytes: number): string | undefined {
  const limit = memoryLimit(fileBytes);
  if (grownBytes <= limit) return undefined;
  return `memory grew by ${megabytes(grownBytes)} for a file of ${fileBytes} bytes; ${megabytes(limit)} are allowed`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
