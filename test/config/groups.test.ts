import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allowedAddresses, deliveryGroups, groupsFor, recipientsOf } from '../../audit/delivery-groups.ts';
import { loadConfig, redactedConfig } from '../../config.ts';
import { createScrubber } from '../../audit/scrub.ts';

const BOT = 'bots:\n  demo:\n    environment: paper\n    sources: { database: none, snapshots: required }\n';
const ENVIRONMENT = {
  AUDIT_DATABASE_URL: 'postgres://127.0.0.1/store',
  SMTP_URL: 'smtp://127.0.0.1:25',
  HOOK: 'https://hooks.slack.com/services/T0/B0/canary-hook',
  TOKEN: '123456:canary-token',
};
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-groups-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function load(tail: string) {
  const path = join(folder, 'audit.config.yaml');
  writeFileSync(path, BOT + tail);
  return loadConfig(path, ENVIRONMENT, { sections: [] });
}

const problem = (tail: string): Promise<string> =>
  load(tail).then(
    () => '',
    (error: unknown) => (error as Error).message,
  );

const GOOD = `mail: { from: a@audit.test, recipients: [ops@audit.test], sandbox: test@audit.test }
groups:
  desk:
    mail: [OPS@audit.test, desk@audit.test]
    slack: \${HOOK}
    verdicts: [FAIL, INCONCLUSIVE]
    format: link
  board: { mail: [board@audit.test], kinds: [monthly], minimumSeverity: HIGH }
  night: { telegram: { token: "\${TOKEN}", chat: -1001 } }
`;

test('who gets what', async () => {
  const groups = deliveryGroups(await load(GOOD));
  const to = (told: Parameters<typeof groupsFor>[1], named?: readonly string[]) =>
    groupsFor(groups, told, named).map(({ name }) => name);
  const pass = { verdict: 'PASS', severities: [] } as const;
  const fail = { verdict: 'FAIL', severities: ['MEDIUM', 'CRITICAL'] } as const;
  expect(to({ kind: 'production', said: pass })).toEqual(['everyone', 'night']);
  expect(to({ kind: 'production', said: fail })).toEqual(['everyone', 'desk', 'night']);
  expect(to({ kind: 'monthly', said: pass })).toEqual(['everyone', 'night']);
  expect(to({ kind: 'monthly', said: fail })).toEqual(['everyone', 'desk', 'board', 'night']);
  expect(to({ kind: 'production', said: null })).toEqual(['everyone', 'desk', 'night']);
  expect(to({ kind: 'production', said: pass }, ['board'])).toEqual(['board']);
});

test('each place once, with the PDF when one of its groups has it', async () => {
  const config = await load(GOOD);
  expect(recipientsOf(deliveryGroups(config)).map(({ recipient, format }) => [recipient, format])).toEqual([
    ['ops@audit.test', 'pdf'],
    ['desk@audit.test', 'link'],
    ['slack:desk', 'link'],
    ['board@audit.test', 'pdf'],
    ['telegram:night', 'pdf'],
  ]);
  // The sandbox is for test mails alone.
  expect(allowedAddresses(config)).toEqual(['ops@audit.test', 'desk@audit.test', 'board@audit.test']);
});

test('the secrets of chats are printed nowhere', async () => {
  const config = await load(GOOD);
  const shown = JSON.stringify(redactedConfig(config));
  expect(shown).not.toContain('canary');
  expect(shown).toContain('-1001');
  const scrub = createScrubber(config.secrets);
  for (const text of [
    ENVIRONMENT.HOOK,
    '/services/T0/B0/canary-hook',
    'canary-hook',
    'bot123456:canary-token/',
  ])
    expect(scrub(text)).not.toContain('canary');
});

describe('what is wrong is said with its key', () => {
  test.each([
    ['groups: { ops: {} }', 'groups.ops reaches nobody. Give it mail, slack or telegram.'],
    ['groups: { ops: { mail: [a@audit.test] } }', 'groups.ops.mail needs the key "mail" of the file'],
    ['groups: { Ops!: { slack: "${HOOK}" } }', 'groups.Ops! is not a name of a group'],
    [
      'groups: { everyone: { slack: "${HOOK}" } }',
      'groups.everyone is the name of the group of mail.recipients',
    ],
    ['groups: { ops: { slack: "${TOKEN}" } }', 'groups.ops.slack is not the URL of a webhook'],
    [
      'groups: { ops: { slack: "https://hooks.slack.com/services/T0/B0/x" } }',
      'groups.ops.slack is a secret in plain text. Write it as ${VAR} or ${file:/path}.',
    ],
    [
      'groups: { ops: { telegram: { token: "${NONE:-1:x}", chat: 1 } } }',
      'groups.ops.telegram.token is a secret in plain text.',
    ],
    [
      'groups: { ops: { telegram: { token: "${TOKEN}", chat: the desk } } }',
      'groups.ops.telegram.chat is "the desk". Expected the id of a chat',
    ],
    ['groups: { ops: { slack: "${HOOK}", kinds: [montly] } }', 'Did you mean "monthly"?'],
    ['groups: { ops: { slack: "${HOOK}", format: word } }', 'expected one of pdf, link'],
    ['groups: { ops: { slak: "${HOOK}" } }', 'groups.ops has no key "slak". Did you mean "slack"?'],
    [
      'mail: { from: a@audit.test }',
      'mail needs the key "recipients": a list, or a group with addresses under "groups".',
    ],
    [
      'mail: { from: a@audit.test }\ngroups: { ops: { mail: ["a@audit.test, b@evil.test"] } }',
      'groups.ops.mail[0] is "a@audit.test, b@evil.test". Expected an address',
    ],
    [
      'mail: { from: a@audit.test, recipients: [a@audit.test], sandbox: none }',
      'mail.sandbox is "none". Leave the key out instead.',
    ],
  ])('%s', async (tail, said) => {
    expect(await problem(`${tail}\n`)).toContain(said);
  });
});
