import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Report } from '../../audit/report.ts';
import { visibleText } from '../../audit/visible-text.ts';
import { pageTemplate } from '../../report/html/templates.ts';
import { renderHtml } from '../../report/html.ts';
import { expectGolden } from '../support/golden.ts';
import { hostileTexts } from './hostile-texts.ts';
import { edition, sample } from './sample-report.ts';
import { CARRIERS, spoiled } from './spoiled-report.ts';

const html = renderHtml(sample, edition);

/** Tags with their attributes, style and text left out. */
function tagsOf(page: string): string[] {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '');
  return body.match(/<[a-z][^>]*>/gi) ?? [];
}

describe('the page', () => {
  test('keeps a title on one line on paper where the numbers beside it leave the room', () => {
    const paper = renderHtml(sample, edition, { mode: 'print' });
    expect(paper).toContain('<th scope="row" class="one-line">Positions opened</th>');
    expect(html).not.toContain('one-line">');
  });

  test('is the golden one', () => {
    expectGolden('test/golden/report/sample.html', html.replaceAll(/base64,[A-Za-z0-9+/=]+/g, 'base64,...'));
  });

  test('has the policy before anything that could load, no script, and nothing from elsewhere', () => {
    const head = html.slice(html.indexOf('<head>') + 6).trim();
    expect(
      head.startsWith(
        '<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src \'none\'',
      ),
    ).toBe(true);
    expect(html).not.toMatch(/<script|javascript:|\son[a-z]+=/i);
    const others = [...html.matchAll(/(src|href)="(?!#)([^"]*)"/g)];
    expect(
      others.filter(([, kind, to]) => kind === 'src' || !/^(report\.|data\/|\.\.\/|run$)/.test(to ?? '')),
    ).toEqual([]);
    expect(
      (html.match(/url\("?[^)]{0,20}/g) ?? []).filter((url) => !/url\("data:font|url\(#chart/.test(url)),
    ).toEqual([]);
  });

  test('links the other formats and the data of each finding; paper does where the report server is known', () => {
    const found = (page: string): readonly string[] => [
      ...new Set([...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, to = '']) => to)),
    ];
    const onScreen = found(html);
    for (const name of ['report.pdf', 'report.json', 'report.md', 'data/figures.csv', 'run'])
      expect(onScreen).toContain(name);
    for (const { evidence } of sample.findings) {
      const file = sample.datasets.find(({ id }) => id === evidence)?.file;
      if (file !== undefined) expect(onScreen).toContain(file);
    }
    expect(found(renderHtml(sample, edition, { mode: 'print' }))).toEqual([]);
    const folder = 'https://reports.example.test/reports/my%20bot/production/20261120T0000Z-20261120T0800Z';
    const onPaper = found(renderHtml(sample, { ...edition, folder }, { mode: 'print' }));
    for (const name of ['report.html', 'report.json', 'data/figures.csv', 'run'])
      expect(onPaper).toContain(`${folder}/${name}`);
    for (const { evidence } of sample.findings) {
      const file = sample.datasets.find(({ id }) => id === evidence)?.file;
      if (file !== undefined) expect(onPaper).toContain(`${folder}/${file}`);
    }
    expect(onPaper.filter((to) => !to.startsWith('https://reports.example.test/reports/my%20bot/'))).toEqual(
      [],
    );
    expect(onPaper).not.toContain(`${folder}/report.pdf`);
  });

  test('has every id once, and every link goes to one', () => {
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
    expect(ids).toContain('finding-sl-01--binance--stop-rejected');
  });

  test('shows a finding that no section shows', () => {
    expect(html).toContain('id="finding-mc-02--bot--unknown"');
    expect(html).toContain('Other findings');
  });

  test('tells in two words how long a finding has been there: the line of facts is one', () => {
    const html = renderHtml(sample, edition);
    expect(html).toContain('<dt>In a row</dt><dd>3 windows</dd>');
    expect(html).toContain('<dt>History</dt><dd>New</dd>');
  });

  test('says how many rows of how many it shows, and where all are', () => {
    expect(html).toContain(
      'Showing 12 of 2\u202f000 rows; all are in <a href="data/aged.positions.csv">data/aged.positions.csv</a>.',
    );
    expect(html).toContain('Showing 8 of 2\u202f000 rows');
  });

  test('prints a reason where there is no number, never a zero', () => {
    expect(html).toContain('no balance in mapping demo');
    expect(html).toMatch(/margin ratio<\/dt><dd class="missing">not available \(no balance/);
  });
});

describe('text from data', () => {
  const texts = hostileTexts('http://127.0.0.1:1');

  test.each(texts)('cannot add a tag or an attribute: %#', (text) => {
    // A harmless text of the length that is seen: what is printed of a table depends on the lengths in it.
    const expected = tagsOf(renderHtml(spoiled(visibleText(text).replace(/[^\s-]/gu, 'x')), edition)).map(
      shape,
    );
    expect(tagsOf(renderHtml(spoiled(text), edition)).map(shape)).toEqual(expected);
  });

  /** The tag with its attributes' names: data may enter values, never names. */
  function shape(tag: string): string {
    return tag.replaceAll(/"[^"]*"/g, '""');
  }

  test('cannot leave the style sheet', () => {
    for (const text of texts) {
      const page = renderHtml(spoiled(text), edition);
      expect(page.match(/<\/style>/g)).toHaveLength(1);
      expect(page.slice(page.indexOf('<style>'), page.indexOf('</style>'))).not.toMatch(/127\.0\.0\.1/);
    }
  });
});

describe('templates', () => {
  const folder = new URL('../../templates/', import.meta.url);
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith('.hbs') && !name.startsWith('mail-'))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);

  test.each(sources)('%s escapes everything, quotes every attribute, and has no script', (name, source) => {
    expect(source).not.toMatch(/\{\{\{|\{\{&|<script|\son[a-z]+=|javascript:/i);
    expect(source).not.toMatch(/=\s*\{\{/);
    // Only a style width of a bar may hold data.
    expect(
      (source.match(/style="[^"]*"/g) ?? []).filter((style) => style !== 'style="width:{{percent}}%"'),
    ).toEqual([]);
    // What is linked is an anchor of the page; the front's other links are names and addresses of ours.
    const links = (source.match(/href="[^"]*"/g) ?? []).filter((href) => !href.startsWith('href="#{{'));
    expect(links.length).toBe(name === 'front.hbs' ? 1 : 0);
  });

  test('an empty model throws instead of printing an empty report', () => {
    expect(() => pageTemplate()({} as never)).toThrow('not defined');
  });

  test('a block that points at nothing throws, naming it', () => {
    const broken: Report = { ...sample, figures: sample.figures.filter(({ key }) => key !== 'net_pnl') };
    expect(() => renderHtml(broken, edition)).toThrow('net_pnl');
  });
});

test('each carrier of the hostile texts is printed', () => {
  for (const [name, carrier] of Object.entries(CARRIERS)) {
    expect([name, renderHtml(carrier(sample, 'CANARY'), edition).includes('CANARY')]).toEqual([name, true]);
  }
});
