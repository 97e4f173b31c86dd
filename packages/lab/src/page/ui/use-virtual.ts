import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

/** What of a long list is to be drawn. */
export interface Window {
  readonly items: readonly VirtualItem[];
  /** Height of the whole list, in px. */
  readonly total: number;
  readonly scrollTo: (index: number, align?: 'start' | 'end' | 'auto') => void;
}

/** Follows the scrolling of `element()`, whose rows all have one height, in px. */
export function useVirtual(element: () => HTMLElement | null, count: number, rowHeight: number): Window {
  const [, redraw] = useReducer<number, void>((times) => times + 1, 0);
  const virtualizer = useRef<Virtualizer<HTMLElement, HTMLElement> | undefined>(undefined);
  const options = {
    count,
    getScrollElement: element,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(),
  };
  virtualizer.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
  const own = virtualizer.current;
  own.setOptions(options);
  useLayoutEffect(() => own._didMount(), []);
  useLayoutEffect(() => own._willUpdate());
  return {
    items: own.getVirtualItems(),
    total: own.getTotalSize(),
    scrollTo: (index, align = 'auto') => own.scrollToIndex(index, { align }),
  };
}
