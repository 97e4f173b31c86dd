import { describeSettings, type Experiment, presetNames } from '@unbraid/experiment';
import { z } from 'zod';
import type { ExperimentForm, FormField } from '../api.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What an experiment can be set to, as a form asks for it. */
export function formOf({ name, title, paper, description, settings, presets }: Experiment): ExperimentForm {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  const fields = describeSettings(settings).map((setting): FormField => {
    const changed = presetNames.flatMap((preset) => {
      const value = (presets[preset] as Readonly<Record<string, unknown>>)[setting.name];
      const same = value === undefined || JSON.stringify(value) === JSON.stringify(setting.default);
      return same ? [] : [[preset, value] as const];
    });
    return {
      name: setting.name,
      type: setting.type,
      ...kindOf(properties[setting.name] as JsonSchema),
      description: setting.description,
      default: setting.default ?? null,
      presets: Object.fromEntries(changed),
    };
  });
  return { name, title, paper, description, fields };
}

/** Lists and whatever has several forms are text that the schema reads, as behind `--set`. */
function kindOf(schema: JsonSchema): Pick<FormField, 'kind' | 'choices' | 'minimum' | 'maximum'> {
  if (schema.enum !== undefined) return { kind: 'choice', choices: schema.enum.map(String) };
  if (schema.type === 'boolean' || schema.type === 'string')
    return { kind: schema.type === 'boolean' ? 'boolean' : 'text' };
  if (schema.type !== 'integer' && schema.type !== 'number') return { kind: 'json' };
  const whole = schema.type === 'integer';
  const minimum = boundOf(schema.minimum, whole ? schema.exclusiveMinimum : undefined, 1);
  const maximum = boundOf(schema.maximum, whole ? schema.exclusiveMaximum : undefined, -1);
  return {
    kind: schema.type,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
}

/** Of integers a bound that is not among them is the next. The range in which integers are exact goes without saying. */
function boundOf(inclusive: unknown, exclusive: unknown, step: number): number | undefined {
  const bound =
    typeof inclusive === 'number' ? inclusive : typeof exclusive === 'number' ? exclusive + step : undefined;
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
}
