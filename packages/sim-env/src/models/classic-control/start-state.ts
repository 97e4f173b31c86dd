import { EnvError } from '../../env-error.ts';
import { describeValue } from '../../spaces/describe-value.ts';

/**
 * The state that a reset asks for by its option `state`, such as `env.reset({ options: { state: [0, 0.1] } })`; undefined where it asks for none.
 * @throws EnvError `setting`, for anything but so many finite numbers
 */
export function startStateOf(model: string, options: unknown, entries: readonly string[]): number[] | undefined {
  if (options === undefined || options === null) return undefined;
  const { state, ...others } = Object(options) as { readonly state?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined || typeof options !== 'object')
    throw new EnvError(
      'setting',
      `sim-env: ${model}: a reset's options are ${describeValue(options)}; they are { state: [${entries.join(', ')}] }, or left out`,
    );
  if (state === undefined) return undefined;
  const list = Array.isArray(state) || ArrayBuffer.isView(state) ? Array.from(state as ArrayLike<unknown>) : [];
  if (list.length === entries.length && list.every((entry) => Number.isFinite(entry))) return list as number[];
  throw new EnvError(
    'setting',
    `sim-env: ${model}: the state of a reset is ${describeValue(state)}; ${entries.length} finite numbers are needed: ${entries.join(', ')}`,
  );
}
