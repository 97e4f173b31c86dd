import { expect, it } from 'vitest';
import { describeSweep, isSweep, sweepName, sweptExperiment } from './sweep-name.ts';

it('names and describes a sweep so that it tells what it tries', () => {
  for (const name of ['galu/compare-fits', 'test/a-b', 'mine/v1.2']) {
    expect(isSweep(sweepName(name))).toBe(true);
    expect(sweptExperiment(describeSweep({ name, description: 'Tries settings of nothing, each.' }))).toBe(name);
  }
  expect(sweepName('galu/compare')).toBe('sweep/galu-compare');
  expect(isSweep('galu/compare')).toBe(false);
  expect(sweptExperiment('A run that was made.')).toBeUndefined();
});
