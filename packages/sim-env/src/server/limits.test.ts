import { describe, expect, it } from 'vitest';
import { createRate, defaultLimits, type Limits, limitsWith } from './limits.ts';

describe('createRate', () => {
  it('lets two seconds of messages come at once, then as many as time brings', () => {
    let time = 0;
    const within = createRate(10, () => time);
    const passing = (tries: number) => Array.from({ length: tries }, within).filter(Boolean).length;
    expect(passing(30)).toBe(20);
    time += 500;
    expect(passing(30)).toBe(5);
    time += 1e6;
    expect(passing(30)).toBe(20);
  });
});

describe('limitsWith', () => {
  it('fills up with defaults', () => {
    expect(limitsWith({ connections: 3 })).toMatchObject({ connections: 3, messageBytes: 2 ** 20 });
  });

  it.each(Object.keys(defaultLimits) as (keyof Limits)[])('checks %s', (name) => {
    const fractions = /Seconds$|Megabytes$/.test(name);
    expect(limitsWith({ [name]: 3 })).toEqual({ ...defaultLimits, [name]: 3 });
    expect(() => limitsWith({ [name]: '3' })).toThrow(`the limit ${name} is a positive `);
    expect(() => limitsWith({ [name]: Number.POSITIVE_INFINITY })).toThrow(`the limit ${name} is `);
    if (fractions) expect(limitsWith({ [name]: 0.5 })).toMatchObject({ [name]: 0.5 });
    else expect(() => limitsWith({ [name]: 0.5 })).toThrow(`the limit ${name} is a positive integer, got 0.5`);
  });

  it.each([0, -1, Number.NaN])('refuses %s', (idleSeconds) => {
    expect(() => limitsWith({ idleSeconds })).toThrow(`the limit idleSeconds is a positive number, got ${idleSeconds}`);
  });
});
