/** A value as an error names it, in a few words: `NaN`, `"adam"`, `a Float32Array of 3`. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (ArrayBuffer.isView(value) && 'length' in value) return `a ${value.constructor.name} of ${value.length}`;
  return `an object${describeKeys(Object.keys(value))}`;
}

const describeKeys = (keys: readonly string[]): string =>
  keys.length === 0 ? ' without entries' : ` with ${keys.slice(0, 3).join(', ')}${keys.length > 3 ? ', …' : ''}`;
