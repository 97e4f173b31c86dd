import { EnvError } from './env-error.ts';
/** This copy of the package. Two copies that are installed know nothing of each other's decision functions. */
export const COPY = import.meta.url;

/** Where what a copy makes says which copy that is. */
export const BY = Symbol.for('@unbraid/sim-env.copy');

/** The other copy of the package that made `value`; undefined for what this one made, or none. */
export function otherCopyOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const by = (value as { readonly [BY]?: string })[BY];
  return by === COPY ? undefined : by;
}

/** @throws EnvError where another copy of the package made `value` */
export function checkCopy(name: string, value: unknown): void {
  const other = otherCopyOf(value);
  if (other !== undefined) throw twoCopies(name, other);
}

export function twoCopies(name: string, other: string): Error {
  return new EnvError(
    'model',
    `sim-env: ${name}: two copies of @unbraid/sim-env are at work, ${other} and ${COPY}; install it once (npm ls @unbraid/sim-env shows them), so that the model's decisions and its environment belong together`,
  );
}
