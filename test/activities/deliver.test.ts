import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDelivering } from '../../activities/deliver.ts';
import { createEvaluation } from '../../activities/evaluation.ts';
import { referenceTo } from '../../activities/stored-report.ts';
import type { Delivered, ReportReference } from '../../activities/types.ts';
import { createScrubber } from '../../audit/scrub.ts';
import { loadConfig } from '../../config.ts';
import { SMTP_TIMES } from '../../delivery/smtp.ts';
import { registry } from '../../sections/index.ts';
import { attachFiles, findReports } from '../../store/reports.ts';
import { createStoredAudit, type StoredAudit } from '../cli/stored-audit.ts';
import { decodedMail } from '../secrets/haystack.ts';
import { startHttp, type TestHttp } from '../support/http.ts';
import { startSmtp, type SmtpAct, type SmtpOptions, type TestSmtp } from '../support/smtp.ts';

const TIMES = { ...SMTP_TIMES, afterDotMs: 500, dotHoldMs: 100 };
let stored: StoredAudit;
let reference: ReportReference;

beforeAll(async () => {
  stored = await createStoredAudit();
  const [report] = await findReports(stored.pool, { bot: 'demo' });
  if (report === undefined) throw new Error('no report');
  const pdf = await stored.artifacts.put(await smallPdf());
  await attachFiles(stored.pool, report, { ...stored.files, pdf });
  reference = referenceTo(report);
}, 60_000);
afterAll(async () => {
  await stored.close();
});

async function smallPdf(producer = 'production-audit', pages = 1): Promise<Buffer> {
  const document = await PDFDocument.create({ updateMetadata: false });
  for (let page = 0; page < pages; page += 1) document.addPage([100, 100]);
  document.setProducer(producer);
  return Buffer.from(await document.save({ addDefaultPage: false }));
}

/** Delivers the report to one recipient of a server that follows the script, in one attempt. */
async function deliver(to: string, script: readonly SmtpAct[], options: SmtpOptions = {}) {
  const smtp = await startSmtp({ script, user: 'audit', password: 'k3y/of+mail', ...options });
  try {
    return { ...(await attempt(to, smtp)), smtp };
  } finally {
    await smtp.stop();
  }
}

async function attempt(to: string, smtp: TestSmtp, password = 'k3y/of+mail') {
  const activities = await deliveringWith(`mail: { from: audit@audit.test, recipients: [${to}] }\n`, {
    SMTP_URL: `smtp://audit:${encodeURIComponent(password)}@127.0.0.1:${String(smtp.port)}`,
  });
  const { mails } = await activities.planDelivery({ report: reference });
  return { ended: await deliverOne(activities, mails[0] ?? ''), owed: mails.length };
}

async function deliverOne(activities: Delivering, mail: string): Promise<Delivered | ApplicationFailure> {
  const ended: unknown = await new MockActivityEnvironment()
    .run(activities.deliverMail, { mail, report: reference })
    .catch((error: unknown) => error);
  return ended as Delivered | ApplicationFailure;
}

type Delivering = ReturnType<typeof createDelivering>;

/** The activities of a worker whose configuration ends with this. */
async function deliveringWith(
  tail: string,
  environment: Readonly<Record<string, string>>,
): Promise<Delivering> {
  const path = join(stored.folder, 'delivering.yaml');
  writeFileSync(
    path,
    `bots:\n  demo:\n    environment: paper\n    sources: { database: none, snapshots: required }\n${tail}`,
  );
  const config = await loadConfig(path, { AUDIT_DATABASE_URL: stored.storeUrl, ...environment });
  return createDelivering(
    {
      config,
      registry,
      pool: stored.pool,
      artifacts: stored.artifacts,
      evaluation: createEvaluation(stored.artifacts, registry),
      pdf: { render: () => Promise.reject(new Error('nothing is printed here')) },
      searchAttributes: false,
      scrub: createScrubber(config.secrets),
      log: () => undefined,
    },
    TIMES,
  );
}

async function outboxOf(to: string): Promise<string> {
  const { rows } = await stored.pool.query<{ state: string; response: string }>(
    'select state, response from audit.outbox where recipient = $1',
    [to],
  );
  return rows.map(({ state, response }) => `${state}: ${response}`).join('; ');
}

test.each<[string, readonly SmtpAct[], SmtpOptions]>([
  ['552 after the message', [{ act: 'refuse', at: 'data', code: 552 }], {}],
  ['552 for the announced size', [{ act: 'refuse', at: 'mail', code: 552 }], {}],
])('a mail that is too large goes once more with the link: %s', async (how, script, options) => {
  const { ended, smtp } = await deliver(`${how.replaceAll(' ', '-')}@audit.test`, script, options);
  expect(ended).toMatchObject({ state: 'accepted' });
  expect(smtp.messages).toHaveLength(1);
  const mail = decodedMail(smtp.messages[0]?.raw ?? '');
  expect(mail).not.toContain('application/pdf');
  // By this head a reader can check the archive later.
  expect(mail).toMatch(/Archive \d+:[0-9a-f]{12}\b/);
  expect(mail).toMatch(/archive <code>\d+:[0-9a-f]{12}<\/code>/);
  expect(mail.replaceAll(/\s+/g, ' ')).toContain(
    'The PDF has 1 MB and is not attached, since the mail server refused its size; use the link.',
  );
});

