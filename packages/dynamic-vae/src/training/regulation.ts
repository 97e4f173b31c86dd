import type { Controller } from '../control/controller.ts';
import { incrementalPI } from '../control/incremental-pi.ts';
import { movingAverage } from '../control/moving-average.ts';
import { positionalPI } from '../control/positional-pi.ts';
import { setPointSchedule } from '../control/set-point-schedule.ts';
import type { Objective, SetPoint } from './objective.ts';
import { annealedWeight, capacityAt } from './objectives/annealed.ts';
import { checkObjective } from './objectives/check-objective.ts';
import { tcWeight } from './objectives/tc.ts';

/** Where the weight of the KL divergence stands. Plain JSON, so that a checkpoint holds it. */
export interface RegulationState {
  /** The weight of the step; without a controller, of the next as well. Of `tc` that of the total correlation, of `annealed` γ, of `quantized` 0. */
  readonly beta: number;
  /** What the last step was compared with; null without a set point or before the first step. */
  readonly setPoint: number | null;
  /** y(t): the KL divergence that the controller saw, or a moving average of it. */
  readonly feedback: number;
  readonly controller: { readonly beta: number };
  readonly window: readonly number[];
}

/** Whether β of a step follows from that step's KL divergence. */
export const isControlled = ({ name }: Objective): boolean => name === 'control' || name === 'dynamic';

/** How β moves from step to step. */
export interface Regulation {
  readonly start: RegulationState;
  /**
   * The state whose β is the weight of this step, as in the authors' code: β(t) follows from KL(t) and weighs it.
   * @param iteration counted from 0
   * @param kl of the step's batch before its update, in nats
   */
  step(state: RegulationState, iteration: number, kl: number): RegulationState;
  /** C(t) of a step, counted from 0; null without one. */
  setPoint(iteration: number): number | null;
}

const constantBeta = (beta: number): Controller<{ readonly beta: number }> => ({
  start: { beta },
  step: (state) => state,
});

/**
 * The regulation of an objective.
 *
 * @throws {InputError} where a setting is unknown or out of its range; the message says which
 */
export function regulationOf(objective: Objective): Regulation {
  checkObjective(objective);
  switch (objective.name) {
    case 'vae':
    case 'factor':
    case 'dip-i':
    case 'dip-ii':
      return regulation(constantBeta(1), undefined);
    case 'tc':
      return regulation(constantBeta(tcWeight(objective)), undefined);
    case 'annealed':
      return regulation(constantBeta(annealedWeight(objective)), capacityAt(objective), 1);
    case 'quantized':
      return regulation(constantBeta(0), undefined);
    case 'beta':
      return regulation(constantBeta(objective.beta ?? 4), undefined);
    case 'control':
      return regulation(positionalPI(objective.controller), setPointOf(objective.setPoint), 1);
    case 'dynamic':
      return regulation(incrementalPI(objective.controller), setPointOf(objective.setPoint), objective.window);
  }
}

function regulation<S extends { readonly beta: number }>(
  controller: Controller<S>,
  setPoint: ((iteration: number) => number) | undefined,
  window?: number,
): Regulation {
  const average = movingAverage(window);
  return {
    setPoint: (iteration) => setPoint?.(iteration) ?? null,
    start: {
      beta: controller.start.beta,
      setPoint: null,
      feedback: average.start.mean,
      controller: controller.start,
      window: average.start.values,
    },
    step(state, iteration, kl) {
      const { mean, values } = average.step({ mean: state.feedback, values: state.window }, kl);
      const target = setPoint?.(iteration);
      const next =
        target === undefined
          ? (state.controller as S)
          : controller.step(state.controller as S, { kl: mean, setPoint: target });
      return { beta: next.beta, setPoint: target ?? null, feedback: mean, controller: next, window: values };
    },
  };
}

const setPointOf = (setPoint: SetPoint = {}) =>
  typeof setPoint === 'function' ? setPoint : setPointSchedule(setPoint);
