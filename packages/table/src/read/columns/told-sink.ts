import { showValue } from '@unbraid/checks';
import type { Column, ColumnKind } from '../../table.ts';
import { textOfValue } from '../../value-text.ts';
import { type EntryForm, scanTold, trimmed } from './entry.ts';
import { createGrowing } from './growing.ts';
import { createLevels } from './levels.ts';
import { checkFinite, type Place, type Sink, type ValueKind, wrongKind } from './sink.ts';

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
  const levels = createLevels(clean, `column ${showValue(name)}`);
  return {
    addText: (text) => levels.add(text),
    addValue(kind, value, row) {
      if (Number.isNaN(value)) return levels.addMissing();
      checkFinite(value, place, row);
      levels.add(textOfValue(kind, value));
    },
    addLargeInteger: (digits) => levels.add(digits),
    addMissing: () => levels.addMissing(),
    take: () => ({ name, kind: 'text', ...levels.take() }),
  };
}

function createValueSink(name: string, kind: ValueKind, form: EntryForm, place: Place): Sink {
  const { missing, decimal } = form;
  const values = createGrowing((length) => new Float64Array(length));
  return {
    addText(raw, row) {
      const text = trimmed(raw);
      const value = missing.hasNumbers && missing.has(text) ? Number.NaN : scanTold(kind, text, decimal);
      if (Number.isNaN(value) && text !== '' && !missing.has(text)) throw wrongKind(place(row), text, kind);
      values.push(value);
    },
    addValue(given, value, row) {
      if (!Number.isNaN(value)) {
        checkFinite(value, place, row);
        const fits = given === kind || (kind === 'boolean' && given === 'number' && (value === 0 || value === 1));
        if (!fits) throw wrongKind(place(row), textOfValue(given, value), kind);
      }
      values.push(value);
    },
    addLargeInteger(digits, row) {
      if (kind !== 'number') throw wrongKind(place(row), digits, kind);
      values.push(Number(digits));
    },
    addMissing: () => values.push(Number.NaN),
    take: (): Column => ({ name, kind, values: values.take() }),
  };
}
