import { describe, expect, test } from '@jest/globals';
import { redactedConfig } from '../../config.ts';
import { holdsPlainPassword } from '../../config/secrets.ts';
import { ENVIRONMENT, failure, GOOD, load } from './config-file.ts';

const CANARY = 'canary-7f3a9c';
const dsn = (text: string): string => GOOD.replace('${DEMO_DATABASE_URL}', text);
const PLAIN =
  'audit.config.yaml:4: bots.demo.database holds a password in plain text. ' +
  'Write the password as ${VAR} or ${file:/path}, for example postgres://reader:${BOT_DB_PASSWORD}@host:5432/bot.';

describe('a password in the file is refused', () => {
  test.each([
    `postgres://reader:${CANARY}@h:5432/d`,
    `postgres://reader:${CANARY}\${SUFFIX:-}@h:5432/d`,
    `postgres://reader:\${PW:-${CANARY}}@h:5432/d`,
    `\${DSN:-postgres://reader:${CANARY}@h:5432/d}`,
    `postgres://reader@h:5432/d?password=${CANARY}`,
    `postgres://reader@h:5432/d?sslpassword=${CANARY}`,
  ])('%s', async (text) => {
    expect(await failure(dsn(`"${text}"`))).toBe(PLAIN);
  });

  test.each([
    'postgres://reader@h/d',
    'postgres://reader:${PW}@h/d',
    '${DSN}',
    'postgres://${USER}:${file:/pw}@h/d?sslmode=require',
  ])('%s is not one', (text) => {
    expect(holdsPlainPassword(text)).toBe(false);
  });
});

describe('a secret is in no message and no print', () => {
  test.each([
    ['not a URL', `not a url ${CANARY}`],
    ['another protocol', `mysql://u:${CANARY}@h/d`],
    ['no database', `postgres://u:${CANARY}@h`],
    ['our store', `postgres://u:${CANARY}@127.0.0.1:5432/audit`],
  ])('in a wrong DSN: %s', async (_what, value) => {
    const message = await failure(GOOD, { ...ENVIRONMENT, DEMO_DATABASE_URL: value });
    expect(message).toContain('bots.demo.database');
    expect(message).not.toContain(CANARY);
  });

  test('of a key that is not known', async () => {
    const message = await failure(
      `${GOOD}    apiSecret: ${CANARY}\n    databse: postgres://u:${CANARY}@h/d\n`,
    );
    expect(message).toContain('apiSecret');
    expect(message).not.toContain(CANARY);
  });

  test('of a file that is not YAML', async () => {
    const message = await failure(`${GOOD}    database: {postgres://u:${CANARY}@h/d\n`);
    expect(message).toContain('not valid YAML');
    expect(message).not.toContain(CANARY);
  });

  test('of a value of the wrong type from a variable', async () => {
    const message = await failure(`${GOOD}    settleDelayS: \${DELAY}\n`, { ...ENVIRONMENT, DELAY: CANARY });
    expect(message).toContain('settleDelayS: expected a number');
    expect(message).not.toContain(CANARY);
  });

  test('of a redacted configuration, which still tells the rest', async () => {
    const environment = {
      ...ENVIRONMENT,
      AUDIT_DATABASE_URL: `postgres://a:${CANARY}@h/audit`,
      DEMO_DATABASE_URL: `postgres://b:${CANARY}@h/demo`,
      SMTP_URL: `smtp://c:${CANARY}@h:25`,
    };
    const text = `${GOOD}    version: "3.2"\nserver: { baseUrl: "https://u:${CANARY}@reports.test/x" }\nmail: { from: a@b.test, recipients: [c@d.test] }\n`;
    const printed = JSON.stringify(redactedConfig(await load(text, environment)));
    expect(printed).not.toContain(CANARY);
    expect(printed).toContain('"version":"3.2"');
    expect(printed).toContain('"database":"<redacted>"');
    expect(printed).toContain('https://reports.test/x');
  });

  test('of a key that the redaction does not know yet', async () => {
    const config = { ...(await load(GOOD)), vaultToken: CANARY };
    expect(JSON.stringify(redactedConfig(config))).not.toContain(CANARY);
  });
});
