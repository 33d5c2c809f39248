import { describe, expect, test } from '@jest/globals';
import { dataFilesOf } from '../../activities/data-files.ts';
import { escapedControls } from '../../audit/control-text.ts';
import { visibleText } from '../../audit/visible-text.ts';
import { sha256 } from '../../audit/hash.ts';
import { terminalText } from '../../cli/ansi.ts';
import { print, printJson, remark, type CliContext } from '../../cli/context.ts';
import { reportFailure } from '../../cli/main.ts';
import { composeReportMail } from '../../delivery/mail.ts';
import { csvOf } from '../../report/csv.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { createLogger } from '../../server/logger.ts';
import type { LoadedEvidence } from '../../sources/collect.ts';
import { sample } from './sample-report.ts';
import { spoiled } from './spoiled-report.ts';

const edition = { revision: 1, reportedAt: '2026-11-20T08:05:00.000Z', reportHash: 'a'.repeat(64) };
/** Every character that a terminal obeys, with line ends and a tab, which texts may have. */
const ALL = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code))
  .filter((character) => /\p{Cc}/u.test(character))
  .join('x');
const TEXTS = [
  ALL,
  '\u001b]0;title\u0007\u001b[2J\u009b31mred\u007f\u0090q\u009c',
  'a\u001b[31mb\u001b[39mc',
  '\u001b]8;;http://127.0.0.1\u001b\\link\u001b]8;;\u001b\\',
];
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Where text leaves the house, and the text as it does. */
const EXITS: Readonly<Record<string, (text: string) => string>> = {
  JSON: (text) => renderJson(spoiled(text)),
  Markdown: (text) => renderMarkdown(spoiled(text), edition),
  HTML: (text) => renderHtml(spoiled(text), edition),
  CSV: (text) =>
    csvOf({
      ...{ id: 'x', title: 'X', queries: [] },
      columns: [{ key: text, title: 'Note', unit: 'text' }],
      rows: [[text]],
    }),
  'JSON Lines': (text) => {
    const run = { id: 'snapshots', source: 'snapshots', status: 'ok', rowCount: 1, parameters: {}, sql: '' };
    const loaded = { evidence: { queries: [run] }, rowsOf: () => [{ text }] } as unknown as LoadedEvidence;
    return dataFilesOf(loaded, []).find(({ file }) => file.name.endsWith('.jsonl'))?.content ?? '\u0007';
  },
  'a mail': (text) => {
    const mail = composeReportMail({ report: spoiled(text), edition, urls: {}, pdf: null });
    return [mail.subject, mail.text, mail.html].join('\n');
  },
  stdout: (text) =>
    printed((context) => {
      print(context, text);
    }),
  'JSON on stdout': (text) =>
    printed((context) => {
      printJson(context, { text, [text]: 1 });
    }),
  stderr: (text) =>
    printed((context) => {
      remark(context, text);
    }),
  'a failure': (text) =>
    printed((context) => {
      reportFailure(new Error(text), context, ['--debug']);
    }),
  'the log': (text) => {
    let line = '';
    createLogger(String, (written) => (line = written)).log('info', text, { text });
    return line;
  },
};

function printed(run: (context: CliContext) => void): string {
  let text = '';
  const output = { write: (part: string) => (text += part) };
  run({
    ...{ environment: {}, stdout: output, stderr: output, secrets: new Set<string>() },
    signal: new AbortController().signal,
    setExitCode: () => undefined,
  });
  return text;
}

describe('no byte that a terminal obeys leaves the house', () => {
  test.each(Object.keys(EXITS))('in %s', (exit) => {
    for (const text of TEXTS) {
      const out = EXITS[exit]?.(text) ?? '\u0007';
      expect(OBEYED.exec(out)?.[0]).toBeUndefined();
      expect(out.length).toBeGreaterThan(0);
    }
  });
});

test('JSON keeps what it escapes: read again, it is the same', () => {
  for (const text of TEXTS) expect(JSON.parse(escapedControls(JSON.stringify([text])))).toEqual([text]);
  expect(JSON.parse(renderJson(spoiled('\u009b31m\u007f')))).toMatchObject({
    bot: { name: '\u009b31m\u007f' },
  });
});

test('texts without them are the same, and keep their lines', () => {
  const text = 'Gewinn: 12 €\r\n\tOK – 再起動 🚀\n';
  expect(visibleText(text)).toBe(text);
  expect(sha256(renderJson(sample))).toBe(sha256(escapedControls(renderJson(sample))));
});

test('our own styles reach a terminal that has them, and nothing else does', () => {
  const styled = '\u001b[1m\u001b[32mPASS\u001b[39m\u001b[22m \u001b[2J\u001b]0;x\u0007';
  expect(terminalText(styled, true)).toBe(
    '\u001b[1m\u001b[32mPASS\u001b[39m\u001b[22m [U+001B][2J[U+001B]]0;x[U+0007]',
  );
  expect(terminalText(styled, false)).not.toMatch(OBEYED);
});
