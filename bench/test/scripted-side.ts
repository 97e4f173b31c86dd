import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SideCommand } from '../src/side.ts';

/**
 * A side that answers with the lines of `replies`, in turn, and ends when they do. `STEPS` in a reply becomes the steps
 * that the request asks for.
 */
export async function scriptedSide(replies: readonly string[], program = process.execPath): Promise<SideCommand> {
  const script = join(await mkdtemp(join(tmpdir(), 'unbraid-side-')), 'side.mjs');
  await writeFile(
    script,
    `import { createInterface } from 'node:readline';
     console.error('about to answer', process.env.OMP_NUM_THREADS, process.env.OPENBLAS_CORETYPE);
     const replies = ${JSON.stringify(replies)};
     for await (const request of createInterface({ input: process.stdin })) {
       if (replies.length === 0) process.exit(3);
       console.log(replies.shift().replace('STEPS', JSON.parse(request).options?.steps));
     }`,
  );
  return { name: 'a side', program, script, task: { file: 'x' } };
}

/** A reply to `prepare`. */
export const PREPARED = JSON.stringify({ prepared: { version: 'peer 1.0', losses: [1, 2] } });

/** A reply to `run`. */
export function ran(milliseconds: number, peakBytes = 1e6): string {
  return JSON.stringify({ ran: { milliseconds, peakBytes, figures: { accuracy: milliseconds } } });
}
