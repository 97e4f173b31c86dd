import { describe, expect, it } from 'vitest';
import type { Trace } from './trace.ts';
import { smoothedKl, stepResponse, trackingOf } from './tracking.ts';

const traceOf = (kl: readonly number[], setPoint: (i: number) => number): Trace => ({
  step: Int32Array.from(kl, (_, i) => i + 1),
  beta: Float32Array.from(kl, () => 2),
  setPoint: Float32Array.from(kl, (_, i) => setPoint(i)),
  kl: Float32Array.from(kl),
  reconstruction: Float32Array.from(kl, () => 10),
});

it('smooths over a window that starts filled with zeros', () => {
  expect([
    ...smoothedKl(
      traceOf([3, 6, 9, 12], () => 0),
      3,
    ),
  ]).toEqual([1, 3, 6, 9]);
});

describe('trackingOf', () => {
  const kl = Array.from({ length: 100 }, (_, i) => (i < 95 ? 4 : 4.25));

  it('looks at the last tenth, and says what was reached', () => {
    const tracking = trackingOf(
      traceOf(kl, () => 4),
      1,
    )!;
    expect(tracking).toEqual({ error: 0.25, setPoint: 4, kl: 4.125, reached: true });
  });

  it('reports a set point that was never reached', () => {
    const tracking = trackingOf(
      traceOf(kl, () => 20),
      1,
    )!;
    expect(tracking.reached).toBe(false);
    expect(tracking.warning).toBe(
      'the KL divergence ended at 4.13 nats and never reached its set point of 20.00, with beta at 2.00: this network carries ' +
        'no more, or not yet; lower the set point, or train longer',
    );
  });

  it('speaks of capacity and gamma where the objective has those', () => {
    const trace = traceOf(kl, () => 20);
    expect(trackingOf(trace, 1, 'control')!.warning).toBe(trackingOf(trace, 1)!.warning);
    expect(trackingOf(trace, 1, 'annealed')!.warning).toBe(
      'the KL divergence ended at 4.13 nats and never reached its capacity of 20.00, with gamma at 2.00: this network carries ' +
        'no more, or not yet; lower the capacity, raise gamma, or train longer',
    );
  });

  it('takes half of a small set point for not reached', () => {
    const small = (setPoint: number) =>
      trackingOf(
        traceOf([0.3, 0.3], () => setPoint),
        1,
      )!.reached;
    expect([small(0.5), small(0.62)]).toEqual([true, false]);
  });

  it('is undefined without a set point', () => {
    expect(trackingOf(traceOf(kl, () => Number.NaN))).toBeUndefined();
  });
});

describe('stepResponse', () => {
  it('has the overshoot after the first touch, and the steps until it stayed near', () => {
    const kl = [0, 9, 3, 6.5, 4, 5.25, 5, 5];
    expect(
      stepResponse(
        traceOf(kl, () => 5),
        { window: 1 },
      ),
    ).toEqual({ overshoot: 0.25, settling: 5 });
    const { overshoot } = stepResponse(
      traceOf([0, 4.75, 9, 5], () => 5),
      { window: 1 },
    );
    expect(overshoot).toBe(4);
  });

  it('never settles where the last is not near', () => {
    expect(
      stepResponse(
        traceOf([5, 5, 9], () => 5),
        { window: 1 },
      ).settling,
    ).toBeUndefined();
  });

  it('counts from the step that it is told', () => {
    const kl = [9, 5, 5, 7, 5.5, 5.25, 5];
    expect(
      stepResponse(
        traceOf(kl, () => 5),
        { window: 1, from: 2 },
      ),
    ).toEqual({ overshoot: 2, settling: 2 });
  });
});
