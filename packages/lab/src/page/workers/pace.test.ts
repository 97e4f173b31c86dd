import { expect, it } from 'vitest';
import type { UnitCounts, WorkerInfo } from '../../api.ts';
import { byState, timeLeft, unitsText } from './pace.ts';

const units = (over: Partial<UnitCounts> = {}): UnitCounts => ({
  run: '1',
  total: 1200,
  done: 1100,
  active: 2,
  waiting: 98,
  failed: 0,
  ...over,
});
const worker = (over: Partial<WorkerInfo> = {}): WorkerInfo => ({
  id: '1',
  machine: 'here',
  process: 1,
  state: 'working',
  active: [],
  heard: 1,
  done: 1,
  failed: 0,
  ...over,
});

it('says how units stand', () => {
  expect(unitsText(units())).toBe('1,100 of 1,200 units done, 2 at work, 98 waiting, none failed');
  expect(unitsText(units({ total: 1, done: 0, waiting: 0, failed: 1 }))).toBe(
    '0 of 1 unit done, 2 at work, 0 waiting, 1 failed',
  );
});

it('tells the time that is left by the pace of those who are at work', () => {
  const two = [
    worker({ unitsPerHour: 60 }),
    worker({ unitsPerHour: 140 }),
    worker({ unitsPerHour: 1e6, state: 'silent' }),
  ];
  expect(timeLeft(units(), two)).toBe('30 min 00 s');
  expect(timeLeft(units(), [worker()])).toBeUndefined();
  expect(timeLeft(units({ active: 0, waiting: 0 }), two)).toBeUndefined();
});

it('lists those first that something may have happened to', () => {
  const all = [
    worker({ id: '10' }),
    worker({ id: '9' }),
    worker({ id: '1', state: 'free' }),
    worker({ id: '2', state: 'silent' }),
    worker({ id: '3', machine: 'a' }),
  ];
  expect(all.sort(byState).map(({ id }) => id)).toEqual(['2', '3', '9', '10', '1']);
});
