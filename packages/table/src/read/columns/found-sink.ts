import type { ColumnKind } from '../../table.ts';
import { type EntryForm, kindOfText, scanAs, scanTold, trimmed } from './entry.ts';
import { createGrowing } from './growing.ts';
import { type Place, type Sink, textOfValue } from './sink.ts';
import { createToldSink } from './told-sink.ts';

/** What is known of a column once all of it was seen. */
export interface Found {
  /** The kind of all entries; `text` where they differ. */
  readonly kind: ColumnKind;
  /** Set where a column of numbers, dates or yes and no holds something else: what, where, and how many of how many entries. */
  readonly odd?: {
    readonly among: ColumnKind;
    readonly text: string;
    readonly place: string;
    readonly count: number;
    readonly of: number;
  };
}

/** A column whose kind is found while it is read: that of its first entry, and text once another comes. */
export interface FoundSink extends Sink {
  found(): Found;
}

/**
 * Whether entries are kept: a first pass that only looks for kinds keeps none.
 */
export function createFoundSink(
  name: string,
  form: EntryForm,
  place: Place,
  keep: boolean,
  untilKnown: ColumnKind = 'number',
): FoundSink {
  const { missing } = form;
  const values = createGrowing((length) => new Float64Array(length));
  let kind: ColumnKind | undefined;
  let texts: Sink | undefined;
  let rows = 0;
  let odd: { among: ColumnKind; text: string; place: string; count: number; of: number } | undefined;
  let seen = 0;

  const push = (value: number) => {
    if (keep) values.push(value);
  };
  const beginTexts = () => {
    kind = 'text';
    if (!keep) return;
    texts = createToldSink(name, 'text', form, place);
    for (let i = 0; i < rows; i++) texts.addMissing();
  };
  const note = (text: string, row: number) => {
    odd ??= { among: kind!, text, place: place(row), count: 0, of: seen };
    odd.of++;
    odd.count++;
  };
  /** An entry after those of different kinds: counted, to say how odd it is. */
  const count = (text: string) => {
    if (odd === undefined || missing.has(text)) return;
    odd.of++;
    if (odd.among === 'text' || Number.isNaN(scanTold(odd.among, text, form.decimal))) odd.count++;
  };

  return {
    addText(raw, row) {
      if (kind === 'text' && odd === undefined) {
        texts?.addText(raw, row);
      } else {
        const text = form.texts === 'texts' ? raw : trimmed(raw);
        if (odd !== undefined) count(text);
        else if (kind === undefined) begin(text, raw, row);
        else {
          const isMissing = missing.hasNumbers && missing.has(text);
          const value = isMissing ? Number.NaN : scanAs(kind as 'number', text, form);
          if (!Number.isNaN(value) || isMissing || missing.has(text)) push(value);
          else note(text, row);
          if (!Number.isNaN(value)) seen++;
        }
      }
      rows++;
    },
    addValue(given, value, row) {
      if (Number.isNaN(value)) {
        this.addMissing();
        return;
      }
      if (kind === 'text' && odd === undefined) texts?.addValue(given, value, row);
      else if (odd !== undefined) count(textOfValue(given, value));
      else if (kind === undefined || kind === given) {
        kind = given;
        seen++;
        push(value);
      } else note(textOfValue(given, value), row);
      rows++;
    },
    addMissing() {
      if (texts) texts.addMissing();
      else if (kind !== 'text' && odd === undefined) push(Number.NaN);
      rows++;
    },
    get length() {
      return rows;
    },
    found() {
      return odd ? { kind: 'text', odd } : { kind: kind ?? untilKnown };
    },
    take() {
      if (odd) return undefined;
      if (kind === undefined && untilKnown === 'text') beginTexts();
      rows = 0;
      if (texts) return texts.take();
      return { name, kind: (kind ?? untilKnown) as 'number', values: values.take() };
    },
  };

  /** The first entry that isn't missing says what a column holds. */
  function begin(text: string, raw: string, row: number): void {
    if (missing.has(text)) {
      push(Number.NaN);
      return;
    }
    const first = kindOfText(text, form);
    if (first === 'text') {
      beginTexts();
      texts?.addText(raw, row);
      return;
    }
    kind = first;
    seen = 1;
    push(scanAs(first, text, form));
  }
}
