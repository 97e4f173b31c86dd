import type { Random } from '@unbraid/kernels';

/** How the share of random actions falls: evenly, from `initial` to `final` over the first `fraction` of all timesteps. */
export interface Exploration {
  readonly initial: number;
  readonly final: number;
  readonly fraction: number;
}

/** ε. @param share of the timesteps that are done */
export function explorationAt({ initial, final, fraction }: Exploration, share: number): number {
  return share >= fraction ? final : initial + (share / fraction) * (final - initial);
}

/** One of the choices that a mask allows, each with the same probability. @param mask a 1 for each that is; default all */
export function randomChoice(random: Random, choices: number, mask?: Uint8Array): number {
  if (mask === undefined) return random.int(choices);
  let left = random.int(mask.reduce((sum, entry) => sum + entry, 0));
  return mask.findIndex((entry) => entry === 1 && left-- === 0);
}
