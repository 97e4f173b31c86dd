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
 * Axe looks at so many blocks of a page, since it takes the square of a page's size: at all of every page that was written by hand. What follows in pages of
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

/** Leaves the first blocks of a page, which axe looks at. */
const shorten = (page: Page) =>
  page.evaluate(
    `for (const block of document.querySelectorAll('.vp-doc > div > :nth-child(n+${BLOCKS})')) block.remove()`,
  );

async function shoot(page: Page, path: string): Promise<Look> {
  const look = (await page.evaluate(lookAtPage)) as Look;
  const { width = 0 } = page.viewportSize() ?? {};
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(look.height, TALLEST) } });
  return look;
}

/** As a reader with dark settings gets it: pictures look at the settings, the page at the class that its first script takes from them. */
async function darken(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.evaluate(`document.documentElement.classList.add('dark')`);
}

/** A page in light, narrow and dark. */
async function lookAt(
  page: Page,
  path: string,
  url: string,
  picture: string,
): Promise<{ look: Look; faults: string[] }> {
  await page.goto(url);
  await page.evaluate(axeSource);
  const look = await shoot(page, `${picture}.light.png`);
  const faults = look.broken.map((source) => `the picture ${source} can't be shown`);
  await page.setViewportSize(narrow);
  const small = await shoot(page, `${picture}.narrow.png`);
  // What is there in narrow windows alone, the menus, is the same on every page.
  if (path === 'index.html') faults.push(...(await accessibilityOf(page, '')).map((fault) => `narrow: ${fault}`));
  for (const [how, { overflow }] of Object.entries({ wide: look, narrow: small }))
    if (overflow > 0) faults.push(`it is ${overflow} pixels wider than the ${how} window`);
  await page.setViewportSize(wide);
  await darken(page);
  await shoot(page, `${picture}.dark.png`);
  await shorten(page);
  const inDark = await accessibilityOf(page, "runOnly: ['color-contrast']");
  faults.push(...inDark.map((fault) => `dark: ${fault}`));
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.evaluate(`document.documentElement.classList.remove('dark')`);
  return { look, faults: [...faults, ...(await accessibilityOf(page, ''))] };
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
    const context = await browser.newContext({ viewport: wide, colorScheme: 'light', reducedMotion: 'reduce' });
    listen(context, server.url, faults);
    const left = [...pages];
    const worker = async () => {
      for (let path = left.shift(); path !== undefined; path = left.shift()) {
        const picture = join(pictures, path.slice(0, -'.html'.length).replaceAll('/', '-'));
        const page = await context.newPage();
        const seen = await lookAt(page, path, `${server.url}/${path}`, picture);
        await page.close();
        faults.push(...seen.faults.map((fault) => `${path}: ${fault}`));
        looks.set(path, seen.look);
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
