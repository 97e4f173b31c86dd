import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How the server answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileServer {
  readonly url: string;
  /** The headers of each request so far. */
  readonly requests: readonly IncomingMessage['headers'][];
  /** Breaks off what it is sending. */
  readonly drop: () => void;
}

/**
 * A loopback server, closed when the running test ends. It gives the answers in turn and repeats the last one.
 */
export async function startFileServer(...answers: readonly [Answer, ...Answer[]]): Promise<FileServer> {
  const requests: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    const answer = answers[requests.length] ?? answers.at(-1)!;
    requests.push(request.headers);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/file`, requests, drop: () => server.closeAllConnections() };
}

/** The file, or the range of it that is asked for and, with an entity tag, still the same version. */
export function whole(content: Uint8Array, etag?: string): Answer {
  return (request, response) => {
    const start = firstByte(request);
    const stale = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
    if (etag) response.setHeader('etag', etag);
    if (start === 0 || stale) return send(response, 200, content, content.length);
    response.setHeader('content-range', contentRange(content, start));
    send(response, 206, content.subarray(start), content.length - start);
  };
}

/** The whole file whatever range is asked for. */
export function withoutRanges(content: Uint8Array): Answer {
  return (_, response) => send(response, 200, content, content.length);
}

/** Announces the whole file, or the range that is asked for, sends the first `bytes` of it and then keeps silent. */
export function silentAfter(content: Uint8Array, bytes: number, etag?: string): Answer {
  return (request, response) => {
    const start = firstByte(request);
    if (etag) response.setHeader('etag', etag);
    if (start > 0) response.setHeader('content-range', contentRange(content, start));
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': content.length - start });
    response.write(content.subarray(start, start + bytes));
  };
}

/** A status and nothing of use. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(code, headers);
    response.end('nothing here');
  };
}

/** The file without saying how long it is. */
export function withoutLength(content: Uint8Array): Answer {
  return (_, response) => {
    response.writeHead(200);
    response.write(content);
    response.end();
  };
}

function firstByte(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

function contentRange(content: Uint8Array, start: number): string {
  return `bytes ${start}-${content.length - 1}/${content.length}`;
}

function send(response: ServerResponse, code: number, body: Uint8Array, length: number): void {
  response.writeHead(code, { 'content-length': length });
  response.end(body);
}
