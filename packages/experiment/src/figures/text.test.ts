import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth, wrapText } from './text.ts';

describe('wrapText', () => {
  it('keeps every word in order, and every line of several words within the width', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'W', 'i', '²'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 10, max: 300 }), (words, width) => {
        const lines = wrapText(words.join(' '), 12, width);
        expect(lines.join(' ')).toBe(words.join(' '));
        for (const line of lines) expect(line.includes(' ') && textWidth(line, 12) > width).toBe(false);
      }),
    );
  });
});

it('textWidth grows with the text and the font', () => {
  expect(textWidth('mmm', 12)).toBeGreaterThan(textWidth('iii', 12));
  expect(textWidth('abc', 24)).toBe(2 * textWidth('abc', 12));
});
