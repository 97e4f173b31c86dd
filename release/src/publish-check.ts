import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publintComplaints, typeComplaints } from './inspect.ts';
import { packAll } from './pack.ts';
import { root } from './repository.ts';

// `npm run publish:check [-- FOLDER]`: looks at the tarballs in a folder as they would be published; without one it packs them itself.
const [given] = process.argv.slice(2);
const folder = given === undefined ? await packHere() : resolve(given);
const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
if (tarballs.length === 0) throw new Error(`release: ${folder} holds no tarball`);

let count = 0;
for (const name of tarballs) {
  const path = join(folder, name);
  const complaints = [...(await publintComplaints(path)), ...(await typeComplaints(path))];
  console.log(`${name}: ${complaints.length === 0 ? 'clean' : ''}`);
  for (const complaint of complaints) console.log(`  ${complaint}`);
  count += complaints.length;
}
console.log(`${tarballs.length} packages, ${count} complaints`);
if (count > 0) process.exitCode = 1;

/** Packs what this machine can, which needs no wheel: whose library is inside says nothing of how a package is put together. */
async function packHere(): Promise<string> {
  const out = join(root, 'release/out/tarballs');
  const work = mkdtempSync(join(tmpdir(), 'unbraid-publish-'));
  try {
    rmSync(out, { recursive: true, force: true });
    await packAll(out, work, { all: false, substitute: () => {} });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return out;
}
