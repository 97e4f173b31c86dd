import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFileServer, whole } from '../../test/file-server.ts';
import { bytesOf, graphSets, neighboursOf } from '../../test/graph-sets.ts';
import { npyBytes, npzBytes } from '../../test/npz-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { Matrix } from '../matrix.ts';
import { sha256 } from '../sha256.ts';
import { heterophilousGraph, readHeterophilous } from './heterophilous.ts';
import { published } from './load-graph.ts';

const fixture = graphSets.heterophilous;

describe('readHeterophilous', () => {
  it('reads what NumPy wrote as NumPy reads it', async () => {
    const path = join(temporaryFolder(), 'tiny.npz');
    writeFileSync(path, bytesOf(fixture));
    const { graph, splits } = await readHeterophilous(path, 'tiny');
    const { data, rows, cols } = graph.features as Matrix;
    expect([rows, cols, graph.classes, graph.name]).toEqual([9, 4, 3, 'tiny']);
    expect([...data]).toEqual(fixture.features.flat());
    expect([...graph.labels]).toEqual(fixture.labels);
    expect(neighboursOf(graph.adjacency)).toEqual(fixture.neighbours);
    expect(graph.notes).toEqual([]);
    for (const part of ['train', 'validation', 'test'] as const)
      expect(splits.map((split) => [...split[part]])).toEqual(fixture[part]);
  });

  const arrays = (changed: Readonly<Record<string, Uint8Array>>) =>
    npzBytes({
      node_features: npyBytes('<f4', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)),
      node_labels: npyBytes('<i4', [3], Int32Array.of(0, 1, 0)),
      edges: npyBytes('<i4', [2, 2], Int32Array.of(0, 1, 1, 2)),
      train_masks: npyBytes('|b1', [1, 3], Uint8Array.of(1, 0, 0)),
      val_masks: npyBytes('|b1', [1, 3], Uint8Array.of(0, 1, 0)),
      test_masks: npyBytes('|b1', [1, 3], Uint8Array.of(0, 0, 1)),
      ...changed,
    });

  const wrong: readonly [string, string, Uint8Array][] = [
    ['node_features in F is [2, 3]; [3, any] is needed', 'node_features', npyBytes('<f4', [2, 3], new Float32Array(6))],
    [
      'node_features in F has NaN at node 1, column 0 (counted from 0); finite numbers are needed',
      'node_features',
      npyBytes('<f8', [3, 2], Float64Array.of(0, 0, Number.NaN, 0, 0, 0)),
    ],
    [
      'node_labels in F has -1 at node 2; classes count from 0',
      'node_labels',
      npyBytes('<i4', [3], Int32Array.of(0, 1, -1)),
    ],
    ['edge 0 of F has the node 3; its nodes are 0 to 2', 'edges', npyBytes('<i4', [1, 2], Int32Array.of(0, 3))],
    ["edge 0 in F has the node -1, which there can't be", 'edges', npyBytes('<i4', [1, 2], Int32Array.of(0, -1))],
    ['edges in F is [4]; [any, 2] is needed', 'edges', npyBytes('<i4', [4], new Int32Array(4))],
    ['test_masks in F is [3]; [1, 3] is needed', 'test_masks', npyBytes('|b1', [3], new Uint8Array(3))],
    ['the masks in split 0 of F overlap at node 0', 'val_masks', npyBytes('|b1', [1, 3], Uint8Array.of(1, 0, 0))],
    ['the train mask in split 0 of F chooses no node', 'train_masks', npyBytes('|b1', [1, 3], new Uint8Array(3))],
  ];

  it.for(wrong)('says that %s', async ([message, name, array]) => {
    await expect(heterophilousGraph(arrays({ [name]: array }), 'F', 'tiny')).rejects.toThrow(`data: ${message}`);
  });
});

describe('a graph that the registry knows', () => {
  const content = bytesOf(fixture);
  const source = (url: string) => {
    const fingerprint = { name: 'tiny.npz', bytes: content.length, sha256: sha256(content) };
    const dataset: Dataset = {
      name: 'tiny',
      title: 'Tiny',
      homepage: url,
      licence: 'none',
      files: [{ ...fingerprint, published: { ...fingerprint, urls: [url] } }],
    };
    return {
      dataset,
      file: 'tiny.npz',
      read: (bytes: Uint8Array, path: string) => heterophilousGraph(bytes, path, 'tiny'),
    };
  };

  it('is downloaded once, checked and read', async () => {
    const server = await startFileServer(whole(content));
    const environment = { UNBRAID_CACHE: temporaryFolder() };
    const first = await published(source(server.url), { environment });
    const second = await published(source(server.url), { environment });
    expect(first.graph.labels).toEqual(second.graph.labels);
    expect([...first.graph.labels]).toEqual(fixture.labels);
    expect(server.requests).toHaveLength(1);
  });

  it('is refused where the address serves something else', async () => {
    const other = content.slice();
    other[100]! ^= 1;
    const server = await startFileServer(whole(other));
    const options = { environment: { UNBRAID_CACHE: temporaryFolder() }, attempts: 1 };
    await expect(published(source(server.url), options)).rejects.toThrow('data: cannot download tiny.npz');
  });
});
