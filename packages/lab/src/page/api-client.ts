import type {
  ExperimentForm,
  Failure,
  Lab,
  LogPage,
  Notes,
  RunDetail,
  RunList,
  RunWorkers,
  Series,
  SeriesList,
  StartRequest,
  Sweep,
} from '../api.ts';

/** What the server said no to, or that it couldn't be asked: a sentence to be shown as it is. */
class ApiFailure extends Error {}

const UNREACHABLE = 'The lab can’t be reached. Is `unbraid lab` still running?';

/** A part of the page that is loaded when it is needed. @throws ApiFailure where the lab can't be reached any more */
export const loadPart = <T>(part: Promise<T>): Promise<T> =>
  part.catch(() => {
    throw new ApiFailure(`${UNREACHABLE} If it is, load the page again.`);
  });

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiFailure(UNREACHABLE);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiFailure(failureText(body) ?? `${response.status} ${response.statusText}`);
  return body as T;
}

function failureText(body: unknown): string | undefined {
  const text = (body as Partial<Failure> | undefined)?.error;
  return typeof text === 'string' ? text : undefined;
}

const send = <T>(method: string, path: string, body: unknown): Promise<T> =>
  ask<T>(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

const withQuery = (path: string, query: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return `${path}?${new URLSearchParams(given)}`;
};

/** What of a curve is asked for: at most about `points` points between `from` and `to` of `x`. */
export interface SeriesQuery {
  readonly metric: string;
  readonly points?: number;
  readonly x?: string;
  readonly from?: number;
  readonly to?: number;
}

const runPath = (id: string) => `/api/runs/${encodeURIComponent(id)}`;

/** The addresses of api.ts as functions. */
export const api = {
  lab: () => ask<Lab>('/api/lab'),
  runs: () => ask<RunList>('/api/runs'),
  run: (id: string, signal?: AbortSignal) => ask<RunDetail>(runPath(id), signal && { signal }),
  series: (id: string, query: SeriesQuery, signal?: AbortSignal) =>
    ask<Series>(withQuery(`${runPath(id)}/series`, { ...query }), signal && { signal }),
  manySeries: (ids: readonly string[], query: SeriesQuery, signal?: AbortSignal) =>
    ask<SeriesList>(withQuery('/api/series', { ids: ids.join(','), ...query }), signal && { signal }),
  log: (id: string, from: number, limit: number) => ask<LogPage>(withQuery(`${runPath(id)}/log`, { from, limit })),
  sweep: (id: string, signal?: AbortSignal) => ask<Sweep>(`${runPath(id)}/sweep`, signal && { signal }),
  workers: (id: string, signal?: AbortSignal) => ask<RunWorkers>(`${runPath(id)}/workers`, signal && { signal }),
  experiments: () => ask<{ readonly experiments: readonly ExperimentForm[] }>('/api/experiments'),
  start: (request: StartRequest) => send<{ readonly id: string }>('POST', '/api/runs', request),
  stop: (id: string) => send<{ readonly id: string }>('POST', `${runPath(id)}/stop`, {}),
  resume: (id: string) => send<{ readonly id: string }>('POST', `${runPath(id)}/resume`, {}),
  setNotes: (id: string, notes: Notes) => send<Notes>('PUT', `${runPath(id)}/notes`, notes),
  figure: (id: string, name: string, narrow = false) =>
    `${runPath(id)}/figures/${encodeURIComponent(name)}${narrow ? '?narrow' : ''}`,
  artifact: (id: string, name: string) => `${runPath(id)}/artifacts/${encodeURIComponent(name)}`,
  report: (id: string) => `${runPath(id)}/report`,
  metrics: (id: string) => `${runPath(id)}/metrics`,
};
