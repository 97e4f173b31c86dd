import type { z } from 'zod';

type Schema = z.core.$ZodType;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function number(text: string): unknown {
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? text : value;
}

function list(element: Schema, text: string): unknown {
  if (text.trim().startsWith('[')) return json(text);
  return text.trim() === '' ? [] : text.split(',').map((part) => valueFromText(element, part.trim()));
}

/** The first option that both reads and accepts the text. */
function union(options: readonly Schema[], text: string): unknown {
  for (const option of options) {
    const value = valueFromText(option, text);
    if ((option as z.ZodType).safeParse(value).success) return value;
  }
  return text;
}

/**
 * What `text` (from `--set key=text`) means to `schema`. Lists are JSON or separated by commas; objects are JSON.
 * Text that the schema cannot mean is returned as it is, for the schema itself to refuse.
 */
export function valueFromText(schema: Schema, text: string): unknown {
  const { def } = (schema as z.ZodType)._zod as z.core.$ZodTypes['_zod'];
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return valueFromText(def.innerType, text);
    case 'nullable':
      return text === 'null' ? null : valueFromText(def.innerType, text);
    case 'number':
      return number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'literal':
      return def.values.find((value) => String(value) === text) ?? text;
    case 'array':
      return list(def.element, text);
    case 'union':
      return union(def.options, text);
    case 'string':
    case 'enum':
      return text;
    default:
      return json(text);
  }
}
