import { InputError, listed, nearestFirst, showValue } from '@unbraid/checks';

/** @throws {InputError} `setting`, for a name that isn't there, with those that are */
export function checkName(what: string, name: string, values: readonly { readonly name: string }[]): void {
  const names = values.map((value) => value.name);
  if (names.includes(name)) return;
  throw new InputError(
    'setting',
    `onnx: there is no ${what} ${showValue(name)}; the nearest are ${listed(nearestFirst(name, names).slice(0, 5))}`,
  );
}
