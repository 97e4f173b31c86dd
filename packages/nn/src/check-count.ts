/** @throws {RangeError} unless `value` is an integer of at least 1, which is returned */
export function checkCount(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`nn: ${name} is ${value}; an integer of at least 1 is needed`);
}
