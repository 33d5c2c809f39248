import { describe, expect, test } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import { canRedraw, createPalette, elapsed, fit, pad, printable, wantsColor } from '../../cli/ansi.ts';
import { tableLines } from '../../cli/list.ts';
import type { StoredReport } from '../../store/reports.ts';
import { listLines } from '../../cli/schedules.ts';
import { summaryLines, widthOf } from '../../cli/summary.ts';
import { createProgressPrinter, windowText } from '../../cli/terminal.ts';
import type { AuditProgress, AuditResult, StageProgress } from '../../workflows/types.ts';

const AT = '2026-11-20T08:10:00.000Z';
const stage = (name: StageProgress['stage'], change: Partial<StageProgress> = {}): StageProgress => ({
  stage: name,
  state: 'waiting',
  detail: '',
  done: 0,
  total: 1,
  startedAt: null,
  endedAt: null,
  ...change,
});
const done = (name: StageProgress['stage'], detail: string): StageProgress =>
  stage(name, { state: 'done', detail, done: 1, startedAt: AT, endedAt: '2026-11-20T08:10:00.400Z' });
const progress = (...stages: readonly StageProgress[]): AuditProgress => ({
  input: {
    bot: 'demo',
    kind: 'production',
    deliver: true,
    window: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
  },
  stages: [done('resolve', ''), ...stages],
  result: null,
});

function capture(): { text: () => string; stream: { write: (text: string) => void } } {
  let all = '';
  return {
    text: () => all,
    stream: {
      write(text) {
        all += text;
      },
    },
  };
}

const RESULT: AuditResult = {
  bot: 'demo',
  kind: 'production',
  window: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
  verdict: 'FAIL',
  colour: 'RED',
  overall: 4.4,
  scores: { stability: 8.6, integrity: 7, performance: null, risk: 2.4 },
  coverage: 97.6,
  topFindings: [
    {
      severity: 'CRITICAL',
      rule: 'SL-01',
      title: '2 positions without a stop at the end: 4,180 USDT',
      recurrence: 'new',
    },
    {
      severity: 'HIGH',
      rule: 'SL-05',
      title: `\u001b[31mhostile\u001b[0m\nname \u202e${'x'.repeat(90)}`,
      recurrence: 'third window in a row',
    },
  ],
  findings: 5,
  actions: [
    'Place stops for LINKUSDT and ADAUSDT on Binance now.',
    `\u001b[31mRead ${'the ledger '.repeat(8)}`,
  ],
  revision: 1,
  reportHash: 'a'.repeat(64),
  evidenceHash: 'b'.repeat(64),
  urls: { pdf: 'http://127.0.0.1:8787/report.pdf' },
  degraded: [],
  mails: { sent: 1, failed: 0, skipped: null },
};

describe('without a terminal', () => {
  test('each stage is one plain line when it ends, once', () => {
    const { text, stream } = capture();
    const printer = createProgressPrinter(stream, { color: false, tty: false });
    printer.update(progress(stage('collect', { state: 'running', startedAt: AT })));
    printer.update(progress(done('collect', '31 queries, 61,204 rows')));
    printer.update(
      progress(
        done('collect', '31 queries, 61,204 rows'),
        stage('render', { state: 'failed', detail: 'no browser', startedAt: AT, endedAt: AT }),
      ),
    );
    expect(text()).toBe(
      '  productionAudit demo 2026-11-20 00:00-08:00\n' +
        '  collect      31 queries, 61,204 rows  0.4 s\n' +
        '  render       failed: no browser  0.0 s\n',
    );
  });
});

describe('in a terminal', () => {
  test('stages are redrawn in place and fit 80 columns', () => {
    const { text, stream } = capture();
    const printer = createProgressPrinter(stream, {
      color: true,
      tty: true,
      now: () => Date.parse(AT) + 1500,
    });
    printer.update(
      progress(stage('collect', { state: 'running', startedAt: AT, done: 5, total: 10 }), stage('evaluate')),
    );
    printer.update(
      progress(done('collect', 'x'.repeat(60)), stage('evaluate', { state: 'running', startedAt: AT })),
    );
    const lines = stripVTControlCharacters(text()).split('\n');
    expect(lines[1]).toBe(
      `  collect      ${'█'.repeat(10)}${'░'.repeat(10)}  5 of 10${' '.repeat(31 - 7)}     1.5 s`,
    );
    expect(text()).toContain('\u001b[2A');
    expect(lines[3]).toContain(`${'█'.repeat(20)}  ${'x'.repeat(30)}…`);
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(80);
  });
});

test.each([
  [60, 60],
  [45, 45],
  [0, 80],
])('stages in a terminal of %i columns take %i', (columns, longest) => {
  const { text, stream } = capture();
  const printer = createProgressPrinter({ ...stream, columns }, { color: false, tty: true });
  printer.update(progress(done('collect', 'x'.repeat(60))));
  const [, line = ''] = stripVTControlCharacters(text()).split('\n');
  expect(Array.from(line)).toHaveLength(longest - 2);
});

