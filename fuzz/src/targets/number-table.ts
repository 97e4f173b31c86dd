import assert from 'node:assert/strict';
import { parseTable, type TableOptions } from '@unbraid/data';
import { anyOf } from '../any-of.ts';
import type { ByteTarget } from '../target.ts';

const TEXTS = [
  'length,width,species\n1.5,2,a\n3,4e-1,b\n-5,.5,a\n',
  '\ufeffa,b,y\r\n1,2,3\r\n4,5,6\r\n',
  '"a","b, c","y"\n"1","2","3"\n"3","4","5"\n',
  'x,y\n1,2\n\n3,4\n',
  'a;b;y\n1,5;2;u\n3;;v\n',
  'a b y\n1  2 3\n4 5 6\n',
];

const OPTIONS: readonly TableOptions[] = [
  {},
  { label: 'y' },
  { target: 1 },
  { label: 2 },
  { header: false },
  { label: 'y', delimiter: ';', decimal: ',', missing: 'drop' },
  { id: 'y', delimiter: ' ', omit: ['a'] },
];

export const numberTable: ByteTarget = {
  name: 'number-table',
  seeds: () => TEXTS.map((text) => new TextEncoder().encode(text)),
  run: (bytes) => anyOf(optionsFor(bytes).map((options) => () => check(bytes, options))),
};

/** All of them on a small file, one on a large: a limit is for one reading. */
function optionsFor({ length }: Uint8Array): readonly TableOptions[] {
  return length < 100_000 ? OPTIONS : [OPTIONS[length % OPTIONS.length]!];
}

function check(bytes: Uint8Array, options: TableOptions): void {
  const { x, columns, labels, classes, target, ids } = parseTable(bytes, options);
  assert.equal(x.data.length, x.rows * x.cols);
  assert.equal(columns.length, x.cols);
  assert.ok(x.data.every(Number.isFinite));
  assert.equal(labels === undefined, options.label === undefined);
  assert.ok(labels === undefined || (labels.length === x.rows && labels.every((label) => label < classes!.length)));
  assert.ok(ids === undefined || ids.length === x.rows);
  assert.ok(target === undefined || (target.length === x.rows && target.every(Number.isFinite)));
  assert.ok(classes === undefined || new Set(classes).size === classes.length);
}
