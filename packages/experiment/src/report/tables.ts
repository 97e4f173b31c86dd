import type { TableEntry } from '../run/output-entries.ts';
import { formatValue, isNumericColumn } from './format.ts';
import { type Html, html, raw } from './html.ts';
import { prose } from './prose.ts';

export type Cell = string | number | Html;

export interface HtmlTable {
  /** Of the page's tables; with `table:` before it an identifier. */
  readonly name: string;
  readonly title: string;
  readonly caption?: string | undefined;
  readonly columns: readonly string[];
  /** Whether the last column explains the others; on a narrow screen it stands below them. */
  readonly meanings?: boolean;
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
}

const numberClass = (numeric: boolean | undefined) => raw(numeric ? ' class="number"' : '');

/**
 * A section of a title, a caption and a table whose columns of numbers are set to the right. What is wider than the screen is scrolled, by
 * keyboard too; the caption stands apart, so that it isn't.
 */
export function renderTable({ name, title, caption, columns, rows, meanings = false }: HtmlTable): Html {
  const numeric = columns.map((_, i) => isNumericColumn(rows.map((row) => row[i]!)));
  const heading = (text: string, i: number) => html`<th scope="col"${numberClass(numeric[i])}>${prose(text)}</th>`;
  const cell = (value: Cell, i: number) => {
    const content = typeof value === 'object' ? value : prose(formatValue(value));
    return i === 0
      ? html`<th scope="row"${numberClass(numeric[i])}>${content}</th>`
      : html`<td${numberClass(numeric[i])}>${content}</td>`;
  };
  const [titleId, captionId] = [`table:${name}`, `table:${name}:caption`];
  const kind = raw(meanings ? ` class="meanings of${columns.length}"` : '');
  const described = raw(caption ? html` aria-describedby="${captionId}"`.markup : '');
  return html`<section>
<h2 id="${titleId}">${prose(title)}</h2>
${caption ? [html`<p class="caption" id="${captionId}">${prose(caption)}</p>`] : []}
<div class="scroll" role="region" aria-labelledby="${titleId}" tabindex="0"><table${kind} aria-labelledby="${titleId}"${described}>
<thead><tr>${columns.map(heading)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}
</tbody>
</table></div>
</section>`;
}

export const renderOutputTable = (table: TableEntry): Html => renderTable(table);
