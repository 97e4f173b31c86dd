import { unknownName } from '@unbraid/checks';
import { type Experiment, UsageError } from '@unbraid/experiment';

/** The experiments that there are. */
export interface Registry {
  list(): Promise<readonly Experiment[]>;
  /** @throws UsageError listing the names that there are, nearest first. */
  find(name: string): Promise<Experiment>;
  /** Of packages that experiments come from, by name: a run on many machines is worked for by those that have the same. Unbraid's own need not be named. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Loads the experiments of one system, `galu` of `galu/memorize`. */
export type LoadSystem = () => Promise<readonly Experiment[]>;

/**
 * A registry that loads a system when one of its experiments is asked for.
 * @param versions of the packages that they come from, by name
 */
export function createRegistry(
  systems: Readonly<Record<string, LoadSystem>>,
  versions: Readonly<Record<string, string>> = {},
): Registry {
  const list = async () => (await Promise.all(Object.values(systems).map((load) => load()))).flat();
  return {
    list,
    versions,
    async find(name) {
      const system = name.split('/')[0]!;
      const candidates = Object.hasOwn(systems, system) ? await systems[system]!() : [];
      const found = candidates.find((experiment) => experiment.name === name);
      if (found !== undefined) return found;
      const names = (await list()).map((experiment) => experiment.name);
      throw new UsageError(unknownName('experiment', name, names));
    },
  };
}

/** The experiments of this release. */
export const registry: Registry = createRegistry({
  galu: async () => (await import('@unbraid/papers/galu')).experiments,
  gfgn: async () => (await import('@unbraid/papers/gfgn')).experiments,
  laperm: async () => (await import('@unbraid/papers/laperm')).experiments,
  linearity: async () => (await import('@unbraid/papers/linearity')).experiments,
  'dynamic-vae': async () => (await import('@unbraid/papers/dynamic-vae')).experiments,
  'sim-env': async () => (await import('@unbraid/papers/sim-env')).experiments,
});
