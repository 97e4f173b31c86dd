/** A value as it is written in a program. */
export const written = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([key, entry]) => `${key}: ${written(entry)}`)
    .join(', ')} }`;
};
