import { gzipSync } from 'node:zlib';
import type { ReadTableOptions } from '@unbraid/table';
import { anyOf } from '../any-of.ts';
import type { ByteTarget } from '../target.ts';
import { checkTable } from './table-invariants.ts';

const TEXTS = [
  'length,width,species\n1.5,2,a\n3,4e-1,b\n-5,.5,a\n',
  '\ufeffid,day,y\r\n00501,2024-02-29,true\r\n10001,2024-01-01T10:00:00+02:00,false\r\n',
  '"a","b, c","y"\n"1","2 ""x""\n","3"\n"3","4","NA"\n',
  'x\n1\n\n9007199254740993\n',
  'a;b;y\n1,5;2;u\n3;;v\n',
  'a\tb\tb2\n1\t2\t3\n4\t5\t6\n',
  '1|2|x\r3|4|y\r',
];

const OPTIONS: readonly ReadTableOptions[] = [
  {},
  { delimiter: ';', decimal: ',', header: false, missingTexts: ['-', '3'] },
  { delimiter: ' ', encoding: 'latin1' },
  { columns: ['y'], kinds: { y: 'text' } },
];

const encoder = new TextEncoder();

/** CSV files, one of them in UTF-16, one packed. */
export const table: ByteTarget = {
  name: 'table',
  seeds: () => [
    ...TEXTS.map((text) => encoder.encode(text)),
    new Uint8Array(Buffer.from(`\ufeff${TEXTS[0]}`, 'utf16le')),
    new Uint8Array(gzipSync(TEXTS[2]!)),
  ],
  run: (bytes) =>
    anyOf(optionsFor(bytes).map((options) => () => checkTable(bytes, 'x.csv', { format: 'csv', ...options }))),
};

/** All of them on a small file, one on a large: a limit is for one reading. */
function optionsFor({ length }: Uint8Array): readonly ReadTableOptions[] {
  return length < 10_000 ? OPTIONS : [OPTIONS[length % OPTIONS.length]!];
}

const JSON_TEXTS = [
  '{"a":1,"b":"x","c":true}\n{"a":null,"b":"y \\"z\\"","d":"2024-01-01"}\n\n{"b":"ß","a":-2.5e3}\n',
  '[{"a":12345678901234567890},\n{"a":"t","b":0.1}]',
];

/** JSON lines, and an array. */
export const jsonLines: ByteTarget = {
  name: 'json-lines',
  seeds: () => JSON_TEXTS.map((text) => encoder.encode(text)),
  run: (bytes) => checkTable(bytes, 'x.jsonl', { format: 'jsonl' }),
};
