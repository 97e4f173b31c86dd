import { expect, it } from 'vitest';
import { formatDuration } from './duration.ts';

it.each([
  [0.84, '0.8 s'],
  [42.4, '42 s'],
  [59.7, '1 min 0 s'],
  [185, '3 min 5 s'],
  [7800, '2 h 10 min'],
  [7199, '2 h 0 min'],
])('writes %d seconds as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
