import { describe, expect, test } from '@jest/globals';
import { launch } from 'puppeteer';
import { isolated, isolatedHtml } from '../../audit/right-to-left.ts';
import { plainMail } from '../../delivery/plain-mail.ts';
import { chromiumArguments } from '../../local/chromium.ts';
import { renderHtml } from '../../report/html.ts';
import { codeSpan, escapeMarkdown } from '../../report/markdown/escape.ts';
import { chromiumPath } from '../support/chromium.ts';
import { spoiled } from './spoiled-report.ts';
import { edition, sample } from './sample-report.ts';

/** As text, since this program is compiled without the types of a page. */
const IN_ORDER = `[...document.querySelectorAll('p, text')].map((line) => {
  const name = line.querySelector('bdi, tspan');
  const after = document.createRange();
  after.selectNode(name.nextSibling);
  return name.getBoundingClientRect().right <= after.getBoundingClientRect().left + 0.5;
})`;

/** Marks that can be read here. */
const marked = (text: string): string => isolated(text).replaceAll('\u2068', '{').replaceAll('\u2069', '}');

describe('names that are written from right to left', () => {
  test.each([
    ['2 positions of סחר 12 are open', '2 positions of {סחר} 12 are open'],
    ['סחר, BTCUSDT and (سكالبينج): 3', '{סחר}, BTCUSDT and ({سكالبينج}): 3'],
    ['סחר 12 יומי 3 fills', '{סחר 12 יומי} 3 fills'],
    ['סחר-12/USDT. 5', '{סחר-12/USDT}. 5'],
    ['USDTסחר: 5', '{USDTסחר}: 5'],
    ['12סחר 3', '{12סחר} 3'],
    ['plain 3, 网格 4', 'plain 3, 网格 4'],
  ])('%s', (text, right) => {
    expect(marked(text)).toBe(right);
  });

  test('a long text costs what its length does', () => {
    const text = `${'a.'.repeat(200_000)}ס${' 1'.repeat(200_000)}`;
    expect(marked(text)).toHaveLength(text.length + 2);
  });

  test('are elements in a page, also of drawings, and nothing where no element can be', () => {
    expect(
      isolatedHtml(
        '<title>סחר</title><p title="סחר">&quot;סחר&quot; 3</p><svg><desc>סחר</desc><text>סחר 3</text></svg>סחר',
      ),
    ).toBe(
      '<title>סחר</title><p title="סחר">&quot;<bdi>סחר</bdi>&quot; 3</p>' +
        '<svg><desc>סחר</desc><text><tspan unicode-bidi="plaintext">סחר</tspan> 3</text></svg><bdi>סחר</bdi>',
    );
  });

  test('are set apart wherever a report prints one', () => {
    const body = renderHtml(spoiled('סחר 12 lots'), edition).replace(/<(style|title|desc)\b[^]*?<\/\1>/g, '');
    const shown = body.replace(/<[^>]*"[^>]*>/g, (tag) => tag.replace(/"[^"]*"/g, '""'));
    expect(shown.match(/סחר/g)?.length).toBeGreaterThan(100);
    expect(shown.match(/(?<!<bdi>|<tspan "">|<tspan unicode-bidi="">)סחר/g)).toBeNull();
    expect(renderHtml(sample, edition)).not.toContain('<bdi>');
  });

  test('are set apart in Markdown by what can be seen, and in a mail’s text', () => {
    expect(escapeMarkdown('סחר_1 2')).toBe('&#x2068;סחר\\_1&#x2069; 2');
    expect(codeSpan('סחר')).toBe('&#x2068;`סחר`&#x2069;');
    expect(codeSpan('plain')).toBe('`plain`');
    expect(plainMail('סחר 2', 'סחר 3')).toMatchObject({
      subject: '\u2068סחר\u2069 2',
      text: '\u2068סחר\u2069 3',
    });
  });

  test('leave a number beside them where it is said', async () => {
    const { executablePath, env } = await chromiumPath();
    const browser = await launch({
      executablePath,
      env,
      headless: 'shell',
      args: [...chromiumArguments()],
    });
    try {
      const page = await browser.newPage();
      const lines = ['סחר 12 lots', 'of סחר 12'].map(
        (text) => `<p>${text}</p><svg><text>${text}</text></svg>`,
      );
      await page.setContent(isolatedHtml(lines.join('')));
      const order = await page.evaluate(IN_ORDER);
      expect(order).toEqual([true, true, true, true]);
    } finally {
      await browser.close();
    }
  });
});
