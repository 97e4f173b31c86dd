import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesOf, graphSets, neighboursOf } from '../../test/graph-sets.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { Matrix } from '../matrix.ts';
import { ogbGraph, readOgb } from './ogb.ts';

const fixture = graphSets.ogb;
const text = (content: string) => new TextEncoder().encode(content);
const gzipped = (content: string) => new Uint8Array(gzipSync(text(content)));

const files = {
  'g/raw/num-node-list.csv.gz': '3\n',
  'g/raw/num-edge-list.csv.gz': '2\n',
  'g/raw/edge.csv.gz': '0,1\r\n2,1\n',
  'g/raw/node-feat.csv.gz': '1,-2.5\n0,1e-3\n+.5,7',
  'g/raw/node-label.csv.gz': '0\n1\n0\n',
  'g/split/time/train.csv.gz': '1\n0\n',
  'g/split/time/valid.csv.gz': '2\n',
  'g/split/time/test.csv.gz': '\n',
};

const archive = (changed: Readonly<Record<string, string>> = {}) =>
  zipSync(
    Object.fromEntries(Object.entries({ ...files, ...changed }).map(([name, content]) => [name, gzipped(content)])),
  );

describe('readOgb', () => {
  it('reads what pandas wrote as pandas reads it', async () => {
    const path = join(temporaryFolder(), 'tiny.zip');
    writeFileSync(path, bytesOf(fixture));
    const { graph, splits } = await readOgb(path, 'tiny');
    const { data, rows, cols } = graph.features as Matrix;
    expect([rows, cols, graph.classes, graph.name]).toEqual([9, 4, 3, 'tiny']);
    expect([...data]).toEqual(fixture.features.flat());
    expect([...graph.labels]).toEqual(fixture.labels);
    expect(neighboursOf(graph.adjacency)).toEqual(fixture.neighbours);
    expect(graph.notes).toEqual([
      '1 self loop left out',
      '1 repeated edge merged',
      '6 edges given in one direction made symmetric',
    ]);
    expect(splits).toEqual([
      {
        train: Int32Array.from(fixture.train),
        validation: Int32Array.from(fixture.validation),
        test: Int32Array.from(fixture.test),
      },
    ]);
  });

  it('takes numbers in every form, and parts of the split that are empty', async () => {
    const { graph, splits } = await ogbGraph(archive(), 'G', 'g');
    expect([...(graph.features as Matrix).data]).toEqual([1, -2.5, 0, Math.fround(1e-3), 0.5, 7]);
    expect([...splits[0]!.train]).toEqual([0, 1]);
    expect(splits[0]!.test).toHaveLength(0);
  });

  it('reads numbers across the pieces that a file is unpacked in', async () => {
    const nodes = 30_000;
    const lines = (of: (i: number) => string) => Array.from({ length: nodes }, (_, i) => of(i)).join('\n');
    const large = archive({
      'g/raw/num-node-list.csv.gz': `${nodes}`,
      'g/raw/node-label.csv.gz': lines((i) => `${i % 7}`),
      'g/raw/node-feat.csv.gz': lines((i) => `${i},${i / 8}`),
    });
    const { graph } = await ogbGraph(large, 'G', 'g');
    const { data } = graph.features as Matrix;
    expect(data.every((value, at) => value === (at % 2 === 0 ? at / 2 : (at - 1) / 16))).toBe(true);
  });

  const wrong: readonly [string, Readonly<Record<string, string>>][] = [
    [
      'line 2 of g/raw/edge.csv.gz in G has "x"; a whole number from 0 is needed',
      { 'g/raw/edge.csv.gz': '0,1\n1,x\n' },
    ],
    [
      'line 1 of g/raw/node-label.csv.gz in G has 2 numbers where 1 are expected',
      { 'g/raw/node-label.csv.gz': '0,1\n1,0\n' },
    ],
    ['g/raw/edge.csv.gz in G has 1 lines; 2 are expected', { 'g/raw/edge.csv.gz': '0,1\n' }],
    ['g/raw/edge.csv.gz in G has more than the 2 lines', { 'g/raw/edge.csv.gz': '0,1\n1,2\n0,2\n' }],
    [
      'line 3 of g/raw/node-feat.csv.gz in G has "1e39"; a finite number is needed',
      { 'g/raw/node-feat.csv.gz': '1\n2\n1e39\n' },
    ],
    [
      'line 1 of g/raw/node-feat.csv.gz in G has ""; a finite number is needed',
      { 'g/raw/node-feat.csv.gz': '1,\n2,3\n4,5\n' },
    ],
    ['g/split/time/valid.csv.gz in G has the node 1 again', { 'g/split/time/valid.csv.gz': '1\n' }],
    ['g/split/time/valid.csv.gz in G has the node 3 of 3', { 'g/split/time/valid.csv.gz': '3\n' }],
    [
      'g/split/time/test.csv.gz in G has more than 3 numbers, which are all that is expected of it',
      { 'g/split/time/test.csv.gz': '2\n'.repeat(1000) },
    ],
    ['g/split/time/train.csv.gz in G has no nodes to train on', { 'g/split/time/train.csv.gz': '\n' }],
    ['edge 0 of g/raw/edge.csv.gz in G has the node 9; its nodes are 0 to 2', { 'g/raw/edge.csv.gz': '9,1\n0,1\n' }],
  ];

  it.for(wrong)('says that %s', async ([message, changed]) => {
    await expect(ogbGraph(archive(changed), 'G', 'g')).rejects.toThrow(message);
  });

  it('refuses archives of another form and files that are no gzip', async () => {
    await expect(ogbGraph(zipSync({ 'a.txt': text('1') }), 'G', 'g')).rejects.toThrow('data: G has no raw/edge.csv.gz');
    await expect(ogbGraph(zipSync({ 'g/raw/edge.csv.gz': text('1') }), 'G', 'g')).rejects.toThrow(
      'data: G has no g/raw/num-node-list.csv.gz; it has g/raw/edge.csv.gz',
    );
    const plain = zipSync({ 'g/raw/edge.csv.gz': text('0,1'), 'g/raw/num-node-list.csv.gz': text('3\n') });
    await expect(ogbGraph(plain, 'G', 'g')).rejects.toThrow('is a damaged or truncated gzip file');
  });
});
