import type { Discretizer } from '@unbraid/sim-env';

/** Euros that the agent can pay to a client; negative ones it takes. */
const PAYMENTS = [-20_000, -5000, -1500, 0, 1500, 5000, 12_000, 20_000];

/** The environment's action, in [0, 1], stands for −50,000 to 50,000 euros. */
const actionOf = (euros: number): Float32Array => Float32Array.of((euros + 50_000) / 100_000);

/** A few payments out of the continuous action space. */
export function discretizePayments(): Discretizer<Float32Array> {
  const actions = PAYMENTS.map((euros) => actionOf(euros)[0]!);
  return {
    size: PAYMENTS.length,
    encode: (action) => actions.indexOf(action[0]!),
    decode: (cell) => Float32Array.of(actions[cell]!),
  };
}
