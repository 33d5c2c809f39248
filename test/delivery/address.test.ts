import { expect, test } from '@jest/globals';
import { mailBytes } from '../../delivery/mail.ts';
import { distinctMailboxes, isAllowed, parseSender, readSender } from '../../delivery/address.ts';
import { failure, GOOD, load } from '../config/config-file.ts';

const withMail = (from: string, recipient = 'ops@example.test', more = ''): string =>
  `${GOOD}mail:\n  smtpUrl: smtp://h\n  from: ${JSON.stringify(from)}\n  recipients: [${JSON.stringify(recipient)}]\n${more}`;

test.each([
  ['audit@example.test', ''],
  ['<audit@example.test>', ''],
  ['Production audit <audit@example.test>', 'Production audit'],
  ['"Production audit" <audit@example.test>', 'Production audit'],
  ['"Audit, \\"night\\" \\\\ shift" <audit@example.test>', 'Audit, "night" \\ shift'],
  ['Prüfung <audit@example.test>', 'Prüfung'],
  [`${'n'.repeat(80)} <audit@example.test>`, 'n'.repeat(80)],
])('the sender %s is accepted by the configuration and can be sent', async (from, name) => {
  const { mail } = await load(withMail(from));
  const sender = parseSender(mail?.from ?? '');
  expect(sender).toEqual({ name, address: 'audit@example.test' });
  expect(mail?.domain).toBe('example.test');
  const content = { subject: 's', text: 't', html: 'h', attachment: null };
  const envelope = {
    to: 'ops@example.test',
    messageId: '<a@b>',
    date: '2026-11-20T00:00:00Z',
    headers: { 'X-Audit-Report': 'h' },
  };
  const raw = (await mailBytes(content, { ...envelope, from: sender })).toString('utf8');
  expect(/^From: .*$/m.exec(raw.replace(/\r\n\s+/g, ' '))?.[0]).toContain('audit@example.test');
});

test.each([
  ['Audit <audit@exämple.test>', 'mail.from is "Audit <audit@exämple.test>". Expected an address'],
  ['audit@exämple.test', 'write a domain of another script as xn--'],
  [
    `${'n'.repeat(81)} <audit@example.test>`,
    'mail.from has a name of 81 characters. At most 80 are possible.',
  ],
  ['"half <audit@example.test>', 'Write its name without quotes and line breaks'],
  ['a\r\nBcc: x <audit@example.test>', 'Write its name without quotes and line breaks'],
  ['a <b> <audit@example.test>', 'Expected an address such as audit@example.test.'],
  ['audit@example.test, b@example.test', 'Expected an address such as audit@example.test.'],
  ['audit.@example.test', 'Expected an address such as audit@example.test.'],
  ['Audit <>', 'Expected an address such as audit@example.test.'],
])('the sender %j is refused when the configuration is read', async (from, message) => {
  expect(await failure(withMail(from))).toContain(message);
  expect('problem' in readSender(from)).toBe(true);
  expect(() => parseSender(from)).toThrow('The sender ');
});

test('a recipient that could not be sent to is refused when the configuration is read', async () => {
  expect(await failure(withMail('a@b.test', 'jürgen@example.test'))).toContain(
    'mail.recipients[0] is "jürgen@example.test". Expected an address such as ops@example.test. Only ASCII',
  );
});

test('the domain of Message-IDs is a domain', async () => {
  expect(await failure(withMail('a@b.test', 'ops@example.test', '  domain: "x> <y"\n'))).toContain(
    'mail.domain is "x> <y". Expected a domain such as example.test.',
  );
});

test('one mailbox gets one mail, however often and in whatever case it is listed', () => {
  const listed = ['Ops@Example.test', 'ops@example.test', 'OPS@EXAMPLE.TEST', 'b@example.test'];
  expect(distinctMailboxes(listed)).toEqual(['Ops@example.test', 'b@example.test']);
  expect(isAllowed('Ops@EXAMPLE.test', ['Ops@example.test'])).toBe(true);
  expect(isAllowed('OPS@example.test', ['Ops@example.test'])).toBe(false);
});
