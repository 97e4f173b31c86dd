import type { TableEntry } from '../run/output-entries.ts';
import { formatValue } from './format.ts';
import { type Html, html, raw } from './html.ts';

export type Cell = string | number | Html;

export interface HtmlTable {
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
}

const numberClass = (numeric: boolean | undefined) => raw(numeric ? ' class="number"' : '');

/** A table whose columns of numbers are set to the right. */
export function renderTable({ caption, columns, rows }: HtmlTable): Html {
  const numeric = columns.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const heading = (name: string, i: number) => html`<th scope="col"${numberClass(numeric[i])}>${name}</th>`;
  const cell = (value: Cell, i: number) => {
    const content = typeof value === 'number' ? formatValue(value) : value;
    return i === 0
      ? html`<th scope="row"${numberClass(numeric[i])}>${content}</th>`
      : html`<td${numberClass(numeric[i])}>${content}</td>`;
  };
  return html`<div class="scroll"><table>
${caption ? [html`<caption>${caption}</caption>`] : []}
<thead><tr>${columns.map(heading)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}
</tbody>
</table></div>`;
}

export function renderOutputTable({ title, caption, columns, rows }: TableEntry): Html {
  return html`<section>
<h2>${title}</h2>
${renderTable({ caption, columns, rows })}
</section>`;
}
