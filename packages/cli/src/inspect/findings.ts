import type { Summary } from '@unbraid/experiment';
import {
  type Kernel,
  type KernelSpectrum,
  kernelChangeLimit,
  kernelSpectrum,
  type LinearRegime,
  linearRegimeOf,
} from '@unbraid/linearity';
import { type HessianEnds, STEPS, type Step, type Way } from './measure.ts';
import type { Settings } from './settings.ts';
import type { Subject } from './subject.ts';

/** Everything that an inspection comes to. */
export interface Findings {
  readonly subject: Subject;
  readonly settings: Settings;
  readonly hessians: readonly HessianEnds[];
  /** The row at which the Hessian is largest. */
  readonly widest: HessianEnds;
  readonly spectrum: KernelSpectrum;
  readonly step: Step;
  readonly ways: readonly Way[];
  /** ‖H‖, the largest over the rows. */
  readonly norm: number;
  /** ‖∇f‖, the root mean square over the rows. */
  readonly gradient: number;
  /** ε */
  readonly curvature: number;
  readonly kernelChange: number;
  /** δ */
  readonly distance: number;
  readonly regime: LinearRegime;
  /** Operators with kinks. */
  readonly kinks: readonly string[];
}

export interface Measured {
  readonly subject: Subject;
  readonly settings: Settings;
  readonly hessians: readonly HessianEnds[];
  readonly kernel: Kernel;
  readonly step: Step;
  readonly kernelChange: number;
  readonly ways: readonly Way[];
}

export const normOf = ({ lower, upper }: HessianEnds): number => Math.max(Math.abs(lower), Math.abs(upper));

const boundOf = ({ lower, upper, lowerBound, upperBound }: HessianEnds): number =>
  Math.abs(lower) > Math.abs(upper) ? lowerBound : upperBound;

export function findingsOf({ subject, settings, hessians, kernel, step, kernelChange, ways }: Measured): Findings {
  const widest = hessians.reduce((most, each) => (normOf(each) > normOf(most) ? each : most));
  const norm = normOf(widest);
  const { rows, data } = kernel.kernel;
  let trace = 0;
  for (let i = 0; i < rows; i++) trace += data[i * rows + i]!;
  const gradient = Math.sqrt(trace / rows);
  const curvature = (norm * step.length) / gradient;
  const among = step.change.slice(0, settings.distanceRows);
  const gained = Math.sqrt(among.reduce((sum, value) => sum + value ** 2, 0) / among.length);
  const distance = ways[0]!.distances[STEPS.indexOf(1)]! / gained;
  const kinks = [...new Set(hessians.flatMap((each) => each.kinks))];
  const spectrum = kernelSpectrum(kernel);
  const regime = linearRegimeOf({ curvature, kernelChange, distance }, settings.threshold);
  return {
    subject,
    settings,
    hessians,
    widest,
    spectrum,
    step,
    ways,
    norm,
    gradient,
    curvature,
    kernelChange,
    distance,
    regime,
    kinks,
  };
}

/** What each result means. */
export const meanings = {
  regime: 'linear, linear on the way, or not linear: see the report for the rule',
  parameters: 'Parameters of the model',
  trained: 'of them those that gradients move, by which everything here is differentiated',
  hessianNorm: '‖H‖, the spectral norm of the Hessian of the output by the weights, the largest over hessianRows rows',
  hessianBound: 'how far a true eigenvalue is from it at most, by the residual',
  hessianLower: 'lower end of the spectrum at the row of that norm',
  hessianUpper: 'upper end there',
  hessianConverged: 'whether all searches reached the tolerance',
  kinks: 'Operators with kinks; where there are any, H is that of the smooth piece that the weights are in',
  gradientNorm: '‖∇f‖, root mean square over the rows',
  rows: 'Rows of the tangent kernel',
  kernelMin: 'λ_min, the smallest eigenvalue of the tangent kernel',
  kernelMax: 'its largest',
  kernelBound: 'how far an eigenvalue is off at most, by an estimate of rounding; λ_min below it may be 0',
  kernelRank: 'eigenvalues above that bound: fewer than rows, and no step fits all rows in the tangent model',
  stepLength: "R, the length of the shortest step that moves each row's output by ±ρ in the tangent model",
  curvature: 'ε = ‖H‖ R / ‖∇f‖',
  kernelChangeLimit: '2 ε + ε²: by how much ‖H‖ lets the kernel change within R, relative, to first order',
  kernelChange: 'by how much it changes by that step, relative, measured',
  distanceFromLinear: 'δ: by how much the outputs miss what the tangent model says of that step, relative, measured',
  inputs: 'Where the rows come from: data, or random',
  seconds: 'Time of the run, s',
};

export function summaryOf(findings: Findings): Summary {
  const { subject, settings, hessians, widest, spectrum, step, norm, gradient, curvature, kernelChange, distance } =
    findings;
  return {
    regime: findings.regime,
    parameters: subject.params.length,
    trained: subject.trained,
    hessianNorm: norm,
    hessianBound: boundOf(widest),
    hessianLower: widest.lower,
    hessianUpper: widest.upper,
    hessianConverged: hessians.every(({ converged }) => converged),
    kinks: findings.kinks.join(', '),
    gradientNorm: gradient,
    rows: subject.x.rows,
    kernelMin: spectrum.smallest,
    kernelMax: spectrum.largest,
    kernelBound: spectrum.bound,
    kernelRank: step.rank,
    stepLength: step.length,
    curvature,
    kernelChangeLimit: kernelChangeLimit(curvature),
    kernelChange,
    distanceFromLinear: distance,
    inputs: settings.data === '' ? 'random' : 'data',
  };
}
