import type { Fingerprint } from '../datasets/dataset.ts';
import { type Outcome, refused, retry } from './outcome.ts';
import { appendToPart, type PartFile, partDigest, restartPart } from './part-file.ts';
import { readResponse } from './response.ts';
import { type StallTimer, startStallTimer } from './stall-timer.ts';

/** An address, and the validator of the version that it last served. */
export interface Source {
  readonly url: string;
  etag?: string;
}

export interface AttemptOptions {
  readonly signal?: AbortSignal | undefined;
  /** An attempt that receives nothing for so many milliseconds is broken off. */
  readonly stallMs: number;
  readonly onReceived: (bytes: number) => void;
}

/**
 * Asks an address for what `part` lacks, adds what comes, and checks the whole.
 *
 * @throws the reason of the abort signal, or where the part cannot be written.
 */
export async function attempt(
  source: Source,
  part: PartFile,
  expected: Fingerprint,
  options: AttemptOptions,
): Promise<Outcome> {
  const resumed = part.received > 0;
  if (part.received < expected.bytes) {
    const broken = await fetchRest(source, part, expected.bytes, options);
    if (broken) return broken;
  }
  const digest = partDigest(part);
  if (digest === expected.sha256) return { kind: 'complete' };
  await restartPart(part);
  const reason = `its content has SHA-256 ${digest}, expected ${expected.sha256}`;
  // What an earlier attempt left may be of another version of the file; a fresh download tells.
  return resumed ? retry(reason) : refused(reason);
}

/** Undefined where the part has all its bytes afterwards. */
async function fetchRest(
  source: Source,
  part: PartFile,
  total: number,
  options: AttemptOptions,
): Promise<Outcome | undefined> {
  const stall = startStallTimer(options.stallMs, options.signal);
  try {
    const { value: response, failure } = await tried(
      () => fetch(source.url, { headers: requestHeaders(source, part), signal: stall.signal }),
      options.signal,
    );
    if (!response) return failure;
    const verdict = readResponse(response, part.received, total);
    if (verdict.kind === 'other') {
      if (verdict.restart) await restartPart(part);
      return verdict.outcome;
    }
    rememberVersion(source, response);
    if (verdict.offset === 0) await restartPart(part);
    return response.body ? await receive(response.body, part, total, stall, options) : retry('the answer has no body');
  } finally {
    stall.stop();
  }
}

async function receive(
  body: ReadableStream<Uint8Array>,
  part: PartFile,
  total: number,
  stall: StallTimer,
  options: AttemptOptions,
): Promise<Outcome | undefined> {
  const reader = body.getReader();
  for (;;) {
    stall.touch();
    const { value: read, failure } = await tried(() => reader.read(), options.signal);
    if (!read) return failure;
    if (!read.value) break;
    if (part.received + read.value.length > total) {
      await restartPart(part);
      return refused(`it is longer than the expected ${total} bytes`);
    }
    await appendToPart(part, read.value);
    options.onReceived(part.received);
  }
  return part.received === total ? undefined : retry(`it ended after ${part.received} of ${total} bytes`);
}

function requestHeaders(source: Source, part: PartFile): Record<string, string> {
  // Without identity, a server may pack the file again and ranges would count the packed bytes.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (part.received > 0) {
    headers.range = `bytes=${part.received}-`;
    if (source.etag) headers['if-range'] = source.etag;
  }
  return headers;
}

/** If-Range takes strong validators only (RFC 9110, 13.1.5). Without one the checksum of the whole decides. */
function rememberVersion(source: Source, response: Response): void {
  const etag = response.headers.get('etag');
  if (etag?.startsWith('"')) source.etag = etag;
  else delete source.etag;
}

/** The value of a network call, or its failure as a reason to retry. The caller's own abort is thrown. */
async function tried<T>(
  call: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<{ value: T; failure?: undefined } | { value?: undefined; failure: Outcome }> {
  try {
    return { value: await call() };
  } catch (error) {
    signal?.throwIfAborted();
    return { failure: retry(networkReason(error)) };
  }
}

/** `fetch` says "fetch failed" or "terminated" and keeps why in the cause. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? networkReason(error.cause) : error.message || error.name;
}
