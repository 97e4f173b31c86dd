import { expect, it } from 'vitest';
import { textTable } from './text-table.ts';

it('sets text to the left and numbers to the right, without spaces at the ends of lines', () => {
  expect(
    textTable([
      ['m', 'network', 'share'],
      ['1,000', 'GaLU', '0.5'],
      ['50', 'ReLU', '-1e-7'],
    ]),
  ).toBe('    m  network  share\n1,000  GaLU       0.5\n   50  ReLU     -1e-7\n');
});

it('keeps a table without rows to its heading', () => {
  expect(textTable([['a', 'b']])).toBe('a  b\n');
});

it('shows control characters, which would be orders to a terminal, as signs', () => {
  expect(textTable([['a'], ['\u001b[2J\u0007x\u009b']])).toBe('a\n�[2J�x�\n');
});
