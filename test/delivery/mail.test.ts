import { expect, test } from '@jest/globals';
import { composeReportMail, mailBytes, MAX_ATTACHMENT_BYTES } from '../../delivery/mail.ts';
import { mailSubject, oneLine } from '../../delivery/mail-view.ts';
import { wrapText } from '../../delivery/wrap-text.ts';
import type { Report } from '../../audit/report.ts';
import { edition, sample } from '../report/sample-report.ts';

const urls = { html: 'http://127.0.0.1:8787/r/report.html', pdf: 'http://127.0.0.1:8787/r/report.pdf' };
const envelope = {
  from: { name: 'Audit', address: 'audit@audit.test' },
  to: 'ops@audit.test',
  messageId: '<abc@audit.test>',
  date: '2026-11-20T08:10:00.000Z',
  headers: { 'X-Audit-Report': edition.reportHash },
};
const shift = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };

function withTitle(title: string): Report {
  const [first, ...rest] = sample.findings;
  if (first === undefined) throw new Error('the sample has no finding');
  const findings = [{ ...first, title: [title], recurrence: { state: 'new', windows: 1 } as const }, ...rest];
  return { ...sample, window: shift, findings };
}

test('what is wrong with the audit itself stands in both parts', () => {
  const ownState = ['the watchdog has not run for 4 hours: nobody is told of missing reports'];
  const { text, html } = composeReportMail({ report: sample, edition, urls, pdf: null, ownState });
  for (const body of [text.replaceAll(/\s+/g, ' '), html])
    expect(body).toContain('The audit itself: the watchdog has not run for 4 hours');
});

test('the subject says verdict, score, bot, window and the worst finding', () => {
  const report = withTitle('2 positions without a stop');
  const judgement = { ...report.judgement, verdict: 'FAIL' as const, overall: 4.4 };
  expect(mailSubject({ ...report, judgement, bot: { ...report.bot, name: 'demo' } })).toBe(
    '[FAIL 4.4] demo 20 Nov 00-08 UTC: 2 positions without a stop (new)',
  );
  expect(mailSubject({ ...report, judgement: { ...judgement, overall: null }, findings: [] })).toContain(
    'no findings',
  );
});

