import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyNodeLayer,
  createModel,
  eachNode,
  fagcnPropagation,
  gcnLayer,
  gfgnPair,
  gprPropagation,
  graphNetwork,
  h2gcnPropagation,
  linkxLayer,
  loadModel,
  mixHopLayer,
  modelNames,
  modelOf,
  type NodeModel,
  networkModel,
  nodeDropout,
  nodeResidual,
  nodeSequence,
  residualNetwork,
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

const WIDTHS = { inputs: SHAPE.inputs, outputs: SHAPE.classes, hidden: 4, heads: 2 };

/** Every layer, and what networks are made of. */
const networks: readonly AnyNodeLayer[] = [
  residualNetwork({ ...WIDTHS, layer: 'sage' }),
  graphNetwork({ ...WIDTHS, layer: 'gatSep', jumping: 'max', norm: 'layer' }),
  graphNetwork({ ...WIDTHS, layer: 'graphTransformer', residual: true, depth: 3 }),
  nodeSequence([
    mixHopLayer(SHAPE.inputs, 2, [0, 1]),
    fagcnPropagation(4),
    gprPropagation({ hops: 3 }),
    h2gcnPropagation(4, 1),
    linkxLayer(12, SHAPE.classes, { nodes: 5, hidden: 3 }),
  ]) as unknown as AnyNodeLayer,
];

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
      ...modelNames.map((model) => saved(createModel({ model, hidden: 4, nodes: 5, ...SHAPE }))),
      saved(createModel({ model: 'gfgnGraph', gateInputs: true, ...SHAPE })),
      saved(networkModel(network, SHAPE)),
      ...networks.map((each) => saved(networkModel(each, SHAPE))),
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
