import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { normalizationOf, normalizeRows, runningStatistics } from '../index.ts';

test('statistics of parts are those of the whole, and go on from a state', () => {
  const rows = createRandom(1).normal(new Float64Array(3000), 2, 3);
  const [parts, whole] = [runningStatistics(3), runningStatistics(3)];
  parts.add(rows.subarray(0, 30));
  const resumed = runningStatistics(3);
  resumed.restore(parts.state());
  resumed.add(rows.subarray(30));
  whole.add(rows);
  for (let j = 0; j < 3; j++) {
    expect(resumed.mean[j]).toBeCloseTo(whole.mean[j]!, 9);
    expect(resumed.variance[j]).toBeCloseTo(whole.variance[j]!, 9);
    const column = rows.filter((_, i) => i % 3 === j);
    expect(whole.mean[j]).toBeCloseTo(column.reduce((sum, x) => sum + x, 0) / column.length, 3);
  }
  expect(() => runningStatistics(2).restore(whole.state())).toThrow('learners: saved statistics have 7 numbers');
});

test('rows are normalized and kept within the limit', () => {
  const statistics = runningStatistics(1);
  statistics.add([0, 2, 0, 2]);
  const rows = Float32Array.of(1, 2, 1e6, -1e6);
  normalizeRows(normalizationOf(statistics, 10), rows);
  expect(rows[0]).toBeCloseTo(0, 4);
  expect(rows[1]).toBeCloseTo(1, 4);
  expect([...rows.subarray(2)]).toEqual([10, -10]);
});
