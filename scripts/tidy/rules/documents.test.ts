import { describe, expect, test } from 'vitest';
import { findings } from '../findings.ts';
import { everyRoomNamed, generatedMarked, linksLead, oneTitle } from './documents.ts';

describe('documents', () => {
  test('a document has one title, first; a # in code is none', () => {
    const files = {
      'a.md': '# A\n\n```sh\n# comment\n```\n## B',
      'b.md': '# A\n# B',
      'c.md': 'text\n# A',
      'd.md': 'text',
      'e.md': '<!-- note -->\n\n# A',
    };
    expect(findings(oneTitle, files)).toEqual([
      'b.md: has 2 titles, not one',
      'c.md: does not begin with its title',
      'd.md: has 0 titles, not one',
    ]);
  });

  test('a link to a file or heading that is not there is refused', () => {
    const files = {
      'docs/a.md':
        '# A\n[b](b.md) [c](../docs/c.md) [h](b.md#the-way-of-a-record) [x](b.md#x) [up](..) [web](https://a.b)',
      'docs/b.md': '# B\n## The way of a record\n[own](#b) [gone](#gone) [folder](../docs/)',
    };
    expect(findings(linksLead, files)).toEqual([
      'docs/a.md: links to ../docs/c.md, which is not there',
      'docs/a.md: links to b.md#x, a heading that is not there',
      'docs/b.md: links to #gone, a heading that is not there',
    ]);
  });

  test('a room that ARCHITECTURE.md does not name is refused', () => {
    const files = {
      'ARCHITECTURE.md': '# Architecture\n  errors/  codes\n  batch/   online/',
      'packages/core/src/errors/a.ts': '',
      'packages/core/src/line/a.ts': '',
      'packages/slipway/src/online/x/a.ts': '',
      'packages/slipway/src/compose.ts': '',
    };
    expect(findings(everyRoomNamed, files)).toEqual(['ARCHITECTURE.md: does not say what line/ is for']);
  });

  test('a generated file says so in its first line', () => {
    const mark = 'Generated from x by `npm run generate`. Do not edit.';
    const files = {
      'a.generated.ts': `// ${mark}\n`,
      'b.generated.ts': 'export {};',
      'docs/reference/c.md': `<!-- ${mark} -->\n`,
      'docs/reference/d.md': '# D',
    };
    expect(findings(generatedMarked, files)).toEqual([
      'b.generated.ts: is generated and does not say so in its first line',
      'docs/reference/d.md: is generated and does not say so in its first line',
    ]);
  });
});
