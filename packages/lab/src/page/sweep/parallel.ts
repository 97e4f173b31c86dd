import { numberIn } from '@unbraid/experiment/statistics';
import type { Scalar, Sweep, TrialInfo } from '../../api.ts';
import { formatNumber, formatScalar } from '../values/format.ts';
import { resultOf } from './trials.ts';

/** An upright axis of parallel coordinates. */
export interface ParallelAxis {
  readonly name: string;
  /** 0 to 1 from the foot; undefined where the trial has no place on it. */
  readonly place: (trial: TrialInfo) => number | undefined;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/** An axis for each setting that varies, and one for the result. */
export function parallelAxes(sweep: Sweep, metric: string): readonly ParallelAxis[] {
  const settings = sweep.axes.map(({ name, log }) => axisOf(sweep.trials, name, (trial) => trial.settings[name], log));
  return [...settings, axisOf(sweep.trials, metric, (trial) => resultOf(trial, metric), false)];
}

function axisOf(
  trials: readonly TrialInfo[],
  name: string,
  value: (trial: TrialInfo) => Scalar | undefined,
  log: boolean,
): ParallelAxis {
  const values = trials.flatMap((trial) => value(trial) ?? []);
  const numbers = values.flatMap((each) => numberIn(each) ?? []);
  return numbers.length === values.length && values.length > 0
    ? numericAxis(name, numbers, (trial) => numberIn(value(trial)), log)
    : namedAxis(name, values, value);
}

function numericAxis(
  name: string,
  numbers: readonly number[],
  value: (trial: TrialInfo) => number | undefined,
  log: boolean,
): ParallelAxis {
  const can = (x: number) => Number.isFinite(x) && (!log || x > 0);
  const drawable = numbers.filter(can);
  const [low, high] = [
    drawable.reduce((a, b) => Math.min(a, b), Infinity),
    drawable.reduce((a, b) => Math.max(a, b), -Infinity),
  ];
  const scaled = (x: number) => (log ? Math.log10(x) : x);
  const place = (x: number) => (low === high ? 0.5 : (scaled(x) - scaled(low)) / (scaled(high) - scaled(low)));
  const distinct = [...new Set(drawable)].sort((a, b) => a - b);
  // Few values are all named; of many the ends and the middle.
  const middle = log ? Math.sqrt(low * high) : (low + high) / 2;
  const named = distinct.length <= 6 ? distinct : [low, middle, high];
  return {
    name,
    place: (trial) => {
      const x = value(trial);
      return x === undefined || !can(x) ? undefined : place(x);
    },
    ticks: drawable.length === 0 ? [] : named.map((x) => ({ at: place(x), label: formatNumber(x, 3) })),
  };
}

function namedAxis(
  name: string,
  values: readonly Scalar[],
  value: (trial: TrialInfo) => Scalar | undefined,
): ParallelAxis {
  const names = [...new Set(values.map(String))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const at = (text: string) => (names.length === 1 ? 0.5 : names.indexOf(text) / (names.length - 1));
  return {
    name,
    place: (trial) => {
      const own = value(trial);
      return own === undefined ? undefined : at(String(own));
    },
    ticks: names.map((text) => ({ at: at(text), label: formatScalar(text) })),
  };
}
