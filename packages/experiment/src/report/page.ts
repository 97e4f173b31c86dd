import { formatDuration } from '@unbraid/checks/progress';
import type { StoredDrawing } from '../figures/stored-svg.ts';
import { figureCss } from '../figures/style.ts';
import { withoutBackticks } from '../figures/text.ts';
import { OWN, type RunConfig, type RunState } from '../run/config.ts';
import type { Environment } from '../run/environment.ts';
import type { FigureEntry, Outputs } from '../run/output-entries.ts';
import type { Summary } from '../values.ts';
import { explained } from './explained.ts';
import { formatSetting, formatValue } from './format.ts';
import { type Html, html, raw } from './html.ts';
import { prose } from './prose.ts';
import { reportCss } from './style.ts';
import { renderOutputTable, renderTable } from './tables.ts';

/** Everything that a report shows. */
export interface ReportContent {
  readonly config: RunConfig;
  readonly state: RunState;
  readonly summary: Summary | undefined;
  readonly outputs: Outputs;
  /** What is safe to show of every figure's drawing, by name. */
  readonly drawings: ReadonlyMap<string, StoredDrawing>;
}

/** What the page may do, should anything in it be other than it seems: show itself, with its own styles and pictures. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A page that needs nothing beside itself: no script, no request, light and dark, fit to print. */
export function renderPage(content: ReportContent): string {
  const { config, outputs, drawings } = content;
  const { title, paper, description } = config.about;
  const isOwn = config.preset === OWN;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${withoutBackticks(title)} (${config.experiment}${isOwn ? '' : `, ${config.preset}`})</title>
<style>${raw(reportCss + figureCss)}</style>
</head>
<body>
<main>
<header>
<h1>${prose(title)}</h1>
<p class="quiet"><code>${config.experiment}</code>${isOwn ? '' : `, preset ${config.preset}`}, seed ${config.seed}.${paper && ` ${paper}.`}</p>
<p>${prose(description)}</p>
${renderStatus(content)}
</header>
${renderSummary(content)}
${outputs.figures.map((figure) => renderFigureSection(figure, drawings.get(figure.name)))}
${outputs.tables.map(renderOutputTable)}
${renderArtifacts(content)}
${renderSettings(config)}
${renderRun(content)}
</main>
</body>
</html>
`;
  return page.markup;
}

function renderStatus({ state: { status, error } }: ReportContent): Html[] {
  if (status === 'done') return [];
  const what = { running: 'not ended yet', interrupted: 'been interrupted', failed: 'failed' }[status];
  const why = error === undefined ? '' : ` (${error})`;
  return [html`<p class="notice" role="status">This run has ${what}${why}: what follows is incomplete.</p>`];
}

function renderSummary({ config, summary }: ReportContent): Html[] {
  if (summary === undefined) return [];
  const rows = explained(summary, config.about.summary).map(([key, value, meaning]) => [
    html`<code>${key}</code>`,
    typeof value === 'number' ? value : formatValue(value),
    meaning,
  ]);
  return [
    renderTable({ name: ':summary', title: 'Summary', columns: ['Result', 'Value', 'Meaning'], rows, meanings: true }),
  ];
}

function renderFigureSection({ name, caption }: FigureEntry, drawing: StoredDrawing | undefined): Html {
  if (drawing === undefined) {
    return html`<p class="notice">The drawing figures/${name}.svg is missing or no SVG.</p>`;
  }
  const { text, narrow, refused } = drawing;
  const notice = `Left out of this drawing, which a drawing has no need of: ${refused.join(', ')}.`;
  return html`<figure id="${name}"${raw(narrow === undefined ? '' : ' class="both"')}>
${raw(text + (narrow ?? ''))}
<figcaption>${prose(caption)}</figcaption>
${refused.length > 0 ? [html`<p class="notice">${notice}</p>`] : []}
</figure>`;
}

function renderArtifacts({ outputs: { artifacts } }: ReportContent): Html[] {
  if (artifacts.length === 0) return [];
  const rows = artifacts.map(({ name, bytes, sha256 }) => [html`<code>artifacts/${name}</code>`, bytes, sha256]);
  return [renderTable({ name: ':artifacts', title: 'Files', columns: ['File', 'Bytes', 'SHA-256'], rows })];
}

function renderSettings({ config, about, preset }: RunConfig): Html {
  // A program of one's own has no defaults that are known.
  const isOwn = preset === OWN;
  const rows = about.settings.map(({ name, description, default: byDefault }) => [
    html`<code>${name}</code>`,
    formatSetting(config[name]),
    ...(isOwn ? [] : [formatSetting(byDefault)]),
    description,
  ]);
  const columns = ['Setting', 'Value', ...(isOwn ? [] : ['Default']), 'Meaning'];
  return renderTable({ name: ':settings', title: 'Settings', columns, rows, meanings: true });
}

function renderRun({ config, state }: ReportContent): Html {
  const environments = state.environments ?? [config];
  const facts = [
    ['Started', config.started],
    ['Duration', formatDuration(state.seconds)],
    ...environments.flatMap(({ machine: { cpu, cores, workers, memoryGiB, os }, versions }) => [
      [
        'Machine',
        `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}${workers === undefined ? '' : `, ${workers} workers`}, ${memoryGiB} GiB of memory, ${os}`,
      ],
      [
        'Versions',
        Object.entries(versions)
          .map((entry) => entry.join(' '))
          .join(', '),
      ],
    ]),
  ];
  return html`<section>
<h2>Run</h2>
<dl>
${facts.map(([name = '', fact = '']) => html`<dt>${name}</dt><dd>${fact}</dd>`)}
</dl>
${renderAgain(config, environments)}
<pre><code>${config.command}</code></pre>
</section>`;
}

/** Products are sums whose order depends on the processor and on the number of threads. */
function renderAgain({ seed, preset }: RunConfig, [first, ...others]: readonly Environment[]): Html {
  if (first === undefined || others.length > 0) {
    return html`<p class="notice">Parts of this run were computed in each of these surroundings, so no single machine gives its numbers again. Anew, with seed ${seed}:</p>`;
  }
  // Whether its numbers follow from its seed is for the program to say.
  if (preset === OWN) return html`<p>Made by:</p>`;
  const { cpu, cores } = first.machine;
  return html`<p>The same numbers again, on the same processor (${cpu}) with ${cores} ${cores === 1 ? 'thread' : 'threads'} and the same versions:</p>`;
}
