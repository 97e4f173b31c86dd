import { count, finite, integer, oneOf } from '@unbraid/checks';
import { object } from 'zod';
import { DEFAULT_LIMIT } from '../layers/gate.ts';

const rate = () => finite({ min: 0, below: 1 }).optional();

/** Layers of a network; more than anyone trains. */
const MOST_LAYERS = 1000;

/** What both kinds of networks are told. */
export const commonSettings = {
  inputs: count(),
  outputs: count(),
  hidden: count().default(64),
  depth: count().refine((depth) => depth <= MOST_LAYERS, { error: `a whole number from 1 to ${MOST_LAYERS}` }),
  dropout: finite({ min: 0, below: 1 })
    .or(object({ inputs: rate(), hidden: rate(), attention: rate() }).strict())
    .default(0.5),
  limit: finite({ above: 0 }).default(DEFAULT_LIMIT),
  heads: count().default(8),
  edgeFeatures: integer({ min: 0 }).default(0),
  activation: oneOf('relu', 'gelu', 'elu', 'leakyRelu', 'silu', 'tanh'),
};

/** Dropout by its place. */
export interface NetworkDropout {
  /** Of the features of the graph. Default that of `hidden`. */
  readonly inputs?: number | undefined;
  /** Of what goes from layer to layer. Default 0.5. */
  readonly hidden?: number | undefined;
  /** Of the shares of neighbours, where a layer has attention. Default 0. */
  readonly attention?: number | undefined;
}

/** The part that is dropped at each place. */
export function ratesOf(dropout: number | NetworkDropout): Required<{ [K in keyof NetworkDropout]: number }> {
  if (typeof dropout === 'number') return { inputs: dropout, hidden: dropout, attention: 0 };
  const { hidden = 0.5, inputs = hidden, attention = 0 } = dropout;
  return { inputs, hidden, attention };
}
