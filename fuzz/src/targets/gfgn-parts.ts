import assert from 'node:assert/strict';
import {
  createModel,
  decodeGraphModel,
  decodeLinkModel,
  encodeGraphModel,
  encodeLinkModel,
  linkScoreNames,
  type ModelName,
  type NodeModel,
  networkModel,
  readouts,
  residualNetwork,
  type TaskFacts,
} from '@unbraid/gfgn';
import { layoutOf } from '@unbraid/graph';
import type { ByteTarget } from '../target.ts';

const SHAPE = { inputs: 5, classes: 3 };

const named = (model: ModelName): NodeModel => createModel({ model, hidden: 4, ...SHAPE });

/** A name, the one that a graph can't be told by, and a network. */
const models: readonly NodeModel[] = [
  named('gfgnPair'),
  named('gcn'),
  networkModel(residualNetwork({ layer: 'graphTransformer', inputs: 5, outputs: 3, hidden: 4, heads: 2 }), SHAPE),
];

const tasks: readonly TaskFacts[] = [
  { name: 'classification', outputs: 3, names: ['a', 'b', 'c'] },
  { name: 'binary', outputs: 1, names: ['no', 'yes'] },
  { name: 'multilabel', outputs: 2 },
  { name: 'regression', outputs: 2, scale: { means: [0, 1e3], deviations: [1, 250] } },
];

const sines = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => Math.sin(i));

const sizeOf = ({ params }: NodeModel): number => layoutOf(params, 'params').size;

export const gfgnGraphModel: ByteTarget = {
  name: 'gfgn-graph-model',
  seeds: () =>
    models.flatMap((nodes) =>
      tasks.map((task, i) => {
        const params = sines(sizeOf(nodes) + (SHAPE.classes + 1) * task.outputs);
        const edges = i % 2 === 0 ? {} : ({ directed: true, selfLoops: 'keep' } as const);
        const readout = readouts[i % readouts.length]!;
        return encodeGraphModel({ settings: nodes.settings, params, task, readout, edges });
      }),
    ),
  run(bytes) {
    const trained = decodeGraphModel(bytes, 'file');
    assert.ok(trained.params.every(Number.isFinite));
    assert.ok(readouts.includes(trained.readout));
    assert.deepEqual(decodeGraphModel(encodeGraphModel(trained)), trained);
  },
};

/** Parameters of the scores of pairs of so many numbers. */
const ofScore = { dot: 1, bilinear: 10, mlp: 16 } as const;

export const gfgnLinkModel: ByteTarget = {
  name: 'gfgn-link-model',
  seeds: () =>
    models.flatMap((nodes) =>
      linkScoreNames.map((score) =>
        encodeLinkModel({ settings: nodes.settings, params: sines(sizeOf(nodes) + ofScore[score]), score }),
      ),
    ),
  run(bytes) {
    const trained = decodeLinkModel(bytes, 'file');
    assert.ok(trained.params.every(Number.isFinite));
    assert.ok(linkScoreNames.includes(trained.score));
    assert.deepEqual(decodeLinkModel(encodeLinkModel(trained)), trained);
  },
};
