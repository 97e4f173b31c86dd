import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { valueFromText } from './text.ts';

describe('valueFromText', () => {
  it('reads every finite number that JavaScript can print', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        expect(valueFromText(z.number().default(1), String(x))).toBe(x === 0 ? Number(String(x)) : x);
      }),
    );
  });

  it('leaves text that is no number for the schema to refuse', () => {
    expect(valueFromText(z.number(), 'ten')).toBe('ten');
    expect(valueFromText(z.number(), '')).toBe('');
    expect(valueFromText(z.boolean(), 'yes')).toBe('yes');
  });

  it('reads booleans, choices and literals', () => {
    expect(valueFromText(z.boolean().default(false).describe('…'), 'true')).toBe(true);
    expect(valueFromText(z.enum(['a', 'b']), 'b')).toBe('b');
    expect(valueFromText(z.literal([1, 2]), '2')).toBe(2);
  });

  it('reads lists as JSON or separated by commas', () => {
    const lists = z.array(z.int()).default([1]);
    expect(valueFromText(lists, '[1, 2]')).toEqual([1, 2]);
    expect(valueFromText(lists, '1,2, 3')).toEqual([1, 2, 3]);
    expect(valueFromText(lists, '')).toEqual([]);
    expect(valueFromText(z.array(z.enum(['mnist', 'gaussian'])), 'mnist,gaussian')).toEqual(['mnist', 'gaussian']);
  });

  it('takes the first meaning of a union that fits', () => {
    const schema = z.union([z.number(), z.literal('auto')]);
    expect(valueFromText(schema, '3')).toBe(3);
    expect(valueFromText(schema, 'auto')).toBe('auto');
    expect(valueFromText(z.number().nullable(), 'null')).toBe(null);
  });

  it('reads objects as JSON', () => {
    expect(valueFromText(z.object({ a: z.number() }), '{"a": 1}')).toEqual({ a: 1 });
  });
});
