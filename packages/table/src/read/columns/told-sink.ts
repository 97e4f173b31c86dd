import { InputError, showValue } from '@unbraid/checks';
import type { Column, ColumnKind } from '../../table.ts';
import { type EntryForm, scanTold, trimmed } from './entry.ts';
import { createGrowing } from './growing.ts';
import { createLevels } from './levels.ts';
import { type Place, type Sink, textOfValue } from './sink.ts';

const NOUNS = { number: 'a number', date: 'a date as in 2024-03-01 (ISO 8601)', boolean: 'true or false' } as const;

/** A column whose kind is told. Other entries are refused, in one line that names them. */
export function createToldSink(name: string, kind: ColumnKind, form: EntryForm, place: Place): Sink {
  return kind === 'text' ? createTextSink(name, form, place) : createValueSink(name, kind, form, place);
}

function createTextSink(name: string, form: EntryForm, place: Place): Sink {
  const { missing } = form;
  // Where columns have types, a text is what it is, with its blanks.
  const clean = (raw: string) => {
    const text = form.texts === 'anything' ? trimmed(raw) : raw;
    return missing.has(text) ? undefined : text;
  };
  const levels = createLevels(clean, () => `column ${showValue(name)}`);
  return {
    addText: (text) => levels.add(text),
    addValue: (kind, value, row) => {
      if (Number.isNaN(value)) levels.addMissing(1);
      else if (Number.isFinite(value)) levels.add(textOfValue(kind, value));
      else throw notOne(place(row), value, 'finite');
    },
    addMissing: () => levels.addMissing(1),
    get length() {
      return levels.length;
    },
    take: () => ({ name, kind: 'text', ...levels.take() }),
  };
}

function notOne(where: string, value: unknown, wanted: string): InputError {
  return new InputError(
    'data',
    `table: ${where} holds ${showValue(value)}, which is not ${wanted}; correct it, or name the text in missingTexts if it stands for a missing entry`,
  );
}

function createValueSink(name: string, kind: Exclude<ColumnKind, 'text'>, form: EntryForm, place: Place): Sink {
  const { missing, decimal } = form;
  const values = createGrowing((length) => new Float64Array(length));
  return {
    addText(raw, row) {
      const text = trimmed(raw);
      const value = missing.hasNumbers && missing.has(text) ? Number.NaN : scanTold(kind, text, decimal);
      if (Number.isNaN(value) && !missing.has(text) && !(text === '' && form.texts === 'anything'))
        throw notOne(place(row), text, NOUNS[kind]);
      values.push(value);
    },
    addValue(given, value, row) {
      const fits = given === kind || (kind === 'boolean' && given === 'number' && (value === 0 || value === 1));
      if (Number.isNaN(value)) values.push(value);
      else if (fits && Number.isFinite(value)) values.push(value);
      else throw notOne(place(row), fits ? value : textOfValue(given, value), fits ? 'finite' : NOUNS[kind]);
    },
    addMissing: () => values.push(Number.NaN),
    get length() {
      return values.length;
    },
    take: (): Column => ({ name, kind, values: values.take() }),
  };
}