test('a mail that is too large even without the file is refused, after two attempts', async () => {
  const tooLarge: SmtpAct = { act: 'refuse', at: 'data', code: 552 };
  const { ended, smtp } = await deliver('small@audit.test', [tooLarge, tooLarge]);
  expect(ended).toMatchObject({ type: 'MailRejected' });
  expect([smtp.messages.length, smtp.connections()]).toEqual([0, 2]);
});

test('a connection that is lost before the end of the mail is tried again, and the mail arrives once', async () => {
  const smtp = await startSmtp({
    script: [{ act: 'drop', at: 'in-data' }],
    user: 'audit',
    password: 'k3y/of+mail',
  });
  const first = await attempt('lost@audit.test', smtp);
  expect(first.ended).toMatchObject({ type: 'MailDeferred', nonRetryable: false });
  expect(await outboxOf('lost@audit.test')).toMatch(/^deferred: /);
  const second = await attempt('lost@audit.test', smtp);
  expect(second.ended).toMatchObject({ state: 'accepted' });
  expect(smtp.messages).toHaveLength(1);
  await smtp.stop();
});

test('what the server repeats of our credentials is neither in the failure nor in the outbox', async () => {
  const smtp = await startSmtp({ user: 'audit', password: 'k3y/of+mail' });
  const { ended } = await attempt('refused@audit.test', smtp, 'wr0ng/of+mail');
  await smtp.stop();
  const said = [(ended as ApplicationFailure).message, await outboxOf('refused@audit.test')];
  for (const text of said) expect(text).toMatch(/535 .*AUTH PLAIN \[secret\]/);
  expect(said.join()).not.toContain(Buffer.from('wr0ng/of+mail').toString('base64').slice(0, 8));
});

