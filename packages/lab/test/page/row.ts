import type { RunRow } from '../../src/api.ts';

/** A row of the list, for tests. */
export const makeRow = (given: Partial<RunRow> & Pick<RunRow, 'id'>): RunRow => ({
  name: `runs/${given.id}`,
  place: 'runs',
  experiment: 'test/loop',
  title: 'A loop',
  preset: 'own',
  seed: 0,
  status: 'done',
  started: '2026-11-30T12:00:00.000Z',
  seconds: 1,
  settings: {},
  summary: {},
  notes: { tags: [], text: '' },
  isSweep: false,
  revision: 1,
  ...given,
});
