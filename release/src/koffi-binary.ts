import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './npm.ts';
import { KOFFI_VERSION, type OrtSource } from './ort-sources.ts';
import { root } from './repository.ts';
import { checkHash } from './sha256.ts';

/** koffi's binary for a platform, checked: as it is installed here, else from its package. @throws Error where it can't be had */
export async function koffiBinary({ platform, koffi }: OrtSource): Promise<Buffer> {
  const name = `@koromix/koffi-${platform}`;
  const installed = join(root, 'node_modules', name, koffi.member);
  const bytes = existsSync(installed) ? readFileSync(installed) : await fromPackage(name, koffi.member);
  checkHash(`${name}'s ${koffi.member}`, bytes, koffi.sha256);
  return bytes;
}

async function fromPackage(name: string, member: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-koffi-'));
  try {
    const printed = await npm(['pack', `${name}@${KOFFI_VERSION}`, '--json', '--pack-destination', folder], folder);
    const [{ filename } = { filename: '' }] = JSON.parse(printed) as { filename: string }[];
    const archive = join(folder, filename);
    const { status, stdout } = spawnSync('tar', ['-xzOf', archive, `package/${member}`], { maxBuffer: 2 ** 26 });
    if (status !== 0) throw new Error(`release: tar can't read ${member} in ${filename}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
