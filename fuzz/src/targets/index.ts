import type { FuzzTarget } from '../target.ts';

/** The targets by name; each is loaded when it is fuzzed, so that one reader's libraries aren't in another's process. */
const TARGETS: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  cifar10: async () => (await import('./cifar10.ts')).cifar10,
  dsprites: async () => (await import('./dsprites.ts')).dsprites,
  idx: async () => (await import('./idx.ts')).idx,
  'idx-file': async () => (await import('./idx-file.ts')).idxFile,
  jpeg: async () => (await import('./images.ts')).jpeg,
  npy: async () => (await import('./npy.ts')).npy,
  npz: async () => (await import('./npz.ts')).npz,
  png: async () => (await import('./images.ts')).png,
  safetensors: async () => (await import('./safetensors.ts')).safetensors,
  table: async () => (await import('./table.ts')).table,
};

export const targetNames: readonly string[] = Object.keys(TARGETS);

/** Begins the names of targets with a known fault, on which fuzzing itself is tested. */
const FAULTY = 'faulty ';

/** @throws where there is no such target. */
export async function loadTarget(name: string): Promise<FuzzTarget> {
  if (name.startsWith(FAULTY)) return (await import('./faulty.ts')).faulty(name.slice(FAULTY.length) as 'hangs');
  const load = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (!load) throw new Error(`fuzz: there is no target "${name}"; there are ${targetNames.join(', ')}`);
  return load();
}
