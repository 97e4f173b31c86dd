import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunLog, type RunLog } from '@unbraid/lab';
import type { ByteTarget } from '../target.ts';

const line = (record: object) => `${JSON.stringify(record)}\n`;
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Numbers from 0 to before `below` that follow from the bytes. */
function numbersOf(bytes: Uint8Array): (below: number) => number {
  let state = createHash('sha256').update(bytes).digest();
  let at = 0;
  return (below) => {
    if (at + 4 > state.length) {
      state = createHash('sha256').update(state).digest();
      at = 0;
    }
    at += 4;
    return state.readUInt32LE(at - 4) % below;
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a reader that sees the file once, whole, makes of its lines. */
function linesIn(content: Uint8Array): (Record<string, unknown> | undefined)[] {
  const found: (Record<string, unknown> | undefined)[] = [];
  let begin = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, begin)) {
    found.push(objectIn(decoder.decode(content.subarray(begin, end))));
    begin = end + 1;
  }
  return found;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  // Many lines are empty, and an error takes long.
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function check(log: RunLog, content: Uint8Array): Promise<void> {
  await log.advance();
  const expected = linesIn(content);
  assert.equal(log.columns.lines(), expected.length);
  assert.equal(log.offset(), content.lastIndexOf(10) + 1);
  const from = Math.max(0, expected.length - 1000);
  const { lines, total, end } = await log.page(from, 1001);
  assert.equal(total, expected.length);
  assert.equal(lines.length, expected.length - from);
  if (expected.length > 0) assert.equal(end, log.offset());
  for (const [i, record] of expected.slice(from).entries()) {
    if (record === undefined) assert.ok('unreadable' in lines[i]!);
    else
      assert.deepEqual(
        Object.keys(lines[i]!).sort(),
        Object.keys(record)
          .filter((key) => record[key] !== null)
          .sort(),
      );
  }
  for (const { lines: own, numbers } of log.columns.all()) assert.equal(own.length, numbers.length);
}

/** The lines of a run that is watched: written in pieces of any length, cut, written anew and put in another's place meanwhile. */
export const labLines: ByteTarget = {
  name: 'lab-lines',
  // It is read from its beginning up to nine times, and compared.
  limitMs: 4000,
  seeds: () => [
    bytesOf([0, 1, 2, 3].map((step) => line({ step, loss: 1 / (1 + step), network: 'größer' })).join('')),
    bytesOf(`${line({ loss: 'NaN', deep: { a: [1] }, nothing: null })}{"__proto__":1}\n${line({ a: true })}{"half":`),
    bytesOf(`\n\n[1]\nno JSON\n"text"\n${line({})}`),
  ],
  async run(bytes) {
    const folder = await mkdtemp(join(tmpdir(), 'unbraid-fuzz-lab-'));
    try {
      const path = join(folder, 'metrics.jsonl');
      const below = numbersOf(bytes);
      const log = openRunLog(folder);
      let content: Uint8Array = new Uint8Array(0);
      await check(log, content);
      for (let step = 0; step < 8; step++) {
        const kind = below(6);
        if (kind < 3) {
          const piece = bytes.subarray(below(bytes.length + 1)).subarray(0, 1 + below(200));
          await appendFile(path, piece);
          content = Buffer.concat([content, piece]);
        } else if (kind === 3) {
          content = content.subarray(0, below(content.length + 1));
          await writeFile(path, '', { flag: 'a' });
          await truncate(path, content.length);
        } else if (kind === 4) {
          // As a run that is resumed: from its beginning, and longer perhaps than before. Only its first bytes and the last that were read tell; whoever knows says so.
          content = bytes.slice(below(bytes.length + 1));
          await writeFile(path, content);
          log.forget();
        } else {
          content = bytes.slice();
          await writeFile(`${path}.new`, content);
          await rename(`${path}.new`, path);
        }
        if (below(4) > 0) await check(log, content);
        // What was cut and filled up again between two looks is told in the same way.
        else log.forget();
      }
      await check(log, content);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
