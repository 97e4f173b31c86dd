import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folders.ts';
import { makeRun } from './runs.ts';
import { rawRequest, served } from './served.ts';

async function withCookie(options: { readonly readOnly?: boolean } = {}) {
  const folder = temporaryFolder();
  makeRun(join(folder, 'run'));
  const all = await served({ places: [folder], ...options });
  const entered = await fetch(all.lab.url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
  const host = new URL(all.lab.origin).host;
  return { ...all, entered, cookie, host };
}

it('takes the token of the address for a cookie, and leads to the address without it', async () => {
  const { lab, entered, cookie } = await withCookie();
  expect(entered.status).toBe(303);
  expect(entered.headers.get('location')).toBe('/');
  expect(entered.headers.get('set-cookie')).toMatch(/^unbraid_lab_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(entered.headers.get('set-cookie')).not.toContain(lab.token);
  expect((await fetch(`${lab.origin}/api/runs`, { headers: { cookie } })).status).toBe(200);
});

it.each([
  ['nothing', {}, 403],
  ['another token', { authorization: 'Bearer wrong' }, 403],
  ['another cookie', { cookie: 'unbraid_lab_1=wrong' }, 403],
  ['the token', { authorization: 'Bearer TOKEN' }, 200],
  ['the cookie', { cookie: 'COOKIE' }, 200],
  ['a strange host', { cookie: 'COOKIE', host: 'evil.example' }, 403],
  ['a strange host with our port', { cookie: 'COOKIE', host: 'evil.example:PORT' }, 403],
  ['a host that begins like ours', { cookie: 'COOKIE', host: '127.0.0.1.evil.example' }, 403],
  ['an address that is not of this machine', { cookie: 'COOKIE', host: '192.0.2.1' }, 403],
  ['no host that could be one', { cookie: 'COOKIE', host: 'a b' }, 400],
  ['localhost, by a tunnel', { cookie: 'COOKIE', host: 'localhost:9999' }, 200],
  ['an address of version 6', { cookie: 'COOKIE', host: '[::1]:PORT' }, 200],
  ['our origin', { cookie: 'COOKIE', origin: 'http://HOST' }, 200],
  ['a strange origin', { cookie: 'COOKIE', origin: 'http://evil.example' }, 403],
  ['a strange port', { cookie: 'COOKIE', origin: 'http://127.0.0.1:1' }, 403],
  ['no origin that could be one', { cookie: 'COOKIE', origin: 'null' }, 403],
  ['a page of another site', { cookie: 'COOKIE', 'sec-fetch-site': 'cross-site' }, 403],
  ['a page of another port', { cookie: 'COOKIE', 'sec-fetch-site': 'same-site' }, 403],
  ['our page', { cookie: 'COOKIE', 'sec-fetch-site': 'same-origin' }, 200],
])('asked with %s', async (_, headers, status) => {
  const { lab, cookie, host } = await withCookie();
  const port = new URL(lab.origin).port;
  const filled = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    value.replace('TOKEN', lab.token).replace('COOKIE', cookie).replace('HOST', host).replace('PORT', port),
  ]);
  for (const path of ['/api/runs', '/api/lab'])
    expect((await rawRequest(lab, path, Object.fromEntries(filled))).status).toBe(status);
});

it('asks all that for events too', async () => {
  const { lab, cookie } = await withCookie();
  for (const headers of [{}, { cookie, origin: 'http://evil.example' }, { cookie, host: 'evil.example' }])
    expect((await rawRequest(lab, '/api/events', headers)).status).toBe(403);
});

it('refuses the page itself to a strange host, and a token that is none', async () => {
  const { lab } = await withCookie();
  expect((await rawRequest(lab, '/', { host: 'evil.example' })).status).toBe(403);
  expect((await rawRequest(lab, '/?token=wrong', {})).status).toBe(403);
});

it('changes nothing for a cookie that comes without its page', async () => {
  const { lab, cookie, host, json } = await withCookie();
  const { runs } = await json<{ runs: { id: string }[] }>('/api/runs');
  const path = `/api/runs/${runs[0]!.id}/notes`;
  const put = (headers: Record<string, string>) =>
    fetch(lab.origin + path, { method: 'PUT', headers, body: '{"tags":[],"text":"new"}' });
  expect((await put({ cookie })).status).toBe(403);
  expect((await put({ cookie, origin: 'http://evil.example' })).status).toBe(403);
  expect((await put({})).status).toBe(403);
  expect((await put({ cookie, origin: `http://${host}` })).status).toBe(200);
  expect((await put({ authorization: `Bearer ${lab.token}` })).status).toBe(200);
});

it('changes nothing where it is read-only', async () => {
  const { send, json } = await withCookie({ readOnly: true });
  const { runs } = await json<{ runs: { id: string }[] }>('/api/runs');
  const id = runs[0]!.id;
  for (const [method, path] of [
    ['PUT', `/api/runs/${id}/notes`],
    ['POST', '/api/runs'],
    ['POST', `/api/runs/${id}/stop`],
    ['POST', `/api/runs/${id}/resume`],
  ] as const) {
    const answer = await send(method, path, { tags: [], text: 'x' });
    expect([answer.status, await answer.json()]).toEqual([403, { error: 'this lab is read-only' }]);
  }
  expect(await json('/api/lab')).toMatchObject({ readOnly: true, canStart: false });
});

it('sends headers that keep pages to themselves', async () => {
  const { lab, ask } = await withCookie();
  for (const answer of [
    await ask('/'),
    await ask('/api/runs'),
    await ask('/api/nothing'),
    await fetch(`${lab.origin}/api/runs`),
  ]) {
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  }
});

it('gives two labs of one machine cookies of their own', async () => {
  const [first, second] = [await withCookie(), await withCookie()];
  const cookie = `${first.cookie}; ${second.cookie}`;
  for (const { lab } of [first, second])
    expect((await fetch(`${lab.origin}/api/runs`, { headers: { cookie } })).status).toBe(200);
  expect((await fetch(`${first.lab.origin}/api/runs`, { headers: { cookie: second.cookie } })).status).toBe(403);
});
