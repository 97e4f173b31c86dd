import {
  type Box,
  box,
  type Discrete,
  discrete,
  type Env,
  transformAction,
  transformObservation,
} from '@unbraid/sim-env';
import { Pension } from '@unbraid/sim-env/models';
import { blocking } from '@unbraid/sim-env/node';
import { discretizePayments } from './pension-actions.ts';

/** Client contacts after which an episode is truncated. */
export const CONTACTS = 2000;

type CompanyView = Box<'float32'>;

/**
 * The pension market's company for networks: what it sees is from 0 to 1 (age over 100, the logarithm of its funds, its name as in the reward of reputation, clients over 50), the
 * market runs unchanged in a thread of its own.
 */
export function companyEnv(): Env<CompanyView, Box<'float32'>> {
  const env = Pension({ suspension: blocking(), maxEpisodeSteps: CONTACTS });
  return transformObservation(env, box({ low: 0, high: 1, shape: [4] }), ([age, funds, reputation, clients]) =>
    Float32Array.of(
      age! / 100,
      Math.log10(1 + funds!) / 6.1,
      Math.max(0, 1 + reputation! / 500),
      Math.min(clients! / 50, 1),
    ),
  );
}

/** The same with a few payments to choose from. */
export function companyOfChoices(): Env<CompanyView, Discrete> {
  const { size, decode } = discretizePayments();
  return transformAction(companyEnv(), discrete(size), decode);
}
