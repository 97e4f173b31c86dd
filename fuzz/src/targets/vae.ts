import assert from 'node:assert/strict';
import { join } from 'node:path';
import { encodeSafetensors } from '@unbraid/data';
import { createVae, loadVae, type Vae } from '@unbraid/dynamic-vae';
import { layoutOf } from '@unbraid/graph';
import { heUniform, initialize, param } from '@unbraid/nn';
import { anyOf } from '../any-of.ts';
import type { FolderTarget } from '../target.ts';

const FILE = 'vae.safetensors';

/** A network of few parameters; its functions are never called. */
const small: Vae = {
  ...createVae({ image: { channels: 1, size: 32 }, latent: 2, architecture: 'dense' }),
  params: { encoder: { weight: param([3, 2], heUniform) }, decoder: { bias: param([4], heUniform) } },
};

/** As `saveVae` writes it; settings that describe another network reach the code that makes one of them. */
function saved(network: 'own' | 'of the settings'): Uint8Array {
  const params = initialize(small, 1);
  const tensors = layoutOf(small.params, 'params').leaves.map(({ path, shape, offset, size }) => {
    return [path, { dtype: 'F32', shape, data: params.slice(offset, offset + size) }] as const;
  });
  const metadata = { format: 'unbraid-vae-1', settings: JSON.stringify(small.settings), network };
  return encodeSafetensors(Object.fromEntries(tensors), metadata);
}

export const vae: FolderTarget = {
  name: 'vae',
  folders: () => [{ [FILE]: saved('own') }, { [FILE]: saved('of the settings') }],
  runFolder(folder) {
    const path = join(folder, FILE);
    return anyOf([async () => check(await loadVae(path, { vae: small })), async () => check(await loadVae(path))]);
  },
};

function check({ vae: loaded, params }: Awaited<ReturnType<typeof loadVae>>): void {
  assert.equal(params.length, layoutOf(loaded.params, 'params').size);
  assert.ok(params.every(Number.isFinite));
}
