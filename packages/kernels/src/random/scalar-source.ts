import { type Distribution, kindWord } from './distribution.ts';
import { firstBlock, GROUP, GROUP_BLOCKS, type Groups } from './groups.ts';
import { normalPair } from './normal-pair.ts';
import { philox } from './philox.ts';
import { SOURCE_GROUPS, type Source } from './source.ts';

/** The scalar twin of the wasm source; gives the same bits. */
export function createScalarSource(): Source {
  const words = new Uint32Array(SOURCE_GROUPS * GROUP);
  const floats = new Float32Array(words.buffer);
  return {
    engine: 'scalar',
    words,
    floats,
    make(groups, distribution) {
      const n = groups.count * GROUP;
      makeWords(words, groups, kindWord[distribution.kind]);
      transform(words.subarray(0, n), floats, distribution);
    },
  };
}

function makeWords(words: Uint32Array, { key, first, count }: Groups, kind: number): void {
  for (let group = 0; group < count; group++) {
    const [low, high] = firstBlock(first + group);
    for (let lane = 0; lane < GROUP_BLOCKS; lane++) {
      const block = philox([low + lane, high, kind, 0], key);
      for (let word = 0; word < 4; word++) words[group * GROUP + 4 * word + lane] = block[word]!;
    }
  }
}

function transform(words: Uint32Array, floats: Float32Array, distribution: Distribution): void {
  switch (distribution.kind) {
    case 'bits':
      return;
    case 'sign':
      for (let i = 0; i < words.length; i++) floats[i] = words[i]! >>> 31 ? -1 : 1;
      return;
    case 'uniform': {
      const { low, range, largest } = distribution;
      for (let i = 0; i < words.length; i++) {
        const u = (words[i]! >>> 8) * 2 ** -24;
        floats[i] = Math.min(Math.fround(low + Math.fround(range * u)), largest);
      }
      return;
    }
    case 'normal':
      for (let i = 0; i < words.length; i++) {
        if (i % 8 >= 4) continue;
        const [first, second] = normalPair(words[i]!, words[i + 4]!, distribution);
        floats[i] = first;
        floats[i + 4] = second;
      }
  }
}
