import { expect, it } from 'vitest';
import { prose } from './prose.ts';

const markup = (text: string) => prose(text)[0]!.markup;

it('sets what stands between backticks as code, and nothing else', () => {
  expect(markup('Set `rate` to `0.1`, not <b>')).toBe('Set <code>rate</code> to <code>0.1</code>, not &lt;b&gt;');
  expect(markup('a `<script>` b')).toBe('a <code>&lt;script&gt;</code> b');
});

it.each(['a lone ` stays', '``', 'over `two\nlines`'])('leaves %j as it is', (text) => expect(markup(text)).toBe(text));
