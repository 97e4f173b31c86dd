import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { GraphData, GraphSplit } from '@unbraid/data';
import { asymmetry, createCsr } from '@unbraid/kernels';

/** All that has to hold of a graph, whatever it was read from. */
export function assertGraph({ adjacency, features, labels, classes, report, notes }: GraphData): void {
  // Checked as if it were anyone's: whole, in range, ascending, finite.
  createCsr({ ...adjacency });
  assert.equal(asymmetry({ ...adjacency }), undefined);
  const nodes = labels.length;
  assert.deepEqual([adjacency.rows, adjacency.cols, features.rows], [nodes, nodes, nodes]);
  for (let node = 0; node < nodes; node++) {
    for (let e = adjacency.starts[node]!; e < adjacency.starts[node + 1]!; e++)
      assert.notEqual(adjacency.columns[e], node);
  }
  assert.ok(adjacency.values.every((weight) => weight > 0));
  if ('data' in features) {
    assert.equal(features.data.length, features.rows * features.cols);
    assert.ok(features.data.every(Number.isFinite));
  } else createCsr({ ...features });
  assert.ok(labels.every((label) => label >= -1 && label < classes));
  assert.ok(Number.isInteger(classes) && classes <= Math.max(1000, nodes));
  assert.equal(adjacency.columns.length, 2 * report.edges);
  assert.ok(Object.values(report).every((count) => Number.isInteger(count) && count >= 0));
  assert.ok(report.oneWay <= report.edges);
  assert.ok(notes.every((note) => /^\S[^\n]*$/.test(note)));
}

/** Nodes in range, ascending, each for one purpose at most. */
export function assertSplit({ train, validation, test }: GraphSplit, nodes: number): void {
  const all = [...train, ...validation, ...test];
  assert.equal(new Set(all).size, all.length);
  assert.ok(all.every((node) => node >= 0 && node < nodes));
  for (const part of [train, validation, test])
    assert.deepEqual(
      [...part],
      [...part].sort((a, b) => a - b),
    );
}

/** A fixture of packages/data; those of graphs' files are written by python/fixtures/graph_files.py. */
export const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../packages/data/test/fixtures/${name}`, import.meta.url), 'utf8'));

export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));
