import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { afterAll, describe, expect, it } from 'vitest';
import {
  decodeGraphModel,
  decodeLinkModel,
  decodeModel,
  encodeGraphModel,
  encodeLinkModel,
  encodeModel,
  fit,
  fitGraphs,
  fitLinks,
  graphNetwork,
  linkScoreNames,
  loadGraphModel,
  loadLinkModel,
  type NodeLayer,
  nodeSequence,
  predictGraphs,
  predictLinks,
  readouts,
  saveGraphModel,
  saveLinkModel,
  splitLinks,
} from '../src/index.ts';
import { randomGraph, twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), 'gfgn-saved-'));
afterAll(() => rmSync(folder, { recursive: true }));

const common = { model: 'gfgnPair', hidden: 6, dropout: 0, epochs: 2, runtime, onWarning: () => {} } as const;

const graphs = Array.from({ length: 12 }, (_, i) => {
  const random = createRandom(i);
  const nodes = 4 + (i % 5);
  return {
    adjacency: randomGraph(nodes, 8, random),
    features: { data: random.normal(new Float32Array(2 * nodes)), cols: 2 },
  };
});
const ofGraphs = { graphs, split: { train: [0, 1, 2, 3, 4, 5], validation: [6, 7, 8], test: [9, 10, 11] } };
const kinds = graphs.map((_, i) => (i % 2 === 0 ? 'even' : 'odd'));

const nodes = twoGroups(40);
const links = splitLinks(nodes.adjacency);
const heard = { adjacency: links.adjacency, features: nodes.features };
const pairs = { from: [0, 5, 9], to: [2, 6, 39] };

/** A layer that no file can tell. */
const own: NodeLayer<Readonly<Record<string, never>>> = {
  name: 'own',
  params: {},
  hops: 0,
  apply: (_, x) => x as never,
};

/** The bytes of a file with other metadata (`undefined` takes an entry out), and numbers in the place of a tensor's. */
function changed(
  bytes: Uint8Array,
  metadata: Readonly<Record<string, string | undefined>>,
  spoiled: { readonly tensor?: string; readonly value?: number } = {},
): Uint8Array {
  const file = decodeSafetensors(bytes, 'file');
  const { tensor, value = 0 } = spoiled;
  if (tensor !== undefined) (file.tensors[tensor]!.data as Float32Array).fill(value);
  const told = Object.entries({ ...file.metadata, ...metadata }).filter(([, text]) => text !== undefined);
  return encodeSafetensors(
    file.tensors as Parameters<typeof encodeSafetensors>[0],
    Object.fromEntries(told) as Record<string, string>,
  );
}

