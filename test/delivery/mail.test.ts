import { expect, test } from '@jest/globals';
import { composeReportMail, mailBytes, MAX_ATTACHMENT_BYTES } from '../../delivery/mail.ts';
import { mailSubject, oneLine } from '../../delivery/mail-view.ts';
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

test('the subject says verdict, score, bot, window and the worst finding', () => {
  const report = withTitle('2 positions without a stop');
  const judgement = { ...report.judgement, verdict: 'FAIL' as const, overall: 4.4 };
  expect(mailSubject({ ...report, judgement, bot: { ...report.bot, name: 'demo' } })).toBe(
    '[FAIL 4.4] demo 00-08 UTC: 2 positions without a stop (new)',
  );
  expect(mailSubject({ ...report, judgement: { ...judgement, overall: null }, findings: [] })).toContain(
    'no findings',
  );
});

test('the body is the first page in a few lines, text and HTML alike', () => {
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
    expect(body).toContain(edition.reportHash);
    expect(body).toContain(sample.findings[0]?.rule);
  }
  expect(text.split('\n').length).toBeLessThan(40);
  expect(text).not.toMatch(/&(amp|lt|gt|#)/);
  expect(html).not.toMatch(/<(img|script|link|iframe)\b/i);
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

test('a line is cut and cleaned of marks that turn text around', () => {
  expect(oneLine(' a\u2028b\u200fc\td ', 50)).toBe('a b c d');
  expect(oneLine('x'.repeat(20), 10)).toBe('xxxxxxx...');
});
