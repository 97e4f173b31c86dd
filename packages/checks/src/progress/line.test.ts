import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barLine, plainLine } from './line.ts';

describe('plainLine', () => {
  it('tells share, count, rate and time left', () => {
    const progress = { done: 1200, total: 2700, label: 'fits', detail: 'm = 1000' };
    expect(plainLine(progress, 12.5)).toBe('44%, 1,200 of 2,700 fits, 13/s, 2 min 0 s left: m = 1000');
  });

  it('tells slow rates per minute or hour', () => {
    expect(plainLine({ done: 1, total: 3 }, 0.05)).toBe('33%, 1 of 3, 3.0/min, 40 s left');
    expect(plainLine({ done: 1, total: 3 }, 0.001)).toBe('33%, 1 of 3, 3.6/h, 33 min 20 s left');
  });

  it('tells no rate that it does not know, and no time left at the end', () => {
    expect(plainLine({ done: 0, total: 3 }, undefined)).toBe('0%, 0 of 3');
    expect(plainLine({ done: 3, total: 3 }, 2)).toBe('100%, 3 of 3, 2.0/s');
  });
});

describe('barLine', () => {
  it('draws the share', () => {
    expect(barLine({ done: 1, total: 4, label: 'fits' }, 1, 80)).toBe(
      '██████░░░░░░░░░░░░░░░░░░  25%  1 of 4 fits  1.0/s  3 s left',
    );
  });

  it('fits the terminal, whatever its width and the progress', () => {
    const progress = fc.record({ done: fc.nat(), total: fc.nat(), detail: fc.string() });
    fc.assert(
      fc.property(progress, fc.integer({ min: 2, max: 200 }), (state, columns) => {
        expect(barLine(state, 1, columns).length).toBeLessThan(columns);
      }),
    );
  });
});
