import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { route, setQuery } from '../router.ts';
import type { Extent } from './extent.ts';
import { readRange } from './range-values.ts';

/** Limits of x that are written in the address once they have been still for this long, in ms. */
const STILL = 250;

/** The limits of x of a view's charts: a signal that moves with every frame, and the address that follows it. */
export function useRange(): Signal<Extent | undefined> {
  const { from, to } = route.value.query;
  const range = useSignal<Extent | undefined>(readRange(from, to));
  const written = useRef('');
  useEffect(() => {
    // What we wrote ourselves is older than what the reader does now.
    if (written.current !== `${from} ${to}`) range.value = readRange(from, to);
  }, [from, to]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    const stop = range.subscribe((next) => {
      if (first) {
        first = false;
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(() => {
        const limits = { from: next && short(next[0]), to: next && short(next[1]) };
        written.current = `${limits.from} ${limits.to}`;
        setQuery(limits, 'replace');
      }, STILL);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, []);
  return range;
}

const short = (value: number): string => String(Number(value.toPrecision(8)));
