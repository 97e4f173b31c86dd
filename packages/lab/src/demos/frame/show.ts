/** A number as it is read in a sentence or a table: three significant digits, whole numbers up to a million as they are. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    Number.isInteger(value) && size < 1e6
      ? value.toLocaleString('en')
      : size >= 1e6 || size < 1e-3
        ? exponential(value)
        : String(Number(value.toPrecision(3)));
  return text.replace('-', '−');
}

function exponential(value: number): string {
  const [digits, exponent] = value.toExponential(2).split('e') as [string, string];
  const raised = [...String(Number(exponent))]
    .map((digit) => ('-' === digit ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]))
    .join('');
  return `${digits} · 10${raised}`;
}
