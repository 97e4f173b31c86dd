// biome-ignore-all lint/a11y/useSemanticElements: a table element can't leave out rows and keep its layout.
// biome-ignore-all lint/a11y/useFocusableInteractive: rows are read, what is in them is used.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useVirtual } from './use-virtual.ts';

/** A column of a table of many rows. */
export interface TableColumn {
  readonly key: string;
  readonly label: ComponentChildren;
  /** At least, in px; what is left over is shared in proportion, but for those that are fixed. */
  readonly width: number;
  readonly fixed?: boolean;
  readonly numeric?: boolean;
  readonly sort?: 'ascending' | 'descending' | 'none';
}

export interface TableRow {
  readonly key: string | number;
  readonly cells: readonly ComponentChildren[];
  readonly className?: string | undefined;
}

export interface VirtualTableProps {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  readonly count: number;
  readonly row: (index: number) => TableRow;
  /** In px; undefined: what the page has left. */
  readonly height?: number;
  readonly rowHeight?: number;
  /** Stays at the last row as rows are added. */
  readonly follow?: boolean;
  /** The reader has scrolled: whether to the end. */
  readonly onScroll?: (atEnd: boolean) => void;
}

/** A table of which only the rows that are seen are in the document; its roles say how many there are. */
export function VirtualTable(props: VirtualTableProps) {
  const { label, columns, count, row, height, rowHeight = 34, follow, onScroll } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { items, total, scrollTo } = useVirtual(() => scroller.current, count, rowHeight);
  const template = {
    gridTemplateColumns: columns
      .map(({ width, fixed }) => (fixed ? `${width}px` : `minmax(${width}px, ${width}fr)`))
      .join(' '),
  };
  // Heads and rows lie apart, and so have their columns alike only where their width is set.
  const minWidth = `${columns.reduce((sum, { width }) => sum + width, 0)}px`;

  useEffect(() => {
    if (follow && count > 0) scrollTo(count - 1, 'end');
  }, [follow, count]);

  return (
    <div
      class={`rows${height === undefined ? ' fill' : ''}`}
      role="table"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
      tabIndex={0}
      ref={scroller}
      style={height === undefined ? {} : { height: `${Math.min(height, (count + 1) * rowHeight + 18)}px` }}
      onScroll={
        onScroll &&
        (({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) =>
          onScroll(scrollTop + clientHeight >= scrollHeight - rowHeight))
      }
    >
      <div class="head" role="rowgroup" style={{ minWidth }}>
        <div class="row" role="row" aria-rowindex={1} style={template}>
          {columns.map((column) => (
            <div
              key={column.key}
              role="columnheader"
              class={column.numeric ? 'number' : undefined}
              aria-sort={column.sort}
            >
              {column.label}
            </div>
          ))}
        </div>
      </div>
      <div class="body" role="rowgroup" style={{ height: `${total}px`, minWidth }}>
        {items.map(({ index, start }) => {
          const { key, cells, className } = row(index);
          return (
            <div
              key={key}
              class={className ? `row ${className}` : 'row'}
              role="row"
              aria-rowindex={index + 2}
              style={{ ...template, transform: `translateY(${start}px)`, height: `${rowHeight}px` }}
            >
              {cells.map((cell, i) => (
                <div key={columns[i]!.key} role="cell" class={columns[i]!.numeric ? 'number' : undefined}>
                  {cell}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
