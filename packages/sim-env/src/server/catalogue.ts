import { EnvError } from '../env-error.ts';
import { isFactory } from '../env-kind.ts';
import { createEnvRegistry, type EnvRegistry, type MakeEnv } from '../registry.ts';

/** A module's address, and what it exports. */
export interface LoadedModule {
  readonly url: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

export const loadModule = async (url: string): Promise<LoadedModule> => ({ url, exports: await import(url) });

/**
 * The environments to serve: those of the registries that a module exports, or, of a module without one, the environments themselves
 * as `NAME-v0`.
 *
 * @throws EnvError for a module without environments, and for an id in two modules
 */
export function catalogueOf(modules: readonly LoadedModule[]): EnvRegistry {
  const catalogue = createEnvRegistry();
  for (const { url, exports } of modules) {
    const exported = Object.values(exports);
    const registries = exported.filter(isRegistry);
    const factories = exported.filter(isFactory);
    if (registries.length + factories.length === 0) {
      throw new EnvError(
        'setting',
        `sim-env: ${url} exports no environment; export what generateEnv, generateParallelEnv or generateTurnEnv returns, or a registry of them`,
      );
    }
    for (const registry of registries) for (const id of registry.ids()) catalogue.register(id, registry.maker(id));
    if (registries.length > 0) continue;
    for (const factory of factories) catalogue.register(`${factory.definition.name}-v0`, factory as MakeEnv);
  }
  return catalogue;
}

function isRegistry(value: unknown): value is EnvRegistry {
  if (typeof value !== 'object' || value === null) return false;
  return ['register', 'make', 'maker', 'ids'].every(
    (method) => typeof (value as Record<string, unknown>)[method] === 'function',
  );
}
