import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll } from './pack.ts';
import { root } from './repository.ts';
import { wheelOptions } from './wheel-options.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(root, 'release/out/tarballs') },
    all: { type: 'boolean', default: false },
    wheels: { type: 'string' },
    index: { type: 'string' },
  },
});
const work = mkdtempSync(join(tmpdir(), 'unbraid-pack-'));
try {
  const packed = await packAll(resolve(values.out), work, { all: values.all, ...wheelOptions(values) });
  for (const { file } of packed) console.log(file);
} finally {
  rmSync(work, { recursive: true, force: true });
}
