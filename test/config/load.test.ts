import { describe, expect, test } from '@jest/globals';
import { redactedConfig } from '../../config.ts';
import { readPolicy } from '../../config/policy.ts';
import { parseYaml } from '../../config/yaml-source.ts';
import { registry } from '../../sections/index.ts';
import { ENVIRONMENT, GOOD, load } from './config-file.ts';

describe('a configuration that is right', () => {
  test('fills every default', async () => {
    const config = await load(GOOD);
    const [bot] = config.bots;
    expect(bot).toMatchObject({
      databaseUrl: ENVIRONMENT['DEMO_DATABASE_URL'],
      allowWritableRole: false,
      asOf: null,
      settleDelayS: 120,
      snapshots: 'monitor',
      mappingFolder: expect.stringMatching(/^\/.*\/mapping$/),
      facts: {
        name: 'demo',
        mapping: 'mapping',
        environment: 'testnet',
        timeZone: 'UTC',
        quoteCurrency: 'USDT',
        version: null,
        heartbeatIntervalS: 60,
        overrides: [],
        sources: {
          database: 'required',
          snapshots: 'optional',
          logs: 'none',
          exchange: 'none',
          configuration: 'none',
          code: 'none',
        },
        limits: {
          maxPositions: null,
          dailyLoss: null,
          perTradeLoss: null,
          exposure: null,
          leverage: null,
          maxAgeH: null,
        },
      },
    });
    expect(config).toMatchObject({
      defaultBot: null,
      mail: null,
      metrics: null,
      reportBaseUrl: 'http://127.0.0.1:8787',
      temporal: {
        address: '127.0.0.1:7233',
        namespace: 'default',
        taskQueue: 'audits',
        searchAttributes: true,
        uiUrl: null,
      },
      policy: {
        'stop-loss': { graceS: 5, ladder: { good: 99 } },
        scoring: { basisCredit: { venue: 1, bot: 0.5 } },
      },
    });
    expect(config.artifactDirectory).toMatch(/\/audit-artifacts$/);
  });

  test('artifacts in a bucket take their keys from the environment, and those are secrets', async () => {
    const keys = {
      AWS_ACCESS_KEY_ID: 'auditor',
      AWS_SECRET_ACCESS_KEY: 'sesame-open',
      AWS_REGION: 'eu-central-1',
    };
    const text = `${GOOD}storage: { artifacts: "s3://audit/kept/" }\n`;
    const config = await load(text, { ...ENVIRONMENT, ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:9000/' });
    expect(config.artifactDirectory).toBe('s3://audit/kept');
    expect(config.objectStore).toEqual({
      ...{ bucket: 'audit', prefix: 'kept/', endpoint: 'http://127.0.0.1:9000', region: 'eu-central-1' },
      ...{ accessKeyId: 'auditor', secretAccessKey: 'sesame-open' },
    });
    expect(config.secrets).toContain('sesame-open');
    expect(JSON.stringify(redactedConfig(config))).not.toContain('sesame-open');
    expect((await load(text, { ...ENVIRONMENT, ...keys })).objectStore?.endpoint).toBe(
      'https://s3.eu-central-1.amazonaws.com',
    );
  });

  test('the password that the driver takes from the environment is a secret', async () => {
    const { secrets } = await load(GOOD, { ...ENVIRONMENT, PGPASSWORD: 'sesame-open' });
    expect(secrets).toContain('sesame-open');
  });

  test('amounts stay decimal text, digits as they were written', async () => {
    const config = await load(
      `${GOOD}    limits: { dailyLoss: 500.25, perTradeLoss: "12.3456789012345678901", exposure: 0.1 }\n`,
    );
    expect(config.bots[0]?.facts.limits).toMatchObject({
      dailyLoss: '500.25',
      perTradeLoss: '12.3456789012345678901',
      exposure: '0.1',
    });
  });

  test('asOf is normalised to UTC, exchanges to lower case, overrides are told', async () => {
    const config = await load(
      `${GOOD}    asOf: 2025-10-09T18:13:00+02:00\n    exchanges: [Binance, BYBIT]\n    accounts: { Binance: { type: linear, settles: [usdt] } }\n    allowWritableRole: true\n`,
    );
    expect(config.bots[0]).toMatchObject({
      asOf: '2025-10-09T16:13:00.000Z',
      facts: {
        exchanges: ['binance', 'bybit'],
        accounts: { binance: { type: 'linear', settles: ['USDT'] } },
        overrides: ['allowWritableRole'],
      },
    });
  });

  test('a bot may live on snapshots alone', async () => {
    const config = await load(
      'bots:\n  s:\n    environment: live\n    sources: { database: none, snapshots: required }\n    snapshots: import\n',
    );
    expect(config.bots[0]).toMatchObject({
      databaseUrl: null,
      snapshots: 'import',
      facts: { mapping: 'none' },
    });
  });

  test('the file wins over the environment, the environment over the default', async () => {
    const environment = {
      ...ENVIRONMENT,
      TEMPORAL_ADDRESS: 'env:7233',
      AUDIT_REPORT_PORT: '9000',
      AUDIT_METRICS_PORT: '9001',
      TEMPORAL_UI_URL: 'http://ui:8233/',
    };
    const fromEnvironment = await load(GOOD, environment);
    expect(fromEnvironment).toMatchObject({
      temporal: { address: 'env:7233', uiUrl: 'http://ui:8233' },
      reportBaseUrl: 'http://127.0.0.1:9000',
      metrics: { host: '127.0.0.1', port: 9001 },
    });
    const fromFile = await load(
      `${GOOD}temporal: { address: "file:7233" }\nserver: { port: 1234, baseUrl: "https://reports.example.test/" }\n`,
      environment,
    );
    expect(fromFile.temporal.address).toBe('file:7233');
    expect(fromFile.reportBaseUrl).toBe('https://reports.example.test');
    expect(fromFile.publicUrl).toBe('https://reports.example.test');
    expect(fromEnvironment).not.toHaveProperty('publicUrl');
    expect(fromFile.server.port).toBe(1234);
  });

  test('numbers and booleans may come from variables, text stays text', async () => {
    const text = `${GOOD}    settleDelayS: \${DELAY}\n    allowWritableRole: \${WRITABLE:-false}\n    version: "\${VERSION}"\n    asOf: \${AS_OF:-}\n`;
    const config = await load(text, { ...ENVIRONMENT, DELAY: '30', VERSION: '12' });
    expect(config.bots[0]).toMatchObject({
      settleDelayS: 30,
      allowWritableRole: false,
      asOf: null,
      facts: { version: '12' },
    });
  });
});

describe('secrets', () => {
  test('come from variables and files, and all are known to the scrubber', async () => {
    const dsn = 'postgres://reader:${PASSWORD}@127.0.0.1:5432/demo';
    const text = `${GOOD.replace('${DEMO_DATABASE_URL}', dsn)}mail:\n  smtpUrl: smtp://a:\${file:FOLDER/smtp-password}@mail.test:25\n  from: A <a@b.test>\n  recipients: [c@d.test, c@d.test]\n`;
    const config = await load(
      text,
      { ...ENVIRONMENT, PASSWORD: 'p@ss/w:rd?' },
      { 'smtp-password': 'from-file\n' },
    );
    expect(config.bots[0]?.databaseUrl).toBe('postgres://reader:p%40ss%2Fw%3Ard%3F@127.0.0.1:5432/demo');
    expect(config.mail).toEqual({
      smtpUrl: 'smtp://a:from-file@mail.test:25',
      from: 'A <a@b.test>',
      domain: 'b.test',
      recipients: ['c@d.test'],
    });
    expect(config.secrets).toEqual(
      expect.arrayContaining([
        'p@ss/w:rd?',
        'p%40ss%2Fw%3Ard%3F',
        'from-file',
        'store-secret',
        ENVIRONMENT['AUDIT_DATABASE_URL'],
      ]),
    );
    expect(config.secrets).not.toContain('');
  });
});

describe('a policy preset', () => {
  const withPolicy = (policy: string) => load(`${GOOD}policy: ${policy}\n`);
  test('is kept by its name, and the usual one is none', async () => {
    expect((await withPolicy('{ preset: paper }')).preset).toBe('paper');
    expect((await withPolicy('{ preset: standard }')).preset).toBeUndefined();
    expect((await load(GOOD)).preset).toBeUndefined();
  });

  test('gives what is not written, and takes back nothing that is', () => {
    const source = parseYaml('none', '{}');
    const read = (given: unknown) => readPolicy(given, registry.policy, source).policy['stop-loss'];
    expect(read({ preset: 'strict' })).toMatchObject({ longGapS: 30, slippageWorstBps: 50 });
    expect(read({ preset: 'strict', 'stop-loss': { longGapS: 60 } })).toMatchObject({
      longGapS: 60,
      slippageWorstBps: 50,
    });
    expect(read({ 'stop-loss': { longGapS: 60 } })).toEqual(read({}));
  });
});
