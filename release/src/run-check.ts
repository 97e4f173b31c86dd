import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPackages } from './check.ts';
import { reportOf } from './report.ts';
import { wheelOptions } from './wheel-options.ts';

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, wheels: { type: 'string' }, index: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'unbraid-pack-check-'));
try {
  const outcome = await checkPackages(folder, { all: values.all, ...wheelOptions(values) });
  const { text, well } = reportOf(outcome, process.platform);
  console.log(text);
  if (!well) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
