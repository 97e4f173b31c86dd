import { formatNumber } from '../report/format.ts';
import type { JsonValue } from '../values.ts';
import { type Dimension, numberOf } from './space.ts';
import { wordOf } from './trial.ts';

/** A setting as an axis. */
export interface Axis {
  /** Where a value stands, from 0 at the bottom to 1. */
  place(value: JsonValue): number;
  /** A value as an axis of its own has it: a number, or a choice's text. */
  value(value: JsonValue): number | string;
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
  readonly log: boolean;
  /** Whether it has choices, which are no numbers of a scale. */
  readonly ordinal: boolean;
}

/** Choices stand one above the other, numbers by their size, or their magnitude where the range has it so. */
export function axisOf(dimension: Dimension): Axis {
  if (dimension.kind === 'choices') {
    const order = inOrder(dimension.values);
    const last = Math.max(1, order.length - 1);
    const placeOf = (value: JsonValue) =>
      order.findIndex((each) => JSON.stringify(each) === JSON.stringify(value)) / last;
    return {
      place: placeOf,
      value: wordOf,
      ticks: order.map((value) => ({ place: placeOf(value), text: wordOf(value) })),
      log: false,
      ordinal: true,
    };
  }
  const { from, to, log } = dimension;
  const scale = (x: number) => (log ? Math.log(x) : x);
  const number = (value: JsonValue) => numberOf(dimension, value)!;
  return {
    place: (value) => (scale(number(value)) - scale(from)) / (scale(to) - scale(from)),
    value: number,
    ticks: [
      { place: 0, text: formatNumber(from) },
      { place: 1, text: formatNumber(to) },
    ],
    log,
    ordinal: false,
  };
}

/** Numbers by their size, everything else as it was given. */
const inOrder = (values: readonly JsonValue[]): readonly JsonValue[] =>
  values.every((value) => typeof value === 'number') ? values.toSorted((a, b) => a - b) : values;
