import { InputError, showValue } from '@unbraid/checks';
import type { Categories } from './levels.ts';

/** Refuses a column of free text, with what to do. @throws {InputError} `data`, always */
export function refuseText({ name }: { readonly name: string }, { levels, codes, missing }: Categories): never {
  const length = levels.reduce<number>((sum, level) => sum + String(level).length, 0) / levels.length;
  throw new InputError(
    'data',
    `table: column ${showValue(name)} is free text: ${levels.length} different texts in ${codes.length - missing} rows, ${Math.round(length)} characters each on average, ` +
      `such as ${showValue(levels[0])}; leave it out (kinds: { ${JSON.stringify(name)}: 'leave-out' }), or put numbers made of it in its place, such as an embedding's`,
  );
}
