import { readFileSync } from 'node:fs';

interface Values {
  readonly shape: readonly number[];
  readonly dtype: 'float64' | 'int32';
  readonly data: readonly number[];
}

/** What PyTorch computed; `about` in the file says how. */
export interface Fixture {
  readonly losses: readonly {
    readonly loss: 'meanSquaredError' | 'softmaxCrossEntropy' | 'logistic';
    readonly outputs: Values;
    readonly targets: Values;
    readonly value: number;
    readonly gradient: readonly number[];
  }[];
  readonly training: {
    readonly x: Values;
    readonly labels: Values;
    readonly parameters: readonly Values[];
    readonly runs: readonly {
      readonly optimizer: 'sgd' | 'adam' | 'adamW';
      readonly settings: {
        readonly learningRate: number;
        readonly weightDecay: number;
        readonly momentum?: number;
        readonly nesterov?: boolean;
      };
      readonly losses: readonly number[];
      readonly parameters: readonly number[];
    }[];
  };
}

/** A convolutional net's training; `about` in the file says how. */
export interface ConvNetFixture {
  readonly learningRate: number;
  readonly x: Values;
  readonly labels: Values;
  readonly parameters: readonly number[];
  readonly losses: readonly number[];
  readonly trained: readonly number[];
  readonly unseen: Values;
  readonly outputs: Values;
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

export const pytorch = fixture('optimizers') as Fixture;

export const convNet = fixture('conv-net') as ConvNetFixture;