test('a mail without an answer is ambiguous and seen: list, list --json, show', async () => {
  const { ended } = await deliver('silent@audit.test', [{ act: 'stall', forMs: 60_000 }]);
  expect(ended).toMatchObject({ type: 'MailAmbiguous', nonRetryable: true });
  const list = await stored.audit('list', '--no-color');
  expect(list.stdout).toMatch(/^mail {2}\d failed.*: demo\/production\/20261120T0000Z-20261120T0800Z$/m);
  expect(Math.max(...list.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  const [entry] = JSON.parse((await stored.audit('list', '--json')).stdout) as readonly {
    readonly mails: { readonly failures: readonly string[] };
  }[];
  expect(entry?.mails.failures.join()).toContain('silent@audit.test: ambiguous, the mail server took longer');
  const { stderr } = await stored.audit('show', 'latest');
  expect(stderr).toContain('Mail not delivered to silent@audit.test: ambiguous');
});

describe('what is mailed is verified first', () => {
  const mailedWith = async (to: string, pdf: { readonly hash: string; readonly bytes: number }) => {
    const [report] = await findReports(stored.pool, { bot: 'demo' });
    if (report === undefined) throw new Error('no report');
    await attachFiles(stored.pool, report, { ...report.files, pdf });
    const { smtp } = await deliver(to, []);
    await attachFiles(stored.pool, report, report.files);
    const mail = decodedMail(smtp.messages[0]?.raw ?? '').replaceAll(/\s+/g, ' ');
    return { isAttached: mail.includes('application/pdf'), mail };
  };

  test.each<[string, () => Promise<Buffer | string>]>([
    ['is no PDF', () => Promise.resolve('<html>Bad gateway</html>')],
    ['has no end', async () => (await smallPdf()).subarray(0, -40)],
    ['has no pages', () => smallPdf('production-audit', 0)],
    ['was not finished', () => smallPdf('Skia/PDF')],
  ])('a PDF that %s is not attached, and the mail says so', async (problem, made) => {
    const pdf = await stored.artifacts.put(await made());
    const { isAttached, mail } = await mailedWith(`${problem.replaceAll(' ', '-')}@audit.test`, pdf);
    expect(isAttached).toBe(false);
    expect(mail).toContain(`the PDF ${problem} and is not attached`);
  });

  test('bytes that are not those that were archived are not attached', async () => {
    const pdf = await stored.artifacts.put(await smallPdf('production-audit', 2));
    const path = join(stored.folder, 'artifacts', pdf.hash.slice(0, 2), pdf.hash);
    writeFileSync(path, 'x'.repeat(pdf.bytes));
    const { isAttached, mail } = await mailedWith('changed@audit.test', pdf);
    expect(isAttached).toBe(false);
    expect(mail).toContain('the PDF is not what was archived and is not attached');
  });

  test('one that is whole is attached', async () => {
    const pdf = await stored.artifacts.put(await smallPdf('production-audit', 3));
    expect((await mailedWith('whole@audit.test', pdf)).isAttached).toBe(true);
  });
});

const GROUPS = `mail: { from: audit@audit.test }
groups:
  ops: { mail: [ops@audit.test, both@audit.test], slack: '\${HOOK}', format: link }
  board: { mail: [both@audit.test], kinds: [monthly] }
  night: { telegram: { token: '\${TOKEN}', chat: -1001, apiUrl: '\${TELEGRAM}' }, verdicts: [PASS] }
`;

describe('groups', () => {
  const delivering = async (smtp: TestSmtp | null, http: TestHttp | null): Promise<Delivering> =>
    deliveringWith(GROUPS, {
      SMTP_URL: smtp?.url ?? 'smtp://127.0.0.1:1',
      HOOK: `${http?.url ?? 'http://127.0.0.1:1'}/services/canary-hook`,
      TOKEN: '12345:canary-token',
      TELEGRAM: http?.url ?? 'http://127.0.0.1:1',
    });
  const places = async (): Promise<readonly string[]> => {
    const { rows } = await stored.pool.query<{ recipient: string }>(
      'select recipient from audit.outbox order by recipient',
    );
    return rows.map(({ recipient }) => recipient);
  };

  beforeEach(async () => {
    await stored.pool.query('delete from audit.outbox');
  });

  test('without names: whoever wants this kind and verdict, each place once', async () => {
    const activities = await delivering(null, null);
    const plan = await activities.planDelivery({ report: reference });
    expect(plan.mails).toHaveLength(3);
    expect(await places()).toEqual(['both@audit.test', 'ops@audit.test', 'slack:ops']);
  });

  test('a run that names groups reaches these only, whatever they want otherwise', async () => {
    const activities = await delivering(null, null);
    await activities.planDelivery({ report: reference, groups: ['board', 'night'] });
    expect(await places()).toEqual(['both@audit.test', 'telegram:night']);
  });

  test('a group gets the link or the file, and its chat a digest with the link', async () => {
    const [smtp, http] = [await startSmtp(), await startHttp()];
    const activities = await delivering(smtp, http);
    const { mails } = await activities.planDelivery({ report: reference, groups: ['ops', 'board'] });
    for (const mail of mails) expect(await deliverOne(activities, mail)).toMatchObject({ state: 'accepted' });
    await Promise.all([smtp.stop(), http.stop()]);
    const attached = smtp.messages.map(({ to, raw }) => [to.join(), raw.includes('application/pdf')]);
    expect(new Map(attached as [string, boolean][])).toEqual(
      new Map([
        ['both@audit.test', true],
        ['ops@audit.test', false],
      ]),
    );
    const text = String(http.posted[0]?.json['text']);
    expect(text).toMatch(/^\[INCONCLUSIVE.*\] demo/);
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:8787\/reports\/demo\/production\/\S+$/);
  });

  test('a chat that says later is asked again when it said; one without an answer is ambiguous, and never posted twice', async () => {
    const http = await startHttp([
      { act: 'answer', status: 429, headers: { 'retry-after': '30' } },
      { act: 'drop', at: 'after-body' },
    ]);
    const activities = await delivering(null, http);
    await activities.planDelivery({ report: reference, groups: ['ops'] });
    const { rows } = await stored.pool.query<{ id: string }>(
      "select id from audit.outbox where recipient = 'slack:ops'",
    );
    const id = rows[0]?.id ?? '';
    expect(await deliverOne(activities, id)).toMatchObject({ type: 'MailDeferred', nextRetryDelay: 30_000 });
    expect(await deliverOne(activities, id)).toMatchObject({ type: 'MailAmbiguous', nonRetryable: true });
    expect(await deliverOne(activities, id)).toMatchObject({ type: 'MailAmbiguous' });
    await http.stop();
    expect(http.posted).toHaveLength(1);
    expect(await outboxOf('slack:ops')).toMatch(/^ambiguous: /);
  });

  test('no secret of a chat is in the outbox or in a failure', async () => {
    const http = await startHttp([
      { act: 'answer', status: 404, body: 'no /services/canary-hook, no canary-token' },
    ]);
    const activities = await delivering(null, http);
    await activities.planDelivery({ report: reference, groups: ['ops'] });
    const { rows } = await stored.pool.query<{ id: string }>(
      "select id from audit.outbox where recipient = 'slack:ops'",
    );
    const ended = await deliverOne(activities, rows[0]?.id ?? '');
    await http.stop();
    expect(ended).toMatchObject({ type: 'MailRejected' });
    expect(`${JSON.stringify(ended)} ${await outboxOf('slack:ops')}`).not.toContain('canary');
  });
});
