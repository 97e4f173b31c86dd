import { signal } from '@preact/signals';

const narrow = matchMedia('(max-width: 45rem)');

/** Whether the page is as narrow as on a telephone; the same limit is in narrow.css. */
export const isNarrow = signal(narrow.matches);

narrow.addEventListener('change', () => {
  isNarrow.value = narrow.matches;
});
