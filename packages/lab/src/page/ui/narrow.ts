import { signal } from '@preact/signals';

/** Of a page that is as narrow as on a telephone; the same limit is in narrow.css. */
export const NARROW = '(max-width: 45rem)';

const narrow = matchMedia(NARROW);

/** Whether the page is. */
export const isNarrow = signal(narrow.matches);

narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
});
