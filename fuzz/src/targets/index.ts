import type { FuzzTarget } from '../target.ts';

/** The targets by name; each is loaded when it is fuzzed, so that one reader's libraries aren't in another's process. */
const TARGETS: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  cifar10: async () => (await import('./cifar10.ts')).cifar10,
  dsprites: async () => (await import('./dsprites.ts')).dsprites,
  'edge-list': async () => (await import('./edge-list.ts')).edgeList,
  'env-messages': async () => (await import('./env-messages.ts')).envMessages,
  'env-recording': async () => (await import('./env-episodes.ts')).envRecording,
  'env-snapshot': async () => (await import('./env-episodes.ts')).envSnapshot,
  'env-spaces': async () => (await import('./env-spaces.ts')).envSpaces,
  'fit-state': async () => (await import('./fit-state.ts')).fitState,
  galu: async () => (await import('./galu.ts')).galu,
  gln: async () => (await import('./gln.ts')).gln,
  'geom-gcn': async () => (await import('./geom-gcn.ts')).geomGcn,
  'gfgn-graph-model': async () => (await import('./gfgn-parts.ts')).gfgnGraphModel,
  'gfgn-link-model': async () => (await import('./gfgn-parts.ts')).gfgnLinkModel,
  'gfgn-model': async () => (await import('./gfgn-model.ts')).gfgnModel,
  heterophilous: async () => (await import('./graph-sets.ts')).heterophilous,
  idx: async () => (await import('./idx.ts')).idx,
  'idx-file': async () => (await import('./idx-file.ts')).idxFile,
  jpeg: async () => (await import('./images.ts')).jpeg,
  'json-lines': async () => (await import('./table.ts')).jsonLines,
  'lab-lines': async () => (await import('./lab-lines.ts')).labLines,
  keras: async () => (await import('./keras.ts')).keras,
  lane: async () => (await import('./mat.ts')).lane,
  mat: async () => (await import('./mat.ts')).mat,
  mat73: async () => (await import('./mat.ts')).mat73,
  mpi3d: async () => (await import('./factor-images.ts')).mpi3d,
  'nn-model': async () => (await import('./nn-model.ts')).nnModel,
  npy: async () => (await import('./npy.ts')).npy,
  npz: async () => (await import('./npz.ts')).npz,
  'number-table': async () => (await import('./number-table.ts')).numberTable,
  ogb: async () => (await import('./graph-sets.ts')).ogb,
  onnx: async () => (await import('./onnx.ts')).onnx,
  permutations: async () => (await import('./permutations.ts')).permutations,
  pickle: async () => (await import('./planetoid.ts')).pickle,
  planetoid: async () => (await import('./planetoid.ts')).planetoid,
  png: async () => (await import('./images.ts')).png,
  'run-directory': async () => (await import('./run-directory.ts')).runDirectory,
  safetensors: async () => (await import('./safetensors.ts')).safetensors,
  shapes3d: async () => (await import('./factor-images.ts')).shapes3d,
  'small-norb': async () => (await import('./factor-images.ts')).smallNorb,
  table: async () => (await import('./table.ts')).table,
  vae: async () => (await import('./vae.ts')).vae,
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
