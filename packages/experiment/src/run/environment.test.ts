import { usableCores } from '@unbraid/checks/node';
import { afterEach, expect, it, vi } from 'vitest';
import { describeMachine, differences, type Environment, type Machine } from './environment.ts';
import { gatherEnvironments } from './environments.ts';

afterEach(() => void vi.unstubAllEnvs());

const machine: Machine = { cpu: 'A', cores: 2, threads: 2, memoryGiB: 4, os: 'Linux 6.1.0 x64' };
const environment = (changes: Partial<Machine> = {}, versions = { node: '20.1.0' }): Environment => ({
  versions,
  machine: { ...machine, ...changes },
});

it('knows the threads that ONNX Runtime takes', () => {
  vi.stubEnv('UNBRAID_THREADS', '3');
  expect(describeMachine()).toMatchObject({ cpu: expect.any(String), cores: usableCores(), threads: 3 });
  vi.stubEnv('UNBRAID_THREADS', '');
  expect(describeMachine().threads).toBe(usableCores());
  vi.stubEnv('UNBRAID_THREADS', '1.5');
  expect(() => describeMachine()).toThrow('UNBRAID_THREADS is "1.5"');
});

it.each([
  [{ memoryGiB: 8 }, ''],
  [{ os: 'Linux 6.2.0 x64' }, ''],
  [{ cores: 8 }, ''],
  [{ cpu: 'B' }, 'processor A → B'],
  [{ threads: 1 }, ''],
  [{ os: 'Darwin 24 arm64' }, 'system Linux x64 → Darwin arm64'],
])('names what may change numbers: %j', (changes, expected) => {
  expect(differences(environment(), environment(changes))).toBe(expected);
});

it('names versions that changed, came or went', () => {
  const other = environment({}, { node: '22.0.0', engine: '1' } as never);
  expect(differences(environment(), other)).toBe('node 20.1.0 → 22.0.0, engine none → 1');
  expect(differences(other, environment())).toBe('node 22.0.0 → 20.1.0, engine 1 → none');
});

it('notes the first other environment, and keeps each once, with its own last', () => {
  const notes: string[] = [];
  const own = environment();
  const environments = gatherEnvironments(own, (note) => notes.push(note));
  environments.add(environment({ memoryGiB: 1 }));
  expect(environments.all()).toEqual([own]);
  for (const cpu of ['B', 'C', 'B']) environments.add(environment({ cpu }));
  expect(environments.all()).toEqual([environment({ cpu: 'B' }), environment({ cpu: 'C' }), own]);
  expect(notes).toEqual([
    "parts of this run were computed elsewhere or with other versions (processor B → A): its numbers may differ from an uninterrupted run's",
  ]);
});
