import { expect, test } from 'vitest';
import { rareClassNotice, scaleNotice, toMatrix } from '../index.ts';

const notice = (rows: number[][]) => scaleNotice('nn: data.x', toMatrix('nn: data.x', rows));

test('inputs of about one size are passed over in silence', () => {
  expect(
    notice([
      [0.1, -3, 0],
      [0.7, 90, 0],
    ]),
  ).toBeUndefined();
  expect(notice([[0, 0]])).toBeUndefined();
});

test('columns of different sizes are named', () => {
  expect(
    notice([
      [0.1, 50_000, 3],
      [0.7, -81_234, 4],
    ]),
  ).toMatch(
    /^nn: data\.x isn't scaled: column 1 reaches 81200, column 0 only 0\.7 \(counted from 0\); scale its columns/,
  );
});

test('and so are inputs that are all large, or all small', () => {
  expect(
    notice([
      [0, 255],
      [12, 31],
    ]),
  ).toContain("isn't scaled: its largest entry is 255, in column 1");
  expect(notice([[1e-5, 2e-4]])).toContain("isn't scaled: its largest entry is 0.0002, in column 1");
});

test('few of very many rows are looked at', () => {
  const data = new Float32Array(1e6).fill(1);
  expect(scaleNotice('nn: data.x', { data, rows: 1e6, cols: 1 })).toBeUndefined();
  data[0] = 1e4;
  expect(scaleNotice('nn: data.x', { data, rows: 1e6, cols: 1 })).toContain('10000');
});

test('a class with less than a tenth of an even share is rare', () => {
  const about = { count: 2, advice: "give classWeights: 'balanced'" };
  const labels = new Int32Array(100);
  labels.fill(1, 0, 5);
  expect(rareClassNotice('nn: data.y', labels, about)).toBeUndefined();
  labels[0] = 0;
  expect(rareClassNotice('nn: data.y', labels, about)).toBe(
    "nn: data.y has 4 of 100 rows of class 1, which is rare among 2 classes; give classWeights: 'balanced'",
  );
  expect(rareClassNotice('nn: data.y', labels.fill(0), { ...about, names: ['no', 'yes'] })).toContain(
    '0 of 100 rows of class "yes"',
  );
});
