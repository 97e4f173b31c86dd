import { expect, it } from 'vitest';
import { choose } from './choice.ts';

const peers = [{ name: 'PyTorch eager' }, { name: 'JAX jit' }];

it('without a text every row is chosen', () => {
  expect(choose().of('784-1024-10, batch 128', peers)).toEqual(peers);
  expect(choose('  ').of('a row', peers)).toEqual(peers);
});

it('a row is chosen where its name and its peer have all words, in any order and case', () => {
  const choice = choose('jax 20-64-2');
  expect(choice.of('784-1024-10, batch 128', peers)).toEqual([]);
  expect(choice.of('20-64-2, batch 32', peers)).toEqual([{ name: 'JAX jit' }]);
  expect(choose('BATCH').of('20-64-2, batch 32', peers)).toEqual(peers);
});

it('knows what it was asked for, each once', () => {
  const choice = choose('nothing');
  choice.of('a row', peers);
  choice.of('a row', peers);
  expect(choice.offered()).toEqual(['a row | PyTorch eager', 'a row | JAX jit']);
});
