import type { IncrementalPISettings } from '../control/incremental-pi.ts';
import type { PositionalPISettings } from '../control/positional-pi.ts';
import type { SetPointSettings } from '../control/set-point-schedule.ts';
import type { DiscriminatorSettings } from './discriminator.ts';
import type { AnnealedObjective } from './objectives/annealed.ts';
import type { DipObjective } from './objectives/dip.ts';
import type { QuantizedObjective } from './objectives/quantized.ts';
import type { TcObjective } from './objectives/tc.ts';

/** C(t): the settings of the annealing schedule, or any function of the iteration, counted from 0, to nats. */
export type SetPoint = SetPointSettings | ((iteration: number) => number);

/** What a VAE is trained for: how the KL divergence is weighted. */
export type Objective =
  /** β = 1 (Kingma and Welling 2014). */
  | { readonly name: 'vae' }
  /** A constant β, by default 4 (Higgins et al. 2017). */
  | { readonly name: 'beta'; readonly beta?: number }
  /** β = 1 and γ times the total correlation, by default 10 (Kim and Mnih 2018). */
  | { readonly name: 'factor'; readonly gamma?: number; readonly discriminator?: DiscriminatorSettings }
  /** β of a positional PI controller on the KL divergence of single batches (Shao et al. 2020, ControlVAE). */
  | { readonly name: 'control'; readonly controller?: PositionalPISettings; readonly setPoint?: SetPoint }
  /** β of an incremental PI controller on a moving average, by default of 5 batches (DynamicVAE). */
  | {
      readonly name: 'dynamic';
      readonly controller?: IncrementalPISettings;
      readonly setPoint?: SetPoint;
      readonly window?: number;
    }
  /** The KL divergence in three parts (Chen et al. 2018, β-TCVAE). */
  | TcObjective
  /** A penalty on the covariance of means or codes (Kumar et al. 2018, DIP-VAE). */
  | DipObjective
  /** γ · |KL − C| (Burgess et al. 2018). */
  | AnnealedObjective
  /** Of quantized latents, without a KL divergence (Hsu et al. 2023, QLAE). */
  | QuantizedObjective;

/** The name of an objective. */
export type ObjectiveName = Objective['name'];
