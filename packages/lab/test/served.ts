import { request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LabEvent } from '../src/api.ts';
import { type LabOptions, type LabServer, serveLab } from '../src/index.ts';
import { temporaryFolder } from './folders.ts';

/** A lab that is closed when the test has finished, with what asks it as a program does. */
export async function served(options: LabOptions) {
  const lab = await serveLab({ cache: join(temporaryFolder(), 'cache'), ...options });
  onTestFinished(() => lab.close());
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(lab.origin + path, { ...init, headers: { authorization: `Bearer ${lab.token}`, ...init.headers } });
  const json = async <T>(path: string, init?: RequestInit): Promise<T> => (await ask(path, init)).json() as Promise<T>;
  const send = (method: string, path: string, body?: unknown) =>
    ask(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { lab, ask, json, send };
}

/** A request with any headers, which `fetch` doesn't let one set. */
export function rawRequest(
  { origin }: Pick<LabServer, 'origin'>,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<{ readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly text: string }> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** An event as it came. */
export interface Heard {
  readonly id: string;
  readonly event: LabEvent;
}

/** Hears events until the test has finished, or `stop` is called. */
export async function listen(
  ask: (path: string, init?: RequestInit) => Promise<Response>,
  path: string,
  headers: Record<string, string> = {},
) {
  const controller = new AbortController();
  const answer = await ask(path, { headers, signal: controller.signal });
  const events: Heard[] = [];
  const stop = () => controller.abort();
  onTestFinished(stop);
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const part of answer.body!) {
      text += decoder.decode(part as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (id !== undefined) events.push({ id, event: JSON.parse(data!) as LabEvent });
      }
    }
  };
  read().catch(() => undefined);
  return { answer, events, stop };
}
