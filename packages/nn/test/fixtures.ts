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

/** Labels in two classes or more, and what scikit-learn says of them. */
export interface LabelsCase {
  readonly true: readonly number[];
  readonly predicted: readonly number[];
  readonly classes: number;
  readonly weights: readonly number[] | null;
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: number;
  readonly precision: Averages;
  readonly recall: Averages;
  readonly f1: Averages;
}

interface Averages {
  readonly binary?: number;
  readonly macro: number;
  readonly micro: number;
  readonly weighted: number;
  readonly none: readonly number[];
}

/** Metrics by scikit-learn, and weighted cross entropy by PyTorch; `about` in the file says how. */
export interface MetricsFixture {
  readonly labels: readonly LabelsCase[];
  readonly probabilities: readonly {
    readonly true: readonly number[];
    readonly scores: Values;
    readonly weights: readonly number[] | null;
    readonly logLoss: number;
  }[];
  readonly ranking: readonly {
    readonly true: readonly number[];
    readonly scores: readonly number[];
    readonly weights: readonly number[] | null;
    readonly auc: number;
  }[];
  readonly quantities: readonly {
    readonly true: Values;
    readonly predicted: Values;
    readonly weights: readonly number[] | null;
    readonly mae: number;
    readonly mse: number;
    readonly r2: number;
  }[];
  readonly weighted: {
    readonly outputs: Values;
    readonly labels: Values;
    readonly classWeights: Values;
    readonly rowWeights: Values;
    readonly byClass: number;
    readonly byClassAndRow: number;
    readonly accuracy: number;
    readonly step: Values;
  };
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'));

export const pytorch = fixture('optimizers') as Fixture;

export const convNet = fixture('conv-net') as ConvNetFixture;

export const metrics = fixture('metrics') as MetricsFixture;

export const { weighted } = metrics;

/** A layer's outputs and gradients; `about` in the file says how. */
export interface LayerCase {
  readonly name: string;
  readonly x: Values & { readonly dtype: 'float64' | 'int64' };
  readonly parameters: readonly number[];
  readonly output: Values;
  readonly cotangent: readonly number[];
  readonly gradX: readonly number[] | null;
  readonly gradParameters: readonly number[];
  readonly mask?: Values;
  readonly context?: Values;
}

export const layerCases = (fixture('layers') as { readonly cases: readonly LayerCase[] }).cases;
