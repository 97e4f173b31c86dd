import { expect, it } from 'vitest';
import { alongOptions } from './along.ts';

it('names what all metrics are drawn along, and offers the rest', () => {
  expect(alongOptions(['step', 'step'])).toEqual([
    ['', 'step'],
    ['line', 'line of the log'],
    ['seconds', 'time of the run, s'],
  ]);
  expect(alongOptions(['line']).map(([value]) => value)).toEqual(['', 'seconds']);
  expect(alongOptions([]).map(([value]) => value)).toEqual(['', 'seconds']);
});

it('leaves each its own where they differ, and offers any for all', () => {
  expect(alongOptions(['step', 'epoch', 'step'])).toEqual([
    ['', 'each its own'],
    ['step', 'step'],
    ['epoch', 'epoch'],
    ['line', 'line of the log'],
    ['seconds', 'time of the run, s'],
  ]);
});
