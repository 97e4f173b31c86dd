import { COPY, twoCopies } from '../copies.ts';
import { EnvError } from '../env-error.ts';
import type { FunctionKind } from './kind.ts';
import type { Perspective } from './perspective.ts';

/** What is known of a decision function. */
export interface Decision {
  /** `Insurer.determineTransaction` */
  readonly name: string;
  /** The instance is the first argument of its perspectives. */
  readonly method: boolean;
  readonly kind: FunctionKind;
  readonly perspectives: Perspective[];
}

type AnyFunction = (...args: never) => unknown;

const ofFunction = new WeakMap<AnyFunction, Decision>();
const ofPerspective = new WeakMap<Perspective, Decision>();

/** Which copy of this package a perspective is registered with; all copies in the thread share it, to notice each other. */
const registrations = sharedRegistrations();

function sharedRegistrations(): WeakMap<Perspective, string> {
  const shared = globalThis as { [key: symbol]: WeakMap<Perspective, string> | undefined };
  const key = Symbol.for('@unbraid/sim-env.perspectives');
  shared[key] ??= new WeakMap();
  return shared[key];
}

export const decisionOf = (fn: AnyFunction): Decision | undefined => ofFunction.get(fn);

export function registerDecision(fn: AnyFunction, decision: Decision): void {
  ofFunction.set(fn, decision);
}

/** @throws EnvError where the perspective is already somewhere, or another of its name is here */
export function addPerspective(decision: Decision, perspective: Perspective): void {
  const place = ofPerspective.get(perspective);
  if (place !== undefined) {
    throw new EnvError(
      'setting',
      `sim-env: perspective ${perspective.name} is registered twice: it is already on ${place.name}`,
    );
  }
  if (decision.perspectives.some(({ name }) => name === perspective.name)) {
    throw new EnvError(
      'setting',
      `sim-env: ${decision.name} is registered twice as ${perspective.name}; give its perspectives different names`,
    );
  }
  ofPerspective.set(perspective, decision);
  registrations.set(perspective, COPY);
  decision.perspectives.push(perspective);
}

/** @throws EnvError for a perspective that no function was given, or that another copy of this package knows */
export function decisionSeenFrom(perspective: Perspective): Decision {
  const decision = ofPerspective.get(perspective);
  if (decision !== undefined) return decision;
  const other = registrations.get(perspective);
  if (other !== undefined) throw twoCopies(`perspective ${perspective.name}`, other);
  throw new EnvError(
    'setting',
    `sim-env: perspective ${perspective.name} is on no decision function; register it with makeStep before generating an environment`,
  );
}

/**
 * The perspective called `name` of a decision function, or its only one.
 *
 * @throws EnvError where there is none, or several and no name
 */
export function perspectiveOf(fn: AnyFunction, name?: string): Perspective {
  const decision = ofFunction.get(fn);
  if (decision === undefined) {
    throw new EnvError(
      'setting',
      `sim-env: ${fn.name || 'the function'} is no decision function; register it with makeStep`,
    );
  }
  const found = decision.perspectives.filter((perspective) => name === undefined || perspective.name === name);
  if (found.length === 1) return found[0]!;
  const names = decision.perspectives.map((perspective) => perspective.name).join(', ');
  throw new EnvError('setting', `sim-env: ${decision.name} has the perspectives ${names}; name one of them`);
}