describe('a saved model of whole graphs', () => {
  it.each(readouts)('predicts the same to the bit, read out by the %s', async (readout) => {
    const trained = await fitGraphs({ ...common, ...ofGraphs, labels: kinds, readout, selfLoops: 'keep' });
    const path = join(folder, `graphs-${readout}.safetensors`);
    await saveGraphModel(trained, path);
    const again = await loadGraphModel(path);
    const { settings, params, task, edges } = trained;
    expect(again).toEqual({ settings, params, task, readout, edges });
    expect(task.names).toEqual(['even', 'odd']);
    expect(await predictGraphs(again, graphs, { runtime })).toEqual(await predictGraphs(trained, graphs, { runtime }));
  });

  it('keeps the units of quantities, and a network of its own', async () => {
    const targets = graphs.map(({ adjacency }) => 1e4 / 3 + adjacency.rows);
    const model = graphNetwork({ layer: 'sage', inputs: 2, outputs: 5, hidden: 4 });
    const trained = await fitGraphs({
      ...common,
      hidden: undefined,
      dropout: undefined,
      model,
      ...ofGraphs,
      task: 'regression',
      targets,
    } as never);
    const again = decodeGraphModel(encodeGraphModel(trained));
    expect(again.task).toEqual(trained.task);
    expect(await predictGraphs(again, graphs, { runtime })).toEqual(await predictGraphs(trained, graphs, { runtime }));
  });

  it('is refused where it is damaged, of another kind, or not finite', async () => {
    const trained = await fitGraphs({ ...common, ...ofGraphs, labels: kinds });
    const bytes = encodeGraphModel(trained);
    expect(() => decodeGraphModel(bytes.subarray(0, bytes.length - 5))).toThrow(/data/);
    expect(() => decodeModel(bytes)).toThrow(
      'not a saved model (format unbraid-gfgn-graphs-1, expected unbraid-gfgn-1)',
    );
    expect(() => decodeLinkModel(bytes)).toThrow('expected unbraid-gfgn-links-1');
    const spoiled = changed(bytes, {}, { tensor: 'head.bias', value: Number.NaN });
    expect(() => decodeGraphModel(spoiled)).toThrow(/head\.bias.*NaN.*train it again/);
    const wrong: readonly (readonly [string, string | undefined, RegExp])[] = [
      ['graphs', undefined, /the entry graphs is missing/],
      ['graphs', '{"readout":"median","edges":{}}', /its graphs can't be: .*readout/],
      ['graphs', '{"readout":"mean","edges":{"directed":1}}', /its graphs can't be: .*directed/],
      ['task', undefined, /the entry task is missing/],
      ['task', '{"name":"binary","outputs":2}', /its task can't be/],
      ['task', '{', /its task can't be: not JSON/],
      ['task', '{"name":"classification","outputs":3}', /head\.weight is \[6, 2\], the model's is \[6, 3\]/],
      ['settings', JSON.stringify({ ...trained.settings, model: 'linkx', nodes: 3 }), /can't train linkx/],
    ];
    for (const [entry, text, message] of wrong)
      expect(() => decodeGraphModel(changed(bytes, { [entry]: text })), entry).toThrow(message);
    const { params } = trained;
    expect(() => encodeGraphModel({ ...trained, params: params.map(() => Number.NaN) })).toThrow('NaN');
    expect(() => encodeGraphModel({ ...trained, params: params.subarray(1) })).toThrow('parameters');
  });
});

describe('a saved model of links', () => {
  it.each(linkScoreNames)('predicts the same to the bit, by %s', async (score) => {
    const trained = await fitLinks({ ...common, features: nodes.features, links, score });
    const path = join(folder, `links-${score}.safetensors`);
    await saveLinkModel(trained, path);
    const again = await loadLinkModel(path);
    expect(again).toEqual({ settings: trained.settings, params: trained.params, score });
    expect(await predictLinks(again, heard, pairs, { runtime })).toEqual(
      await predictLinks(trained, heard, pairs, { runtime }),
    );
  });

  it('comes back with layers of its own where these are given again', async () => {
    const network = nodeSequence([
      own,
      graphNetwork({ layer: 'gcn', inputs: 6, outputs: 4, hidden: 4, dropout: 0 }),
    ] as never);
    const { hidden: _, dropout: __, ...rest } = common;
    const trained = await fitLinks({ ...rest, model: network as never, features: nodes.features, links });
    const bytes = encodeLinkModel(trained);
    expect(() => decodeLinkModel(bytes)).toThrow('give the network that was trained');
    const again = decodeLinkModel(bytes, 'file', { network: network as never });
    expect(await predictLinks(again, heard, pairs, { runtime })).toEqual(
      await predictLinks(trained, heard, pairs, { runtime }),
    );
  });

  it('is refused where it is damaged, of another kind, or not finite', async () => {
    const bytes = encodeLinkModel(await fitLinks({ ...common, features: nodes.features, links }));
    expect(() => decodeLinkModel(bytes.subarray(0, 40))).toThrow(/file|header/);
    expect(() => decodeGraphModel(bytes)).toThrow('format unbraid-gfgn-links-1');
    const spoiled = changed(bytes, {}, { tensor: 'score.bias', value: Number.POSITIVE_INFINITY });
    expect(() => decodeLinkModel(spoiled)).toThrow(/score\.bias/);
    const mlp = changed(bytes, { links: '{"score":"mlp"}' });
    expect(() => decodeLinkModel(mlp)).toThrow(/score\.hidden/);
    const cosine = changed(bytes, { links: '{"score":"cosine"}' });
    expect(() => decodeLinkModel(cosine)).toThrow(/its links can't be: .*score/);
    const missing = changed(bytes, { links: undefined });
    expect(() => decodeLinkModel(missing)).toThrow('the entry links is missing');
  });
});

it('a model of nodes is no model of graphs', async () => {
  const split = { train: [0, 1, 2, 3], validation: [4, 5], test: [6] };
  const bytes = encodeModel(await fit({ ...common, graph: nodes, split }));
  expect(() => decodeGraphModel(bytes)).toThrow('format unbraid-gfgn-1, expected unbraid-gfgn-graphs-1');
});
