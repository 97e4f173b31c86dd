import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../api-client.ts';
import { onEvent } from '../store.ts';
import { Check, Problem } from '../ui/parts.tsx';
import { VirtualTable } from '../ui/virtual-table.tsx';
import { formatScalar, plural } from '../values/format.ts';
import { afterEvent, emptyLog, isWhole, type LogLine, lineAt, PAGE, withLines } from './log-store.ts';

/** The lines of metrics.jsonl; only what is looked at is asked for. */
export function Log({ id, lines }: { readonly id: string; readonly lines: number }) {
  const log = useSignal(emptyLog(lines));
  const follow = useSignal(true);
  const error = useSignal<Error | undefined>(undefined);
  const asked = useRef(new Set<number>());

  const want = (page: number) => {
    if (asked.current.has(page) || isWhole(log.peek(), page)) return;
    asked.current.add(page);
    api.log(id, page * PAGE, PAGE).then(
      (answer) => {
        asked.current.delete(page);
        error.value = undefined;
        log.value = withLines(log.peek(), answer.from, answer.lines, answer.total);
      },
      (failure: Error) => {
        error.value = failure;
        // It is asked for again, but not at once.
        setTimeout(() => asked.current.delete(page), 2000);
      },
    );
  };
  useEffect(
    () =>
      onEvent((event) => {
        log.value = afterEvent(log.peek(), event, id);
      }),
    [id],
  );
  useEffect(() => {
    if (lines > log.peek().total) log.value = { ...log.peek(), total: lines };
  }, [lines]);

  const { total } = log.value;
  if (total === 0) return <p class="quiet">Nothing has been logged yet.</p>;
  return (
    <section class="log" aria-label="Log">
      <div class="bar">
        <span>{plural(total, 'line')}</span>
        <Check
          label="Follow new lines"
          checked={follow.value}
          onChange={(on) => {
            follow.value = on;
          }}
        />
        <a href={api.metrics(id)} download>
          Download
        </a>
      </div>
      <Problem error={error.value} />
      <VirtualTable
        label="Log"
        rowHeight={24}
        height={560}
        follow={follow.value}
        onScroll={(atEnd) => {
          follow.value = atEnd;
        }}
        columns={[
          { key: 'number', label: 'Line', width: 90, fixed: true, numeric: true },
          { key: 'text', label: 'Logged', width: 900 },
        ]}
        count={total}
        row={(index) => {
          const line = lineAt(log.value, index);
          if (!line) queueMicrotask(() => want(Math.floor(index / PAGE)));
          return { key: index, cells: [index.toLocaleString('en-US'), line ? <LineText line={line} /> : '…'] };
        }}
      />
    </section>
  );
}

function LineText({ line }: { readonly line: LogLine }) {
  return (
    <span class="log-line" title={JSON.stringify(line)}>
      {Object.entries(line).map(([name, value]) => (
        <span key={name}>
          <span class="quiet">{name}</span> {formatScalar(value)}
        </span>
      ))}
    </span>
  );
}
