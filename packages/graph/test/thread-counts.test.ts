import { expect, test } from 'vitest';
import { nodeRuntime } from '../src/backends/node.ts';
import { resultOf, threadUses } from './thread-uses.ts';

const runtimes = [1, 2, 3, 8].map((threads) => nodeRuntime({ threads }));

test.each(Object.entries(threadUses))('%s: the same bits on any number of threads', async (_, graphs) => {
  for (const graph of graphs) {
    const results = new Set<string>();
    for (const runtime of runtimes) results.add((await resultOf(graph, runtime)).join());
    expect(results.size).toBe(1);
  }
});
