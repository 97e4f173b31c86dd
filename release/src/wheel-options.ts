import type { WheelOptions } from './wheels.ts';

/** From a command's options, else the environment: `UNBRAID_WHEELS` is a folder, `PIP_INDEX_URL` the index that pip's users set. */
export function wheelOptions({
  wheels = process.env.UNBRAID_WHEELS,
  index = process.env.PIP_INDEX_URL,
}: {
  readonly wheels?: string | undefined;
  readonly index?: string | undefined;
}): WheelOptions {
  return { ...(wheels && { folder: wheels }), ...(index && { index }) };
}
