import { InputError } from '@unbraid/checks';
import type { Optimizer, OptimizerContext } from '@unbraid/nn';

/** An inner optimizer's settings under its name, among those that a checkpoint must agree with. */
export const innerSettings = ({ name, settings }: Optimizer): Optimizer['settings'] =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${name}.${key}`, value]));

/** @throws {InputError} where an optimizer isn't told what it trains */
export function toldContext(name: string, context: OptimizerContext | undefined): OptimizerContext {
  if (context) return context;
  throw new InputError('setting', `laperm: ${name} needs to know the model and its first parameters; use it with fit`);
}
