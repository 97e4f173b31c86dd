import { InputError } from '@unbraid/checks';

const MEGABYTE = 1e6;
const GIGABYTE = 1e9;

/** Memory that the process may still take, in bytes; 4 GiB where the system does not say. */
export const availableMemory = (): number =>
  (globalThis as { process?: { availableMemory?: () => number } }).process?.availableMemory?.() ?? 2 ** 32;

/** @throws {InputError} for work on `parameters` parameters that needs more bytes than there are, with what it would take */
export function checkMemory(what: string, parameters: number, bytes: number, available: number): void {
  if (bytes <= available) return;
  const shown = (value: number) =>
    value < GIGABYTE ? `${(value / MEGABYTE).toFixed(1)} MB` : `${(value / GIGABYTE).toFixed(1)} GB`;
  throw new InputError(
    'limit',
    `linearity: ${what} (${parameters} parameters) would take ${shown(bytes)}, ${shown(available)} are available; ` +
      'take a smaller width (parameters grow with its square), or raise availableBytes',
  );
}
