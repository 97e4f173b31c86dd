import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { serveFolder } from './site-server.ts';

const wide = { width: 1280, height: 900 };
const narrow = { width: 400, height: 800 };

/** A page higher than this is cut off in its picture, in pixels of CSS. */
const TALLEST = 4000;

/**
 * Contrast is looked at in so many blocks of a page, for axe takes the square of a page's size for it: all of every page that was written by hand. What follows in pages of
 * the reference is made by the same templates.
 */
const BLOCKS = 120;

/** The browser that looks: Debian's, unless `CHROMIUM` names another. */
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a page says of itself, in the browser. */
const lookAtPage = `({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  height: document.documentElement.scrollHeight,
  anchors: [...document.querySelectorAll('[id]')].map(({ id }) => id),
  links: [...document.querySelectorAll('a[href]')].map(({ href }) => href),
  broken: [...document.images].filter(({ complete, naturalWidth }) => complete && naturalWidth === 0).map(({ src }) => src),
})`;

interface Look {
  readonly overflow: number;
  readonly height: number;
  readonly anchors: readonly string[];
  readonly links: readonly string[];
  readonly broken: readonly string[];
}

/** Every page of a built site, by its path. */
function pagesOf(site: string): string[] {
  return readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html') && name !== '404.html')
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}

/** Faults that axe finds, a line for each rule with the first place. */
async function accessibilityOf(page: Page, rules: string): Promise<string[]> {
  const run = `axe.run(document, { resultTypes: ['violations'], ${rules} })`;
  const { violations } = (await page.evaluate(run)) as Pick<AxeResults, 'violations'>;
  return violations.map(({ id, help, nodes }) => `${id}: ${help}, at ${nodes.length} places, first ${nodes[0]?.html}`);
}

const colours = "runOnly: ['color-contrast']";
const allButColours = "rules: { 'color-contrast': { enabled: false } }";

const shorten = (page: Page) =>
  page.evaluate(
    `for (const block of document.querySelectorAll('.vp-doc > div > :nth-child(n+${BLOCKS})')) block.remove()`,
  );

async function shoot(page: Page, path: string, height: number): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, TALLEST) } });
}

/** A page in light: every rule, wide and narrow, what links to what. */
async function lookInLight(page: Page, url: string, picture: string): Promise<{ look: Look; faults: string[] }> {
  await page.goto(url);
  await page.evaluate(axeSource);
  const look = (await page.evaluate(lookAtPage)) as Look;
  await shoot(page, `${picture}.light.png`, look.height);
  const faults = await accessibilityOf(page, allButColours);
  for (const source of look.broken) faults.push(`the picture ${source} can't be shown`);
  await page.setViewportSize(narrow);
  const small = (await page.evaluate(lookAtPage)) as Look;
  await shoot(page, `${picture}.narrow.png`, small.height);
  for (const [how, { overflow }] of Object.entries({ wide: look, narrow: small }))
    if (overflow > 0) faults.push(`it is ${overflow} pixels wider than the ${how} window`);
  await shorten(page);
  faults.push(...(await accessibilityOf(page, allButColours)).map((fault) => `narrow: ${fault}`));
  await page.setViewportSize(wide);
  return { look, faults: [...faults, ...(await accessibilityOf(page, colours))] };
}

/** A page in dark: its colours. */
async function lookInDark(page: Page, url: string, picture: string): Promise<string[]> {
  await page.goto(url);
  await page.evaluate(axeSource);
  const { height } = (await page.evaluate(lookAtPage)) as Look;
  await shoot(page, `${picture}.dark.png`, height);
  await shorten(page);
  return (await accessibilityOf(page, colours)).map((fault) => `dark: ${fault}`);
}

/** Counts requests to other hosts and errors in the console as faults. */
function listen(context: BrowserContext, origin: string, faults: string[]): void {
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) faults.push(`asks for ${url}`);
  });
  context.on('weberror', (error) => faults.push(`fails: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error') faults.push(`says in the console: ${message.text()}`);
  });
}

/** Links within the site that lead nowhere, by what the pages themselves show. */
function deadLinksBetween(looks: ReadonlyMap<string, Look>, pages: ReadonlySet<string>, origin: string): string[] {
  return [...looks].flatMap(([path, { links }]) =>
    [...new Set(links)].flatMap((link) => {
      if (!link.startsWith(origin)) return [];
      const { pathname, hash } = new URL(link);
      const target =
        pathname.slice(1) === ''
          ? 'index.html'
          : pathname.endsWith('/')
            ? `${pathname.slice(1)}index.html`
            : pathname.slice(1);
      const there = looks.get(target);
      if (!pages.has(target)) return [`${path}: links to ${target}, which is no page`];
      if (there === undefined) return [];
      const anchor = decodeURIComponent(hash.slice(1));
      return anchor === '' || there.anchors.includes(anchor)
        ? []
        : [`${path}: links to ${target}#${anchor}, which isn't there`];
    }),
  );
}

/**
 * Looks at every page of a built site in a browser: in light, dark and narrow. Pictures go into `pictures`.
 * @param words pages whose path has one of them are looked at; all pages where there are none
 * @returns faults, each in one line: violations that axe finds, overflow, requests to other hosts, errors, dead links and anchors
 */
export async function checkPages(
  site: string,
  pictures: string,
  words: readonly string[] = [],
): Promise<{ pages: number; faults: string[] }> {
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  const server = await serveFolder(site);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const faults: string[] = [];
  const looks = new Map<string, Look>();
  const every = pagesOf(site);
  const pages = every.filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  try {
    const contextOf = async (colorScheme: 'light' | 'dark') => {
      const context = await browser.newContext({ viewport: wide, colorScheme, reducedMotion: 'reduce' });
      listen(context, server.url, faults);
      return context;
    };
    const left = [...pages];
    const worker = async () => {
      const [light, dark] = await Promise.all([contextOf('light'), contextOf('dark')]);
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        const [url, picture] = [
          `${server.url}/${path}`,
          join(pictures, path.slice(0, -'.html'.length).replaceAll('/', '-')),
        ];
        const [inLight, inDark] = await Promise.all([light.newPage(), dark.newPage()]);
        const seen = await lookInLight(inLight, url, picture);
        const found = [...seen.faults, ...(await lookInDark(inDark, url, picture))];
        faults.push(...found.map((fault) => `${path}: ${fault}`));
        looks.set(path, seen.look);
        await Promise.all([inLight.close(), inDark.close()]);
      }
    };
    await Promise.all([worker(), worker()]);
    faults.push(...deadLinksBetween(looks, new Set(every), server.url));
  } finally {
    await browser.close();
    await server.close();
  }
  return { pages: pages.length, faults: [...new Set(faults)] };
}
