import type { ColumnKind } from '../../table.ts';
import { textOfValue } from '../../value-text.ts';
import { type EntryForm, kindOfText, scanAs, scanTold, trimmed } from './entry.ts';
import { createGrowing } from './growing.ts';
import { checkFinite, type Place, type Sink, type ValueKind } from './sink.ts';
import { createToldSink } from './told-sink.ts';

/** Entries of a column of numbers, dates or yes and no that are something else. */
export interface Odd {
  readonly among: ValueKind;
  /** How many there are, of how many entries that aren't missing. */
  readonly count: number;
  readonly of: number;
  readonly text: string;
  readonly place: string;
}

/** What is known of a column once all of it was seen. */
export interface Found {
  /** The kind of all entries; `text` where they differ. */
  readonly kind: ColumnKind;
  readonly odd?: Odd;
}

/** A column whose kind is found while it is read: that of its first entry, and text once another comes. */
export interface FoundSink extends Sink {
  found(): Found;
}

/** How a column is found. */
export interface FoundOptions {
  readonly form: EntryForm;
  readonly place: Place;
  /** Whether entries are kept; a pass that only looks for kinds keeps none. */
  readonly keep: boolean;
  /** The kind where every entry is missing. */
  readonly emptyKind: ColumnKind;
}

export function createFoundSink(name: string, { form, place, keep, emptyKind }: FoundOptions): FoundSink {
  const { missing } = form;
  const values = createGrowing((length) => new Float64Array(length));
  /** What the first entry was, and how many there were like it. */
  let kind: ColumnKind | undefined;
  let alike = 0;
  /** Set once another kind of entry came: then entries are only counted. */
  let differ: { others: number; of: number; text: string; place: string } | undefined;
  let texts: Sink | undefined;

  const push = (value: number) => {
    if (keep) values.push(value);
  };
  const beginTexts = () => {
    kind = 'text';
    if (!keep) return;
    texts = createToldSink(name, 'text', form, place);
    for (let rows = values.length; rows > 0; rows--) texts.addMissing();
  };
  /** An entry of another kind than the first. Codes among numbers, such as 00501, are no fault. */
  const note = (text: string, row: number) => {
    differ ??= { others: 0, of: alike, text: '', place: '' };
    differ.of++;
    const isLike = kind !== 'text' && !Number.isNaN(scanTold(kind!, text, form.decimal));
    if (isLike) return;
    if (differ.others === 0) {
      differ.text = text;
      differ.place = place(row);
    }
    differ.others++;
  };
  const addFirst = (text: string, raw: string, row: number) => {
    kind = kindOfText(text, form);
    if (kind === 'text') {
      beginTexts();
      texts?.addText(raw, row);
      return;
    }
    alike = 1;
    push(scanAs(kind, text, form));
  };

  return {
    addText(raw, row) {
      if (kind === 'text') {
        texts?.addText(raw, row);
        return;
      }
      const text = trimmed(raw);
      if (missing.hasNumbers && missing.has(text)) push(Number.NaN);
      else if (kind === undefined) {
        if (missing.has(text)) push(Number.NaN);
        else addFirst(text, raw, row);
      } else if (differ) {
        if (!missing.has(text)) note(text, row);
      } else {
        const value = scanAs(kind, text, form);
        if (!Number.isNaN(value)) alike++;
        else if (!missing.has(text)) return note(text, row);
        push(value);
      }
    },
    addValue(given, value, row) {
      if (Number.isNaN(value)) return this.addMissing();
      checkFinite(value, place, row);
      kind ??= given;
      if (kind === 'text') texts?.addValue(given, value, row);
      else if (differ || kind !== given) note(textOfValue(given, value), row);
      else {
        alike++;
        push(value);
      }
    },
    addLargeInteger(digits, row) {
      kind ??= 'number';
      if (kind === 'text') texts?.addLargeInteger(digits, row);
      else note(digits, row);
    },
    addMissing() {
      if (texts) texts.addMissing();
      else if (!differ && kind !== 'text') push(Number.NaN);
    },
    found() {
      if (!differ) return { kind: kind ?? emptyKind };
      const { others: count, ...rest } = differ;
      return { kind: 'text', odd: { ...rest, among: kind as ValueKind, count } };
    },
    take() {
      if (differ) return undefined;
      if (kind === undefined && emptyKind === 'text') beginTexts();
      if (texts) return texts.take();
      return { name, kind: (kind ?? emptyKind) as ValueKind, values: values.take() };
    },
  };
}
