/** What a demo can be set to, and how that stands in an address: `k=12&preset=spirals`. */
export type Settings = Readonly<Record<string, Setting>>;

/** One setting; all kinds but `text` have a control. */
export type Setting = RangeSetting | StepsSetting | ChoiceSetting<string> | SeedSetting | TextSetting;

interface Control {
  readonly label: string;
  /** A sentence for those who want to know more. */
  readonly help?: string;
}

export interface RangeSetting extends Control {
  readonly kind: 'range';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  readonly unit?: string;
}

/** A slider over a few numbers, such as widths that double. */
export interface StepsSetting extends Control {
  readonly kind: 'steps';
  readonly values: readonly number[];
  readonly default: number;
}

export interface ChoiceSetting<C extends string> extends Control {
  readonly kind: 'choice';
  /** Words to be shown by value. */
  readonly choices: Readonly<Record<C, string>>;
  readonly default: C;
}

export interface SeedSetting extends Control {
  readonly kind: 'seed';
  readonly default: number;
}

/** Without a control: what is drawn by hand, for instance. */
export interface TextSetting {
  readonly kind: 'text';
  readonly default: string;
}

export const range = (setting: Omit<RangeSetting, 'kind'>): RangeSetting => ({ kind: 'range', ...setting });
export const steps = (setting: Omit<StepsSetting, 'kind'>): StepsSetting => ({ kind: 'steps', ...setting });
export const choice = <C extends string>(
  setting: Omit<ChoiceSetting<C>, 'kind' | 'default'> & { readonly default: NoInfer<C> },
): ChoiceSetting<C> => ({ kind: 'choice', ...setting });
export const seed = (help = 'All that is drawn at random follows from it.'): SeedSetting => ({
  kind: 'seed',
  label: 'Seed',
  help,
  default: 0,
});
export const text = (initial = ''): TextSetting => ({ kind: 'text', default: initial });

type ValueOf<S> = S extends ChoiceSetting<infer C> ? C : S extends TextSetting ? string : number;
export type Values<S extends Settings> = { readonly [K in keyof S]: ValueOf<S[K]> };
export type Value = number | string;

/** The largest seed that a control takes. */
export const LARGEST_SEED = 9999;

/** Values of a query; what is missing, unknown or can't be is the default, what is too large or too small the nearest. */
export function valuesOf<S extends Settings>(settings: S, query: string): Values<S> {
  const given = new URLSearchParams(query);
  const entries = Object.entries(settings).map(([name, setting]) => [name, read(setting, given.get(name))]);
  return Object.fromEntries(entries) as Values<S>;
}

/** The query of values: those that aren't the default, in the order of the settings. */
export function queryOf<S extends Settings>(settings: S, values: Values<S>): string {
  const query = new URLSearchParams();
  for (const [name, setting] of Object.entries(settings)) {
    const value = values[name] as Value;
    if (value !== setting.default) query.set(name, String(value));
  }
  return query.toString();
}

function read(setting: Setting, text: string | null): Value {
  if (text === null) return setting.default;
  if (setting.kind === 'text') return text;
  if (setting.kind === 'choice') return Object.hasOwn(setting.choices, text) ? text : setting.default;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) return setting.default;
  if (setting.kind === 'steps') return nearest(setting.values, number);
  if (setting.kind === 'seed') return clamped(Math.round(number), 0, LARGEST_SEED);
  const { min, max, step } = setting;
  // Steps such as 0.1 leave a rest in binary that would stand in the address.
  return Number((min + Math.round((clamped(number, min, max) - min) / step) * step).toPrecision(12));
}

const clamped = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

const nearest = (values: readonly number[], wanted: number): number =>
  values.reduce((best, value) => (Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best));
