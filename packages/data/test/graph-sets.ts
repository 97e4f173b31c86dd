import { readFileSync } from 'node:fs';
import type { Csr } from '@unbraid/kernels';

interface Expected {
  /** In base64. */
  readonly file: string;
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly neighbours: readonly (readonly number[])[];
}

interface GraphSets {
  readonly heterophilous: Expected & Readonly<Record<'train' | 'validation' | 'test', readonly number[][]>>;
  readonly ogb: Expected & Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>;
}

/** What python/fixtures/graph_sets.py wrote. */
export const graphSets = JSON.parse(
  readFileSync(new URL('./fixtures/graph-sets.json', import.meta.url), 'utf8'),
) as GraphSets;

export const bytesOf = ({ file }: Pick<Expected, 'file'>): Uint8Array => Uint8Array.from(Buffer.from(file, 'base64'));

/** Each node's neighbours. */
export const neighboursOf = ({ rows, starts, columns }: Csr): number[][] =>
  Array.from({ length: rows }, (_, node) => [...columns.subarray(starts[node], starts[node + 1])]);
