import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface DocsPage {
  readonly html: string;
  /** What a browser may do with it. */
  readonly headers: Readonly<Record<string, string>>;
}

/** In the order in which they need each other. */
const scripts = [
  new URL('./browser/elements.js', import.meta.url),
  new URL('./browser/api-document.js', import.meta.url),
  new URL('./browser/record-form.js', import.meta.url),
  new URL('./browser/answer-view.js', import.meta.url),
  new URL('./browser/snippets.js', import.meta.url),
  new URL('./browser/main.js', import.meta.url),
];

let made: DocsPage | null = null;

/**
 * The page that lets people try the API. It is one document without anything from elsewhere, and the same for every
 * server: what it shows it reads from `/openapi.json`, with a key where the server wants one. So the page itself is open
 * to all (a browser sends no key when it goes to an address), and says nothing that is not public.
 */
export function docsPage(): DocsPage {
  made ??= makePage();
  return made;
}

function makePage(): DocsPage {
  const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
  const script = scripts.map((url) => withoutModules(readFileSync(url, 'utf8'))).join('');
  const html = readFileSync(new URL('./page.html', import.meta.url), 'utf8')
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`);
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  };
}

/** One script has one scope: its parts need not import each other in it. */
function withoutModules(text: string): string {
  return text.replaceAll(/^import .*\n/gm, '').replaceAll(/^export /gm, '');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
