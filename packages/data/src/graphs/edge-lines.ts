import { InputError, showValue } from '@unbraid/checks';
import { textLines } from './text-lines.ts';

/** A line of an edge list. */
export interface EdgeLine {
  readonly from: string;
  readonly to: string;
  /** 1 where the list has no weights. */
  readonly weight: number;
  /** From 1. */
  readonly number: number;
}

/** A decimal number, in linear time for any text. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The lines of an edge list, one after another: two names, and a weight where they are weighted, separated by tabs, commas or semicolons (the first
 * of these that the first line has) or else by blanks. Names may stand in double quotes. Lines that begin with `#` or `%` are passed over.
 *
 * @param isHeader asked about the first line: whether it is none of the edges.
 * @throws InputError that names the line at fault.
 */
export function* edgeLines(
  bytes: Uint8Array,
  path: string,
  weighted: boolean,
  isHeader: (from: string, to: string, text: string) => boolean,
): Generator<EdgeLine> {
  let delimiter: string | undefined;
  for (const { text, number } of textLines(bytes, path)) {
    if (/^\s*[#%]/.test(text)) continue;
    const isFirst = delimiter === undefined;
    const trimmed = text.trim();
    delimiter ??= ['\t', ',', ';'].find((each) => trimmed.includes(each)) ?? ' ';
    const place = `data: line ${number} of ${path}`;
    const entries = entriesOf(trimmed, delimiter, place);
    if (entries.length !== (weighted ? 3 : 2) || entries.includes('')) throw wrongCount(place, entries, weighted);
    const [from, to] = entries as [string, string];
    if (isFirst && isHeader(from, to, trimmed)) continue;
    yield { from, to, weight: weighted ? parseWeight(entries[2]!, place) : 1, number };
  }
}

function wrongCount(place: string, entries: readonly string[], weighted: boolean): InputError {
  const count = entries.includes('') ? 'an empty entry' : `${entries.length} entries`;
  const needed = weighted ? 'a pair of nodes and a weight' : 'a pair of nodes';
  const advice = !weighted && entries.length === 3 ? '; say "weighted: true" if the third is a weight' : '';
  return new InputError('file', `${place} has ${count}; ${needed} is needed${advice}`);
}

function parseWeight(text: string, place: string): number {
  const weight = DECIMAL.test(text) ? Math.fround(Number(text)) : Number.NaN;
  if (weight > 0 && weight < Number.POSITIVE_INFINITY) return weight;
  throw new InputError('file', `${place} has the weight ${showValue(text)}; a finite float32 number above 0 is needed`);
}

function entriesOf(text: string, delimiter: string, place: string): string[] {
  if (!text.includes('"'))
    return delimiter === ' ' ? text.split(/\s+/) : text.split(delimiter).map((part) => part.trim());
  const entries: string[] = [];
  const apart = (at: number) => (delimiter === ' ' ? /\s/.test(text[at]!) : text[at] === delimiter);
  for (let at = 0; at <= text.length; ) {
    while (at < text.length && /\s/.test(text[at]!) && !apart(at)) at++;
    const { entry, end } = text[at] === '"' ? quotedAt(text, at, place) : bareAt(text, at, apart);
    entries.push(entry);
    at = end;
    while (at < text.length && /\s/.test(text[at]!) && (delimiter === ' ' || !apart(at))) at++;
    if (at >= text.length) break;
    if (delimiter !== ' ' && !apart(at)) throw new InputError('file', `${place} has text after a closing quote`);
    if (delimiter !== ' ') at++;
  }
  return entries;
}

function bareAt(text: string, from: number, apart: (at: number) => boolean): { entry: string; end: number } {
  let end = from;
  while (end < text.length && !apart(end)) end++;
  return { entry: text.slice(from, end).trim(), end };
}

function quotedAt(text: string, from: number, place: string): { entry: string; end: number } {
  let entry = '';
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new InputError('file', `${place} has a quote that is not closed`);
    entry += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { entry, end: quote + 1 };
    entry += '"';
    at = quote + 2;
  }
}
