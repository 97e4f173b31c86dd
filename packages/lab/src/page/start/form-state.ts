import type { ExperimentForm, FormField, StartRequest } from '../../api.ts';

export type Preset = StartRequest['preset'];
export const PRESETS: readonly Preset[] = ['smoke', 'short', 'full'];

/** What a field holds before anybody changes it: the preset's value, or else the default. */
export function usualValue(field: FormField, preset: Preset): string {
  const value = preset in field.presets ? field.presets[preset] : field.default;
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** What is wrong with what was typed, by what the page knows of the field; the server checks all of it. */
export function fieldError(field: FormField, text: string): string | undefined {
  const { kind, minimum, maximum, choices } = field;
  if (kind === 'integer' || kind === 'number') {
    const value = Number(text);
    if (text.trim() === '' || Number.isNaN(value)) return `A number is wanted (${field.type})`;
    if (kind === 'integer' && !Number.isInteger(value)) return `A whole number is wanted (${field.type})`;
    if (minimum !== undefined && value < minimum) return `At least ${minimum} is wanted`;
    if (maximum !== undefined && value > maximum) return `At most ${maximum} is wanted`;
  }
  if (kind === 'choice' && choices && !choices.includes(text)) return `One of ${choices.join(', ')} is wanted`;
  if (kind === 'json') {
    try {
      JSON.parse(text);
    } catch {
      return `JSON is wanted, such as ${JSON.stringify(field.default)}`;
    }
  }
  return undefined;
}

/** Fields whose value isn't the usual one, as `--set` takes them. */
export function changedSettings(
  form: ExperimentForm,
  preset: Preset,
  typed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    form.fields.flatMap((field) => {
      const text = typed[field.name];
      return text === undefined || text === usualValue(field, preset) ? [] : [[field.name, text]];
    }),
  );
}

/** The field that an error of the server is about: the one that it names, in quotes or as a word of its own. */
export function fieldOfError(form: ExperimentForm, message: string): string | undefined {
  const names = form.fields.map(({ name }) => name).sort((a, b) => b.length - a.length);
  const quoted = names.find((name) => message.includes(`"${name}"`));
  const words = new Set(message.split(/[^\w/-]/));
  return quoted ?? names.find((name) => words.has(name));
}
