import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel, loadModel, type ModelOptions, modelNames, saveModel } from '@unbraid/gfgn';
import { layoutOf } from '@unbraid/graph';
import type { Files, FolderTarget } from '../target.ts';

const FILE = 'model.safetensors';

async function saved(options: ModelOptions): Promise<Files> {
  const { settings, params: tree } = createModel({ hidden: 4, ...options, inputs: 20, classes: 2 });
  const params = Float32Array.from({ length: layoutOf(tree, 'params').size }, (_, i) => Math.sin(i));
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-gfgn-'));
  try {
    await saveModel({ settings, params }, join(folder, FILE));
    return { [FILE]: await readFile(join(folder, FILE)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const gfgnModel: FolderTarget = {
  name: 'gfgn-model',
  folders: () =>
    Promise.all([...modelNames.map((model) => saved({ model })), saved({ model: 'gfgnGraph', gateInputs: true })]),
  async runFolder(folder) {
    const path = join(folder, FILE);
    const { settings, params } = await loadModel(path);
    assert.ok(params.every(Number.isFinite));
    assert.equal(params.length, layoutOf(createModel(settings).params, 'params').size);
    assert.ok(settings.dropout >= 0 && settings.dropout < 1 && settings.limit > 0 && Number.isFinite(settings.limit));
    await saveModel({ settings, params }, path);
    assert.deepEqual(await loadModel(path), { settings, params });
  },
};
