import { posix } from 'node:path';
import { type Document, type Finding, isGenerated, type Repository } from '../repository.ts';

/** A Markdown document has one title, and it comes first. */
export function oneTitle({ documents }: Repository): readonly Finding[] {
  return markdown(documents).flatMap(({ path, text }) => {
    const lines = proseLines(text);
    const titles = lines.filter(({ content }) => content.startsWith('# '));
    if (titles.length !== 1)
      return [{ path, line: titles[1]?.line ?? 1, message: `has ${titles.length} titles, not one` }];
    const first = lines.find(({ content }) => content !== '' && !content.startsWith('<!--'));
    if (first !== titles[0]) return [{ path, line: first?.line ?? 1, message: 'does not begin with its title' }];
    return [];
  });
}

/** A link to a file or to a heading in it leads somewhere. */
export function linksLead({ documents, paths }: Repository): readonly Finding[] {
  const folders = new Set([...paths].flatMap(parents));
  const anchors = new Map(markdown(documents).map(({ path, text }) => [path, headings(text)]));
  return markdown(documents).flatMap(({ path, text }) =>
    proseLines(text).flatMap(({ content, line }) =>
      [...content.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
        if (/^[a-z]+:/.test(link)) return [];
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), file);
        if (!paths.has(target) && !folders.has(target.replace(/\/$/, ''))) {
          return [{ path, line, message: `links to ${link}, which is not there` }];
        }
        if (anchor === undefined || anchors.get(target)?.has(anchor) !== false) return [];
        return [{ path, line, message: `links to ${link}, a heading that is not there` }];
      }),
    ),
  );
}

/** ARCHITECTURE.md is kept true: it names every room of the published packages. */
export function everyRoomNamed({ sources, documents }: Repository): readonly Finding[] {
  const page = documents.find(({ path }) => path === 'ARCHITECTURE.md');
  if (page === undefined) return [];
  const rooms = new Set(sources.map(({ path }) => /^packages\/\w+\/src\/([\w-]+)\//.exec(path)?.[1] ?? null));
  return [...rooms]
    .filter((room) => room !== null && !new RegExp(`(^|\\s)${room}/`, 'm').test(page.text))
    .map((room) => ({ path: page.path, line: 1, message: `does not say what ${room}/ is for` }));
}

/** A generated file says so in its first lines, and how it is made again. JSON has no comments: its maker says so. */
export function generatedMarked({ sources, documents }: Repository): readonly Finding[] {
  return [...sources, ...documents]
    .filter(({ path }) => isGenerated(path) || /^docs\/reference\/.+\.md$/.test(path))
    .filter(({ text }) => !/^(\/\/|<!--|#) Generated .*`npm run generate`\. Do not edit\./.test(text))
    .map(({ path }) => ({ path, line: 1, message: 'is generated and does not say so in its first line' }));
}

function markdown(documents: readonly Document[]): readonly Document[] {
  return documents.filter(({ path }) => path.endsWith('.md'));
}

/** The lines outside fenced code, numbered from 1. */
function proseLines(text: string): readonly { content: string; line: number }[] {
  let fenced = false;
  return text.split('\n').flatMap((content, index) => {
    const fence = /^\s*(```|~~~)/.test(content);
    if (fence) fenced = !fenced;
    return fence || fenced ? [] : [{ content, line: index + 1 }];
  });
}

/** The anchors of a document's headings, as code hosts make them. */
function headings(text: string): ReadonlySet<string> {
  return new Set(
    proseLines(text)
      .filter(({ content }) => /^#+ /.test(content))
      .map(({ content }) =>
        content
          .replace(/^#+ /, '')
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      ),
  );
}

function parents(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [folder] : [folder, ...parents(folder)];
}
