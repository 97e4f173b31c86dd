import { createMatrix } from '@unbraid/data';
import { expect, test } from 'vitest';
import { factorVaeScore } from './factor-vae-score.ts';

test('a latent that never varies takes no part, even without a least deviation', () => {
  // 0.1 has no exact form: a mean that is rounded on the way would leave it a variance.
  const rows = 100;
  const values = Int32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? (i / 2) % 4 : Math.floor(i / 8) % 5));
  const codes = Float32Array.from({ length: 3 * rows }, (_, i) => {
    const row = Math.floor(i / 3);
    return i % 3 === 2 ? 0.1 : values[2 * row + (i % 3)]!;
  });
  const settings = { threshold: 0, votes: 400, testVotes: 200, batchSize: 32 };
  const { active, score } = factorVaeScore(createMatrix(rows, 3, codes), { values, sizes: [4, 5] }, settings);
  expect(active).toEqual([true, true, false]);
  expect(score).toBe(1);
});