test('the body says what to do, what changed and every finding, text and HTML alike', () => {
  const { text, html, subject } = composeReportMail({
    report: sample,
    edition,
    urls,
    pdf: Buffer.from('%PDF'),
  });
  expect(subject).not.toBe('');
  for (const body of [text, html]) {
    expect(body).toContain(sample.judgement.verdict);
    expect(body).toContain(urls.pdf);
    expect(body).toContain(urls.html);
    // The beginning of the hash; the header has the whole.
    expect(body).toMatch(new RegExp(`report (?:<code>)?${edition.reportHash.slice(0, 12)}\\b`));
    for (const { rule } of sample.findings) expect(body).toContain(rule);
    for (const word of ['do now', 'changed', 'Scores'])
      expect(body.toLowerCase()).toContain(word.toLowerCase());
    // Thin and fixed spaces in numbers are boxes in some mail programs.
    expect(body).not.toMatch(/[\u00a0\u2000-\u200a\u202f]/);
  }
  for (const line of text.split('\n').filter((one) => !one.includes('http')))
    expect(line.length).toBeLessThanOrEqual(76);
  expect(text).not.toMatch(/&(amp|lt|gt|#)/);
  expect(html).not.toMatch(/<(script|link|iframe)\b|src="(?!cid:hours")|url\(/i);
});

test('hostile titles stay text on one line', async () => {
  const report = withTitle(
    'x\r\nBcc: evil@evil.test\r\n\r\n<script>alert(1)</script>\u202e\u0000{{constructor}}',
  );
  const content = composeReportMail({ report, edition, urls, pdf: null });
  expect(content.subject).not.toMatch(/[\r\n\u202e\u0000]/); // eslint-disable-line no-control-regex
  expect(content.html).not.toContain('<script>');
  const raw = (await mailBytes(content, envelope)).toString('utf8');
  const headers = raw.slice(0, raw.indexOf('\r\n\r\n'));
  expect(headers).not.toMatch(/^Bcc:/im);
});

test.each([
  'a\r\nBcc: evil@evil.test',
  'a\nTo: evil@evil.test',
  'a\rX-Evil: 1',
  'a\u2028Bcc: evil@evil.test',
  'a\u0085Bcc: evil@evil.test',
  'a\u000b\u000cBcc: evil@evil.test',
  'a\r\n\r\n<h1>body</h1>',
  'a\r\nContent-Type: text/html',
  '=?utf-8?q?a=0D=0ABcc:_evil@evil.test?=',
  'a\u0000\r\n.\r\nMAIL FROM:<evil@evil.test>',
  `a${'x'.repeat(2_000)}\r\nBcc: evil@evil.test`,
  '"\r\nBcc: evil@evil.test',
])('what data holds makes no header, no file and no second message: %j', async (trick) => {
  const report = { ...withTitle(trick), bot: { ...sample.bot, name: trick } };
  const content = composeReportMail({ report, edition, urls, pdf: Buffer.from('%PDF') });
  const message = (await mailBytes(content, envelope)).toString('latin1');
  const headers = message.slice(0, message.indexOf('\r\n\r\n'));
  expect(headers).not.toMatch(/^(?:Bcc|X-Evil|Content-Type: text\/html)/im);
  expect(headers.match(/^To: /gim)).toHaveLength(1);
  expect(content.attachment?.name).toMatch(/^[A-Za-z0-9._-]{1,140}$/);
  // Each line of the message is followed by one that was made here.
  expect(message).not.toMatch(/^MAIL FROM|^\.\r?$/m);
});

test('the PDF is attached under a name that sorts, and its absence is said', async () => {
  const report = { ...sample, window: shift };
  const content = composeReportMail({ report, edition, urls, pdf: Buffer.from('%PDF-1.7 small') });
  expect(content.attachment?.name).toBe(
    `${report.bot.name}_${report.kind}_20261120T0000Z-20261120T0800Z_${report.judgement.verdict}.pdf`,
  );
  const raw = (await mailBytes(content, envelope)).toString('latin1');
  expect(raw).toContain('Content-Type: application/pdf');
  expect(raw).toContain(Buffer.from('%PDF-1.7 small').toString('base64'));
  expect(raw).toContain('Message-ID: <abc@audit.test>');
  expect(raw).toContain('Date: Fri, 20 Nov 2026 08:10:00 +0000');
  const without = composeReportMail({ report, edition, urls, pdf: null });
  expect(without.text).toContain('Missing: the PDF could not be made; the other formats are complete.');
});

test('a PDF over 10 MB becomes a link', () => {
  const content = composeReportMail({
    report: sample,
    edition,
    urls,
    pdf: Buffer.alloc(MAX_ATTACHMENT_BYTES + 1),
  });
  expect(content.attachment).toBeNull();
  expect(content.text).toContain('The PDF has 11 MB and is not attached; use the link.');
});

const raw = async (report: Report): Promise<string> =>
  (
    await mailBytes(composeReportMail({ report, edition, urls, pdf: Buffer.from('%PDF') }), envelope)
  ).toString('latin1');

test('the picture of the hours is in the message, and the same bytes for the same report', async () => {
  const { picture, html } = composeReportMail({ report: sample, edition, urls, pdf: null });
  expect(picture?.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  expect(composeReportMail({ report: sample, edition, urls, pdf: null }).picture).toEqual(picture);
  expect(html).toMatch(/<img src="cid:hours" alt="[^"]+"/);
  const message = await raw(sample);
  expect(message).toContain('Content-ID: <hours>');
  expect(message).toMatch(/Content-Type: multipart\/related/);
  const none = composeReportMail({
    report: { ...sample, front: { ...sample.front, hours: null } },
    edition,
    urls,
    pdf: null,
  });
  expect([none.picture, none.html.includes('<img')]).toEqual([undefined, false]);
});

test('one thread for a bot and kind; FAIL is urgent, PASS is not', async () => {
  const thread = (message: string): readonly (string | undefined)[] => [
    /^References: (.*)\r$/m.exec(message)?.[1],
    /^In-Reply-To: (.*)\r$/m.exec(message)?.[1],
  ];
  const fail = await raw(sample);
  const pass = await raw({
    ...sample,
    window: shift,
    judgement: { ...sample.judgement, verdict: 'PASS', colour: 'GREEN' },
  });
  expect(thread(fail)[0]).toMatch(/^<thread\.[0-9a-f]{32}@audit\.test>$/);
  expect(thread(fail)[0]).toBe(thread(fail)[1]);
  expect(thread(pass)).toEqual(thread(fail));
  expect(thread(await raw({ ...sample, kind: 'monthly' }))).not.toEqual(thread(fail));
  expect(thread(await raw({ ...sample, bot: { ...sample.bot, name: 'other' } }))).not.toEqual(thread(fail));
  expect(fail).toContain('X-Priority: 1 (Highest)\r\nImportance: high');
  expect(pass).not.toMatch(/priority|importance/i);
});

test('of very many findings it says how many more there are', () => {
  const [first] = sample.findings;
  if (first === undefined) throw new Error('the sample has no finding');
  const findings = Array.from({ length: 57 }, (_unused, index) => ({ ...first, id: String(index) }));
  const { text, html } = composeReportMail({ report: { ...sample, findings }, edition, urls, pdf: null });
  for (const body of [text, html]) expect(body).toContain('and 17 more in the report');
  // Mail programs cut off what comes after 102 kB.
  expect(html.length).toBeLessThan(60_000);
});

test('lines are broken between words, under their first word; links and numbers stay whole', () => {
  const link = `http://audit.test/${'x'.repeat(90)}`;
  expect(wrapText(`1. ${'word '.repeat(15)}1 234 567.89 USDT`)).toBe(
    `1. ${'word '.repeat(14).trim()}\n   word 1 234 567.89 USDT`,
  );
  expect(wrapText(`PDF: ${link}`)).toBe(`PDF:\n${link}`);
  expect(wrapText('short')).toBe('short');
});

test('a line is cut and cleaned of marks that turn text around', () => {
  expect(oneLine(' a\u2028b\u200fc\td ', 50)).toBe('a b c d');
  expect(oneLine('x'.repeat(20), 10)).toBe('xxxxxxx...');
});
