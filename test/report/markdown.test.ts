import { describe, expect, test } from '@jest/globals';
import { marked, type Token, type Tokens } from 'marked';
import type { Report } from '../../audit/report.ts';
import { MOST_CHARACTERS, renderMarkdown, renderMarkdownAppendices } from '../../report/markdown.ts';
import { codeBlock, codeSpan, escapeMarkdown, atLineStart } from '../../report/markdown/escape.ts';
import { visibleText } from '../../audit/visible-text.ts';
import { expectGolden } from '../support/golden.ts';
import { hostileTexts } from './hostile-texts.ts';
import { edition, sample } from './sample-report.ts';
import { spoiled } from './spoiled-report.ts';

const texts = [
  ...hostileTexts('http://127.0.0.1:1'),
  '* star',
  '- dash',
  '+ plus',
  '1. one',
  '12) twelve',
  '> quote',
  '    code',
  '===',
  '---',
  '| a | b |',
  '<b>bold</b>',
  '&amp; &copy;',
  '[a][b]',
  '[^1]',
  '- [ ] task',
  'a\\',
  '\\',
  '`',
  '``',
  '` a',
  'a | b `c | d`',
  '***',
  '_a_b_c_',
  'snake_case_name',
  'x < y > z',
  ':::',
  '~~~',
];

const markdown = renderMarkdown(sample, edition);

/** Text as a reader sees it: of all tokens below, without markup. */
function textOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if ('tokens' in token && Array.isArray(token.tokens)) return textOf(token.tokens);
      return 'text' in token ? String(token['text']) : '';
    })
    .join('');
}

function plain(text: string): string {
  return visibleText(text)
    .replace(/\s*[\r\n\t\u0085]+\s*/g, ' ')
    .trim()
    .replace(/ +/g, ' ');
}

function kinds(tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap((token) => [
    token.type,
    ...('tokens' in token && Array.isArray(token.tokens) ? kinds(token.tokens) : []),
  ]);
}

test('the report keeps the template: golden', () => {
  expectGolden('test/golden/report/sample.md', markdown);
});

test('the appendices are a file of their own, with long texts folded: golden', () => {
  const appendices = renderMarkdownAppendices(sample, edition);
  expectGolden('test/golden/report/sample-appendices.md', appendices);
  expect(appendices).toContain('## APPENDIX C: QUERIES');
  expect(appendices).toMatch(/<details><summary>[^<]+<\/summary>\n\n```sql\n/);
  expect(markdown).not.toContain('## APPENDIX');
  expect(markdown).toContain('`data/appendices.md`');
});

describe('a long report', () => {
  const many = (times: number): Report => {
    const long = sample.sections.filter(({ number }) => !/^[A-Z]$/.test(number ?? ''));
    const copies = Array.from({ length: times }, (_, nth) =>
      long.map((section) => ({
        ...section,
        id: `${section.id}-${String(nth)}`,
        title: `${section.title} ${String(nth)}`,
      })),
    );
    return { ...sample, sections: [...sample.sections, ...copies.flat()] };
  };

  test.each([2, 4, 12])('fits one issue, %i times as long', (times) => {
    const text = renderMarkdown(many(times), edition);
    expect(text.length).toBeLessThanOrEqual(MOST_CHARACTERS);
    expect(text).toContain('**END OF REPORT**');
  });

  test('names what is left out', () => {
    expect(renderMarkdown(many(1), edition)).not.toContain('Left out for length');
    expect(renderMarkdown(many(12), edition)).toMatch(
      /Left out for length, and in `report\.html`: .*Conclusion 11/,
    );
  });
});

test('nothing in it links to somebody’s issue', () => {
  expect(markdown).not.toMatch(/(?<!`)#\d/);
});

test('headings and emoji stand in the order of the template', () => {
  const headings = markdown.split('\n').filter((line) => /^#{1,3} /.test(line));
  expect(headings.slice(0, 5)).toEqual([
    '# PRODUCTION AUDIT REPORT',
    '## EXECUTIVE SUMMARY',
    '### Overall Health: 🔴 RED (FAIL)',
    '### Key Findings',
    '### What To Do Now',
  ]);
  expect(headings).toEqual(
    expect.arrayContaining([
      '## 1. POSITION MANAGEMENT',
      '### 1.2 Issues Found',
      '### 🔥 IMMEDIATE (Fix before next production run)',
    ]),
  );
  expect(markdown).toContain('#### Issue 1: 2 positions without a stop at the end of the window');
  expect(markdown).toContain('**Severity:** 🔴 CRITICAL');
  expect(markdown).toContain('**Priority:** 🔥 IMMEDIATE');
  expect(markdown).not.toContain('WEBSOCKET');
});

describe('text from data', () => {
  test.each(texts.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    'stays itself in a table cell: %s',
    (_name, text) => {
      const [table] = marked.lexer(`| a | b |\n|---|---|\n| ${escapeMarkdown(text)} | z |`);
      expect(table?.type).toBe('table');
      const cells = (table as Tokens.Table).rows[0] ?? [];
      expect(cells).toHaveLength(2);
      expect(textOf(cells[0]?.tokens ?? []).replace(/ +/g, ' ')).toBe(plain(text));
      expect(
        kinds(cells[0]?.tokens ?? []).filter((kind) => !['text', 'escape', 'codespan'].includes(kind)),
      ).toEqual([]);
    },
  );

  test.each(texts.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    'stays a paragraph at the beginning of a line: %s',
    (_name, text) => {
      const tokens = marked.lexer(atLineStart(escapeMarkdown(text)));
      expect(tokens.map(({ type }) => type)).toEqual(['paragraph']);
      expect(textOf(tokens).replace(/ +/g, ' ')).toBe(plain(text));
    },
  );

  test.each(texts.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    'cannot leave code: %s',
    (_name, text) => {
      const [block, ...rest] = marked.lexer(codeBlock(text, 'sql'));
      expect([block?.type, rest.length]).toEqual(['code', 0]);
      const [span] = marked.lexer(`a ${codeSpan(text)} z`);
      expect(
        kinds([span ?? { type: 'none', raw: '' }]).filter(
          (kind) => !['paragraph', 'text', 'codespan'].includes(kind),
        ),
      ).toEqual([]);
    },
  );

  test('adds no link, image or HTML to a report', () => {
    for (const text of texts) {
      const found = kinds(walk(marked.lexer(renderMarkdown(spoiled(text), edition))));
      expect([text, found.filter((kind) => ['link', 'image', 'html', 'def'].includes(kind))]).toEqual([
        text,
        [],
      ]);
    }
  });

  /** Tables and lists keep their tokens elsewhere. */
  function walk(tokens: readonly Token[]): Token[] {
    return tokens.flatMap((token): Token[] => {
      if (token.type === 'table')
        return [
          token,
          ...[...(token as Tokens.Table).rows.flat(), ...(token as Tokens.Table).header].flatMap(
            (cell) => cell.tokens,
          ),
        ];
      if (token.type === 'list')
        return [token, ...(token as Tokens.List).items.flatMap((item) => walk(item.tokens))];
      return [token];
    });
  }
});
