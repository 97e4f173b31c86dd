import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publintComplaints, typeComplaints } from './inspect.ts';
import { packAll } from './pack.ts';
import { root } from './repository.ts';

// `npm run publish:check [-- FOLDER]`: looks at the tarballs in a folder as they would be published; without one it packs them itself.
const [given] = process.argv.slice(2);
const folder = given === undefined ? join(root, 'release/out/tarballs') : resolve(given);
if (given === undefined) packAll(folder);
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
