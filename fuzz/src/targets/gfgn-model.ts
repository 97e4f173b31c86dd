import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createModel,
  eachNode,
  gcnLayer,
  gfgnPair,
  loadModel,
  modelNames,
  modelOf,
  type NodeModel,
  networkModel,
  nodeDropout,
  nodeResidual,
  nodeSequence,
  saveModel,
} from '@unbraid/gfgn';
import { layoutOf } from '@unbraid/graph';
import { activation, layerNorm } from '@unbraid/nn';
import type { Files, FolderTarget } from '../target.ts';

const FILE = 'model.safetensors';

const SHAPE = { inputs: 20, classes: 2 };

/** Every kind of a sequence, and a model of `@unbraid/nn` in it. */
const network = nodeSequence([
  gcnLayer(SHAPE.inputs, 4),
  nodeResidual(nodeSequence({ norm: eachNode(layerNorm({ features: 4 })), pair: gfgnPair(4) })),
  nodeResidual(eachNode(activation('gelu')), eachNode(activation('tanh'))),
  nodeDropout(0.5),
  gcnLayer(4, SHAPE.classes, 2),
]);

async function saved({ settings, params: tree }: NodeModel): Promise<Files> {
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
    Promise.all([
      ...modelNames.map((model) => saved(createModel({ model, hidden: 4, ...SHAPE }))),
      saved(createModel({ model: 'gfgnGraph', gateInputs: true, ...SHAPE })),
      saved(networkModel(network, SHAPE)),
    ]),
  async runFolder(folder) {
    const path = join(folder, FILE);
    const { settings, params } = await loadModel(path);
    assert.ok(params.every(Number.isFinite));
    assert.equal(params.length, layoutOf(modelOf({ settings }).params, 'params').size);
    if (settings.model !== 'network') {
      const { dropout, limit } = settings;
      assert.ok(dropout >= 0 && dropout < 1 && limit > 0 && Number.isFinite(limit));
    }
    await saveModel({ settings, params }, path);
    assert.deepEqual(await loadModel(path), { settings, params });
  },
};
