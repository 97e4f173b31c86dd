import { useEffect, useId, useRef } from 'preact/hooks';
import { setQuery } from '../router.ts';
import type { FilterError } from './filter.ts';

/** Where a filter is typed; what is wrong with it stands below. */
export function FilterField({ text, errors }: { readonly text: string; readonly errors: readonly FilterError[] }) {
  const field = useRef<HTMLInputElement>(null);
  const wrong = useId();
  useEffect(() => {
    // The back button changes the address; what is being typed is there already.
    if (field.current && field.current.value !== text) field.current.value = text;
  }, [text]);
  return (
    <div class="filter">
      <label class="labelled">
        <span>Filter</span>
        <input
          type="search"
          ref={field}
          defaultValue={text}
          placeholder="galu/ width=50 seed>3 status:done #tag"
          spellcheck={false}
          autocomplete="off"
          aria-invalid={errors.length > 0}
          aria-describedby={wrong}
          onInput={(event) => setQuery({ q: event.currentTarget.value || undefined }, 'replace')}
        />
      </label>
      <div id={wrong} class="error" aria-live="polite">
        {errors.map(({ message, at }) => (
          <p key={at}>
            {message} (letter {at + 1})
          </p>
        ))}
      </div>
      <details>
        <summary>How to filter</summary>
        <dl class="help">
          <dt>
            <code>galu/ "two words"</code>
          </dt>
          <dd>name, experiment, title, notes or tags contain it</dd>
          <dt>
            <code>width=50</code> <code>width=20,50</code> <code>width!=50</code>
          </dt>
          <dd>a setting or result is this, one of these, or not this</dd>
          <dt>
            <code>seed&gt;3</code> <code>error&lt;=0.1</code>
          </dt>
          <dd>a number above or below another</dd>
          <dt>
            <code>status:done,failed</code> <code>#tag</code>
          </dt>
          <dd>its state; its tag</dd>
          <dt>
            <code>-galu/</code> <code>-#tag</code>
          </dt>
          <dd>everything else</dd>
        </dl>
      </details>
    </div>
  );
}
