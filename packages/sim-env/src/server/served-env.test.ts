import { expect, it } from 'vitest';
import { plainWalker } from '../../test/fixtures/plain-walker.js';
import { registry } from '../../test/fixtures/served.js';
import { walker } from '../../test/walker.ts';
import { timeLimit } from '../wrappers/index.ts';
import { frameKind, makersOf } from './served-env.ts';

const make = (...args: Parameters<typeof makersOf>) => makersOf(...args)[0]!();

it('suspends a generator where it is, and any other model in a thread of its own, which has two halves to a step', () => {
  expect(make(walker, 1)).not.toHaveProperty('send');
  expect(make(plainWalker, 1)).toHaveProperty('send');
});

it('makes as many as it is asked for, with the limit of steps that it is asked for', () => {
  expect(makersOf(walker, 3)).toHaveLength(3);
  expect(make(walker, 1, { maxEpisodeSteps: 7 }).spec.maxEpisodeSteps).toBe(7);
  expect(make(registry.maker('test/Counter-v0'), 1).spec.maxEpisodeSteps).toBe(50);
});

it('leaves an environment in wrappers to make itself', () => {
  expect(make(() => timeLimit(walker(), 5), 1).spec.maxEpisodeSteps).toBe(5);
});

it('knows what an environment draws', () => {
  expect(['Counter', 'Written', 'Painted'].map((name) => frameKind(registry.maker(`test/${name}-v0`)))).toEqual([
    undefined,
    'text',
    'image',
  ]);
});
