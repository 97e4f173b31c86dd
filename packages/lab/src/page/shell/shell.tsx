import { useEffect, useRef } from 'preact/hooks';
import { Compare } from '../compare/compare.tsx';
import { connection } from '../events.ts';
import { Methods } from '../methods/methods.tsx';
import { route } from '../router.ts';
import { RunView } from '../run/run-view.tsx';
import { RunsView } from '../runs/runs-view.tsx';
import { Start } from '../start/start.tsx';
import { announcement, lab } from '../store.ts';
import { SweepView } from '../sweep/sweep-view.tsx';
import { setTheme, type Theme, theme } from '../theme.ts';
import { DatabaseMark, DatabaseNotice } from './database-mark.tsx';

/** The page about every view: where one can go, what is at work, and the view itself. */
export function Shell() {
  const { path } = route.value;
  const main = useRef<HTMLElement>(null);
  const last = useRef(path.join('/'));
  useEffect(() => {
    if (last.current === path.join('/')) return;
    last.current = path.join('/');
    scrollTo(0, 0);
    // Whoever hears the page hears where it has gone.
    main.current?.focus({ preventScroll: true });
  }, [path.join('/')]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href="#/runs">
          Unbraid lab
        </a>
        <nav aria-label="Views">
          <Tab to="runs" at={path[0]} label="Runs" also={['sweeps', 'compare']} />
          {lab.value?.canStart && !lab.value.readOnly && <Tab to="start" at={path[0]} label="Start" />}
          <Tab to="methods" at={path[0]} label="Methods" />
        </nav>
        <span class="state">
          {lab.value?.readOnly && <span class="badge">read-only</span>}
          <DatabaseMark />
          <Connection />
          <ThemeChoice />
        </span>
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        <DatabaseNotice />
        <View path={path} />
      </main>
      <p class="hidden" role="status">
        {announcement.value}
      </p>
    </>
  );
}

function View({ path }: { readonly path: readonly string[] }) {
  const [view, name] = path;
  if (view === 'runs' && name !== undefined) return <RunView key={name} id={name} />;
  if (view === 'runs') return <RunsView />;
  if (view === 'compare') return <Compare />;
  if (view === 'sweeps' && name !== undefined) return <SweepView key={name} id={name} />;
  if (view === 'methods') return <Methods name={name} />;
  if (view === 'start') return <Start />;
  return (
    <>
      <h1>There is no such view</h1>
      <p>
        <a href="#/runs">All runs</a>
      </p>
    </>
  );
}

function Tab(props: {
  readonly to: string;
  readonly at: string | undefined;
  readonly label: string;
  readonly also?: readonly string[];
}) {
  const here = props.at === props.to || props.also?.includes(props.at ?? '');
  return (
    <a href={`#/${props.to}`} aria-current={here ? 'page' : undefined}>
      {props.label}
    </a>
  );
}

const SAID = { connecting: 'Connecting …', live: 'Live', lost: 'Connection lost; trying again …' } as const;

function Connection() {
  const now = connection.value;
  return (
    <span class={`connection ${now}`} role="status">
      <span aria-hidden="true">{now === 'live' ? '●' : '○'}</span> {SAID[now]}
    </span>
  );
}

function ThemeChoice() {
  return (
    <select aria-label="Colours" value={theme.value} onChange={(event) => setTheme(event.currentTarget.value as Theme)}>
      <option value="system">Auto</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}
