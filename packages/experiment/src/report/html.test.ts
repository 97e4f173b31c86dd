import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import { html, raw } from './html.ts';

it('keeps any text as text, in content and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'b', ' ', ';', '#', 'lt') }), (text) => {
      const { document } = parseHTML(html`<html><body><p title="${text}">${text}</p></body></html>`.markup);
      const paragraph = document.querySelector('p')!;
      expect(paragraph.textContent).toBe(text);
      expect(paragraph.getAttribute('title')).toBe(text);
      expect(document.body.children).toHaveLength(1);
    }),
  );
});

it('takes markup of its own as it is, alone or in lists', () => {
  const items = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${items}</ul>${raw('<hr>')}${1}`.markup).toBe('<ul><li>a</li>\n<li>&lt;b&gt;</li></ul><hr>1');
});
