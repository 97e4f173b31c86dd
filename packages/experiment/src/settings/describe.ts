import { z } from 'zod';

/** One setting as `unbraid list` shows it. */
export interface SettingDescription {
  readonly name: string;
  /** `integer ≥ 1`, `list of numbers`, `gaussian | mnist` */
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function bounds(schema: JsonSchema): string {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema;
  // Zod gives integers the safe-integer range; nobody needs to read it.
  const shown = (bound: unknown) => typeof bound === 'number' && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  const parts = [
    shown(minimum) && `≥ ${minimum}`,
    shown(exclusiveMinimum) && `> ${exclusiveMinimum}`,
    shown(maximum) && `≤ ${maximum}`,
    shown(exclusiveMaximum) && `< ${exclusiveMaximum}`,
  ];
  return parts
    .filter((part) => part !== false)
    .map((part) => ` ${part}`)
    .join(',');
}

function typeText(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.const !== undefined) return String(schema.const);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map((option) => typeText(option as JsonSchema)).join(' | ');
  if (schema.type === 'array') {
    const items = schema.items as JsonSchema | undefined;
    return items === undefined
      ? 'list'
      : `list of ${typeText(items).replace(/^(number|integer|string|boolean)\b/, '$1s')}`;
  }
  if (schema.type === 'number' || schema.type === 'integer') return schema.type + bounds(schema);
  return typeof schema.type === 'string' ? schema.type : 'any';
}

/** Every setting with its type in words, its default and its description, in the order of the schema. */
export function describeSettings(settings: z.ZodObject): SettingDescription[] {
  const schema = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' });
  return Object.entries(schema.properties ?? {}).map(([name, value]) => {
    const property = value as JsonSchema;
    return { name, type: typeText(property), default: property.default, description: property.description ?? '' };
  });
}
