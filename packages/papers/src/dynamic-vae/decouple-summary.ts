import { smoothedKl, stepResponse, trackingOf } from '@unbraid/dynamic-vae';
import { deviation, mean, type Summary } from '@unbraid/experiment';
import type { DecoupleFit } from './decouple-report.ts';
import { type ComparedName, comparedNames } from './objectives.ts';
import { rounded } from './rounded.ts';

/** The numbers that the experiment's `summary` explains. @param window of the moving average, in steps */
export function summarizeDecouple(
  fits: readonly DecoupleFit[],
  udrs: ReadonlyMap<ComparedName, readonly number[]>,
  window: number,
): Summary {
  const of = (name: ComparedName) => fits.filter((fit) => fit.name === name);
  const names = comparedNames.filter((name) => of(name).length > 0);
  return {
    seeds: of(names[0]!).length,
    ...Object.fromEntries(names.flatMap((name) => numbersOf(name, of(name), udrs.get(name)!))),
    ...trackingNumbers(of('dynamic'), window),
    ...leastOvershoot('control', of('control'), window),
    ...leastOvershoot('free', of('free'), window),
    ...gains(of('dynamic'), of('beta')),
    ...(names.length > 1 && names.includes('dynamic') && { dynamicBestMig: bestMigs(of('dynamic'), fits) }),
  };
}

function numbersOf(name: ComparedName, fits: readonly DecoupleFit[], udrs: readonly number[]) {
  const values = (of: (fit: DecoupleFit) => number) => fits.map(of);
  const reconstruction = values((fit) => fit.reconstruction);
  const mig = values((fit) => fit.mig);
  return [
    [`${name}Beta`, rounded(mean(values(({ beta }) => beta)), 4)],
    [`${name}Kl`, rounded(mean(values(({ kl }) => kl)), 3)],
    [`${name}Reconstruction`, rounded(mean(reconstruction), 3)],
    [`${name}ReconstructionDeviation`, rounded(deviation(reconstruction), 3)],
    [`${name}Mig`, rounded(mean(mig), 4)],
    [`${name}MigDeviation`, rounded(deviation(mig), 4)],
    ...(fits[0]!.scores.dciDisentanglement === undefined
      ? []
      : [[`${name}Dci`, rounded(mean(values(({ scores }) => scores.dciDisentanglement!)), 4)]]),
    ...(udrs.length > 0 ? [[`${name}Udr`, rounded(mean(udrs), 4)]] : []),
  ];
}

const overshootOf = ({ trace }: DecoupleFit, window: number): number => stepResponse(trace, { window }).overshoot;

function trackingNumbers(fits: readonly DecoupleFit[], window: number): Summary {
  if (fits.length === 0) return {};
  const trackings = fits.map(({ trace }) => trackingOf(trace, window)!);
  return {
    dynamicTrackingError: rounded(Math.max(...trackings.map(({ error }) => error)), 3),
    dynamicMeanTrackingError: rounded(mean(fits.map((fit) => meanTrackingError(fit, window))), 3),
    dynamicOvershoot: rounded(Math.max(...fits.map((fit) => overshootOf(fit, window))), 3),
    dynamicReached: trackings.every(({ reached }) => reached),
  };
}

function leastOvershoot(name: ComparedName, fits: readonly DecoupleFit[], window: number): Summary {
  if (fits.length === 0) return {};
  return { [`${name}Overshoot`]: rounded(Math.min(...fits.map((fit) => overshootOf(fit, window))), 3) };
}

/** Each seed's against the same seed's. */
function gains(dynamic: readonly DecoupleFit[], beta: readonly DecoupleFit[]): Summary {
  if (dynamic.length === 0 || beta.length === 0) return {};
  const percents = dynamic.map((fit, i) => 100 * (1 - fit.reconstruction / beta[i]!.reconstruction));
  return {
    reconstructionGain: rounded(mean(percents), 1),
    leastReconstructionGain: rounded(Math.min(...percents), 1),
  };
}

function bestMigs(dynamic: readonly DecoupleFit[], fits: readonly DecoupleFit[]): number {
  return dynamic.filter((fit) => fits.every((other) => other.trial !== fit.trial || other.mig <= fit.mig)).length;
}

/** The mean |KL − C| of the last tenth of the steps. */
function meanTrackingError({ trace }: DecoupleFit, window: number): number {
  const errors = smoothedKl(trace, window).map((kl, i) => Math.abs(kl - trace.setPoint[i]!));
  return mean(errors.subarray(errors.length - Math.ceil(errors.length / 10)));
}
