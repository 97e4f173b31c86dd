import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig, type MarkdownRenderer } from 'vitepress';

const docs = fileURLToPath(new URL('..', import.meta.url));
const repository = 'https://github.com/unbraid/unbraid';

const link = (text: string, address: string): DefaultTheme.SidebarItem => ({ text, link: address });

/** Pages of a folder, by name, each called by its first heading. */
function pagesOf(folder: string): DefaultTheme.SidebarItem[] {
  const files = readdirSync(join(docs, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.md') && !/(?:index|error-codes)\.md$/.test(file))
    .sort();
  return files.map((file) => {
    const [, heading = file] = /^# (.*)$/m.exec(readFileSync(join(docs, folder, file), 'utf8')) ?? [];
    return link(heading.replaceAll('`', ''), `/${folder}/${file.slice(0, -'.md'.length)}`);
  });
}

const guides = [
  link('GaLU', '/guides/galu'),
  link('LaPerm', '/guides/laperm'),
  link('DynamicVAE', '/guides/dynamic-vae'),
  link('Linearity', '/guides/linearity'),
  link('GFGN', '/guides/gfgn'),
  link('Sim-Env', '/guides/sim-env'),
  link('From a file to predictions', '/guides/own-data'),
  link('Your own model', '/guides/your-own-model'),
  link('Try many settings', '/guides/sweeps'),
  link('In the browser', '/guides/browsers'),
  link('Learning in TypeScript', '/guides/learners'),
  link('Events, grids, async code', '/guides/kinds-of-models'),
  link('Your own training loop', '/guides/own-training-loop'),
  link('See runs live', '/guides/lab'),
  link('From your model to a trained agent', '/from-your-model-to-a-trained-agent'),
];

/** What is published of a method and what was found, beside its guide. */
const methods = pagesOf('methods');

const engine = [
  link('Write a model', '/engine/model'),
  link('Write an operator', '/engine/operator'),
  link('Write a kernel', '/engine/kernel'),
];

const cookbook = [
  link('Your own data', '/cookbook/own-data'),
  link('Save and load', '/cookbook/save-and-load'),
  link('Export to ONNX', '/cookbook/onnx'),
  link('Stop, report, go on', '/cookbook/stop-and-resume'),
  link('Same numbers, and seeds', '/cookbook/seeds'),
  link('Threads', '/cookbook/threads'),
  link('Browser', '/cookbook/browser'),
  link('Worker', '/cookbook/worker'),
  link('GPU', '/cookbook/gpu'),
  link('Run and resume experiments', '/cookbook/experiments'),
  link('One core to a hundred machines', '/scale'),
];

/** Makes relative links that leave `docs/`, as documents of the repository have them, links to the repository. */
function linkToRepository(md: MarkdownRenderer): void {
  md.core.ruler.push('links-to-repository', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href === null || !href.startsWith('../')) continue;
      const path = posix.normalize(posix.join('docs', posix.dirname(env.relativePath), href));
      if (!path.startsWith('docs/')) token.attrSet('href', `${repository}/blob/main/${path}`);
    }
  });
}

export default defineConfig({
  title: 'Unbraid',
  description: 'Six methods that decouple what machine learning usually tangles, in TypeScript, on your own data.',
  lang: 'en',
  cleanUrls: false,
  // Nothing of the site is asked of another host: fonts are the reader's own, and the search is in the page.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  srcExclude: ['reference/error-codes.md', 'node_modules/**', 'dist/**', 'README.md'],
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: linkToRepository,
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Guides', link: '/guides/galu', activeMatch: '/guides/' },
      { text: 'Cookbook', link: '/cookbook/own-data', activeMatch: '/cookbook/' },
      { text: 'Reference', link: '/reference/', activeMatch: '/reference/' },
    ],
    sidebar: {
      '/reference/': [{ text: 'Reference', link: '/reference/', items: pagesOf('reference') }],
      '/': [
        link('Start in five minutes', '/start'),
        { text: 'The six methods', items: guides },
        { text: 'Published and found', items: methods },
        { text: 'The engine', items: engine },
        { text: 'Cookbook', items: cookbook },
        {
          text: 'Facts',
          items: [
            link('Errors', '/errors'),
            link('Limits', '/limits'),
            link('Comparison', '/comparison'),
            link('Reference', '/reference/'),
          ],
        },
        { text: 'Decisions', collapsed: true, items: pagesOf('decisions') },
      ],
    },
    socialLinks: [{ icon: 'github', link: repository, ariaLabel: 'Source code' }],
    footer: { message: 'MIT licence' },
  },
});
