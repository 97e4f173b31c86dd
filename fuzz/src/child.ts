import { caseFiles } from './case-input.ts';
import { residentBytes } from './process-memory.ts';
import type { Assignment, Message } from './protocol.ts';
import { runCase } from './run-case.ts';
import { examples, totalBytes } from './target.ts';
import { loadTarget } from './targets/index.ts';

// The process that runs cases: one that hangs or takes too much memory can be ended from outside. Told what to do by its
// argument, an `Assignment`; answers with `Message`s.

/** Garbage is collected when there is so much more of it, so that what one case left isn't counted as another's. */
const COLLECT_BYTES = 32 * 2 ** 20;

await work(JSON.parse(process.argv[2]!) as Assignment);
process.exit(0);

async function work({ target: name, seed, first, end }: Assignment): Promise<void> {
  const target = await loadTarget(name);
  const from = await examples(target);
  // Modules and WebAssembly are loaded now, and not on a case's account.
  for (const [i, files] of from.entries()) {
    const { accepted, thrown } = await runCase(target, files);
    if (!accepted) throw new Error(`fuzz: ${name} refuses its own example ${i}: ${thrown}`);
  }
  await tell({ kind: 'ready' });
  let collectedAt = 0;
  for (let number = first; number < end; number++) {
    const files = caseFiles(target, from, { seed, number });
    if (Math.abs(residentBytes() - collectedAt) > COLLECT_BYTES) {
      globalThis.gc?.();
      collectedAt = residentBytes();
    }
    await tell({ kind: 'begin', number, fileBytes: totalBytes(files), residentBytes: residentBytes() });
    await tell({ kind: 'end', number, result: await runCase(target, files) });
  }
}

/** Waits until it is sent, so that the last words before a crash arrive. */
function tell(message: Message): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