test('the summary tells verdict, scores and findings in 80 columns, and data cannot write to the terminal', () => {
  const lines = summaryLines(RESULT, createPalette(false));
  expect(lines).toEqual([
    '',
    '  FAIL 4.4  stability 8.6  integrity 7.0  performance -  risk 2.4',
    '            coverage 97.6 %',
    '',
    expect.stringMatching(
      /^ {2}CRITICAL {2}SL-01 {2}2 positions without a stop at the end: 4,180 USDT +new$/,
    ),
    expect.stringMatching(/^ {2}HIGH {6}SL-05 {2}hostile name +third window in a row$/),
    // Nothing of a title is lost.
    `                   ${'x'.repeat(38)}`,
    `                   ${'x'.repeat(38)}`,
    `                   ${'x'.repeat(14)}`,
    '  and 3 more in the report',
    '',
    '  do       Place stops for LINKUSDT and ADAUSDT on Binance now.',
    '  do       Read the ledger the ledger the ledger the ledger the ledger the',
    '           ledger the ledger the ledger',
    '',
    '  report   http://127.0.0.1:8787/report.pdf',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join('')).not.toMatch(/[\u001b\u202e]/); // eslint-disable-line no-control-regex
});

test('the longest verdict keeps to 80 columns by a second line', () => {
  const scores = { stability: 10, integrity: 10, performance: 10, risk: 10 };
  const lines = summaryLines(
    { ...RESULT, verdict: 'INCONCLUSIVE', overall: 10, scores, coverage: 100 },
    createPalette(false),
  );
  expect(lines.slice(1, 3)).toEqual([
    '  INCONCLUSIVE 10.0  stability 10.0  integrity 10.0  performance 10.0  risk 10.0',
    '                     coverage 100.0 %',
  ]);
});

test.each([100, 80, 60, 45])(
  'the summary keeps to a terminal of %i columns, and loses nothing',
  (columns) => {
    const width = widthOf({ columns, write: () => true });
    const scores = { stability: 10, integrity: 10, performance: 10, risk: 10 };
    const result = {
      ...RESULT,
      verdict: 'INCONCLUSIVE',
      scores,
      degraded: ['renderPdf: '.repeat(9)],
    } as const;
    const lines = summaryLines(result, createPalette(false), width).filter((line) => !line.includes('http'));
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(
      Math.min(80, columns),
    );
    const words = lines.join(' ').split(/\s+/).join(' ');
    for (const part of [
      'performance 10.0',
      'coverage 97.6 %',
      'third window in a row',
      'renderPdf: renderPdf:',
    ])
      expect(words).toContain(part);
  },
);

test('NO_COLOR wins over a terminal, FORCE_COLOR over none', () => {
  const tty = { isTTY: true, write: () => true };
  expect(wantsColor(tty, {})).toBe(true);
  expect(wantsColor(tty, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColor(tty, { NO_COLOR: '' })).toBe(true);
  expect(wantsColor(tty, { TERM: 'dumb' })).toBe(false);
  expect(wantsColor(tty, {}, false)).toBe(false);
  expect(wantsColor({ write: () => true }, {})).toBe(false);
  expect(wantsColor({ write: () => true }, { FORCE_COLOR: '1' })).toBe(true);
  expect(wantsColor(tty, { FORCE_COLOR: '0' })).toBe(false);
});

test('a dumb terminal is not drawn in', () => {
  expect(canRedraw({ isTTY: true, write: () => true }, { TERM: 'dumb' })).toBe(false);
  expect(canRedraw({ isTTY: true, write: () => true }, { TERM: 'xterm' })).toBe(true);
  expect(canRedraw({ write: () => true }, {})).toBe(false);
});

test('small helpers', () => {
  expect(printable('a\u0007b\r\nc\u001b]0;title\u0007d')).toBe('a b cd');
  expect(fit('abcdef', 4)).toBe('abc…');
  expect(pad(createPalette(true).red('ab'), 4)).toBe('\u001b[31mab\u001b[39m  ');
  expect([400, 9_960, 12_300, 185_000].map(elapsed)).toEqual(['0.4 s', '10.0 s', '12 s', '3 min 05 s']);
});

test.each([
  ['2026-11-20T00:00:00.000Z', '2026-11-20T08:00:00.000Z', '2026-11-20 00:00-08:00'],
  ['2026-11-20T16:00:00.000Z', '2026-11-21T00:00:00.000Z', '2026-11-20 16:00-24:00'],
  ['2026-11-19T16:00:00.000Z', '2026-11-20T00:00:30.000Z', '2026-11-19 16:00 - 2026-11-20 00:00:30'],
  ['2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z', '2026-10-01 00:00 - 2026-11-01 00:00'],
])('the window %s to %s reads %s', (from, to, text) => {
  expect(windowText({ from, to })).toBe(text);
});

test('schedules are listed with what they are for in the width of the terminal', () => {
  const schedule = {
    id: 'audit-nightly',
    paused: false,
    next: '2026-11-21T00:30:00.000Z',
    workflowType: 'nightlyAudit',
    last: null,
    note: 'Every night: makes or reuses the production reports of the three shifts of the day before, for every bot.\n\nNote: by the command line',
  };
  expect(listLines([schedule, { ...schedule, id: 'audit-x', paused: true, note: '' }], 60)).toEqual([
    '  audit-nightly                next 2026-11-21 00:30 UTC',
    '      Every night: makes or reuses the production reports of\n      the three shifts of the day before, for every bot.',
    '      Note: by the command line',
    '  audit-x                      paused',
  ]);
});

test('a list of reports of every kind of calendar fits 80 columns', () => {
  const report = (kind: string, from: string, to: string): StoredReport =>
    ({
      ...{ bot: 'demo', kind, window: { from, to }, verdict: 'INCONCLUSIVE', overall: 4.4, revision: 1 },
      ...{ reportHash: '3f9a1c07d2b4', summary: { findings: [], figures: {} } },
    }) as unknown as StoredReport;
  const [monthly, quarterly] = ['2026-11-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'];
  const lines = tableLines(
    [
      report('production', RESULT.window.from, RESULT.window.to),
      report('monthly', '2026-10-01T00:00:00.000Z', monthly),
      report('quarterly', '2026-10-01T00:00:00.000Z', quarterly),
    ],
    createPalette(false),
    new Map(),
  );
  expect(lines.filter(({ length }) => length > 80)).toEqual([]);
  expect(lines[2]).toMatch(/^demo {2}2026-10-01, monthly /);
});
