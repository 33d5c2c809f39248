import { expect, test } from '@jest/globals';
import { at, ENVIRONMENT, failure, GOOD } from './config-file.ts';

/** The good file with one more line below the bot, which is line 6. */
const bot = (line: string): string => `${GOOD}    ${line}\n`;
/** The good file with one more line at the top level, which is line 6. */
const top = (line: string): string => `${GOOD}${line}\n`;

test.each<[what: string, text: string, message: string]>([
  [
    'a tab, after which the parser finds more',
    bot('limits:\n\t  maxAgeH: 12'),
    at(7, 'a tab is used as indentation. YAML wants spaces.'),
  ],
  [
    'a colon without its blank',
    bot('timeZone:UTC'),
    at(6, 'a bracket or quote is not closed, or a colon has no blank after it: "key: value".'),
  ],
  [
    'an indentation of its own',
    GOOD.replace('    environment', '   environment'),
    at(5, 'this is not valid YAML (bad indent). Check indentation, colons and quotes.'),
  ],
  [
    'two documents',
    top('---\nserver: {}'),
    at(6, 'a second document begins (---). The file is one document; remove the line.'),
  ],
  [
    'a key of a bot at the top',
    top('settleDelayS: 60'),
    at(6, 'the file has no key "settleDelayS". Did you mean bots.NAME.settleDelayS?'),
  ],
  [
    'a key of a bot at the top that is one of inner places as well',
    top('database: x'),
    at(6, 'the file has no key "database". Did you mean bots.NAME.database?'),
  ],
  [
    'a key of a bot beside the bots',
    `${GOOD}  exchanges: [binance]\n`,
    at(
      6,
      'bots.exchanges: expected keys and values, found a list. "exchanges" is a key of each of bots: indent it below a name.',
    ),
  ],
  [
    'bots as a list',
    'bots:\n  - name: demo\n',
    at(
      1,
      'bots: expected keys and values, found a list. Write the name of each as a key, and its own keys below it.',
    ),
  ],
  ['a bot without anything', 'bots:\n  demo:\n', at(2, 'bots.demo is empty. Expected keys and values.')],
  [
    'a list with an empty entry',
    bot('exchanges: [a, ~]'),
    at(6, 'bots.demo.exchanges[1] is empty. Expected text.'),
  ],
  [
    'an exchange twice, in capitals',
    bot('exchanges: [binance, BINANCE]'),
    at(6, 'bots.demo.exchanges[1] is "binance", which stands there already. Keep one of them.'),
  ],
  [
    'a key without its unit',
    top('retention: { snapshots: 30 }'),
    at(6, 'retention has no key "snapshots". Did you mean "snapshotsDays"?'),
  ],
  [
    'another word for live',
    GOOD.replace('testnet', 'production'),
    at(
      5,
      'bots.demo.environment: expected one of testnet, paper, live, found the text "production". Did you mean "live"?',
    ),
  ],
  [
    'a mail server without its scheme',
    top('mail: { smtpUrl: "mail.example.test:587", from: a@b.test, recipients: [a@b.test] }'),
    at(6, 'mail.smtpUrl does not begin with smtp://. Expected smtp://user:${PASSWORD}@host:port.'),
  ],
  [
    'a way of TLS that does not exist',
    GOOD.replace(/(database: .*)/, 'database: postgres://reader@127.0.0.1/bot?sslmode=requir'),
    at(
      4,
      'bots.demo.database says sslmode=requir, which does not exist. Did you mean "require"? Expected one of disable, allow, prefer, require, verify-ca, verify-full, no-verify.',
    ),
  ],
  [
    'a Web UI without its scheme',
    top('temporal: { uiUrl: "127.0.0.1:8233" }'),
    at(6, 'temporal.uiUrl is not a URL that begins with http:// or https://.'),
  ],
  [
    'a URL for a report server’s address',
    top('server: { baseUrl: "reports.example.test" }'),
    at(6, 'server.baseUrl is not a URL that begins with http:// or https://.'),
  ],
  [
    'a URL for the address of Temporal',
    top('temporal: { address: "http://127.0.0.1:7233" }'),
    at(6, 'temporal.address is "http://127.0.0.1:7233". Expected host:port, such as 127.0.0.1:7233.'),
  ],
  [
    'a text for a list',
    bot('exchanges: Binance, Bybit'),
    at(6, 'bots.demo.exchanges: expected a list, found the text "Binance, Bybit". Write [Binance, Bybit].'),
  ],
  [
    'a part of the DSN as a key',
    bot('password: hunter22'),
    at(6, 'bots.demo has no key "password". Did you mean "database"?'),
  ],
  [
    'a part of the mail server’s URL as a key',
    top('mail: { from: a@b.test, recipients: [a@b.test], smtpUrl: "smtp://h", port: 25 }'),
    at(6, 'mail has no key "port". Did you mean "smtpUrl"?'),
  ],
  [
    'TLS of Temporal',
    top('temporal: { tls: true }'),
    at(6, 'temporal has no key "tls". TLS and keys are the variables TEMPORAL_TLS_* and TEMPORAL_API_KEY.'),
  ],
  [
    'a merge key',
    bot('<<: { auditor: me }'),
    at(
      6,
      'bots.demo has no key "<<". Merge keys are not read: write the keys out, or give each an alias (limits: *shared).',
    ),
  ],
  [
    'an entity in the plural',
    bot('entities: { fills: none }'),
    at(6, 'bots.demo.entities has no key "fills". Did you mean "fill"?'),
  ],
  [
    'the name of a prototype',
    top('__proto__: { a: 1 }'),
    at(
      6,
      'the file has no key "__proto__". Its keys are bots, defaultBot, storage, retention, mail, groups, alerts, server, metrics, temporal, chromiumPath, policy.',
    ),
  ],
  [
    'a preset in place of the policy',
    top('policy: strict'),
    at(6, 'policy: expected a section id with its settings. Write { preset: strict }.'),
  ],
  [
    'a port in place of the metrics',
    top('metrics: 9464'),
    at(6, 'metrics: expected keys and values, found the number 9464. Write { port: 9464 }.'),
  ],
  [
    'a port in the host',
    top('server: { host: "127.0.0.1:80" }'),
    at(6, 'server.host is "127.0.0.1:80". Expected an address such as 127.0.0.1; the port is server.port.'),
  ],
  [
    'a folder of the shell',
    top('storage: { artifacts: ~/reports }'),
    at(6, 'storage.artifacts is "~/reports", and only a shell knows what ~ is. Write the whole path.'),
  ],
  [
    'a bucket with one slash',
    top('storage: { artifacts: "s3:/audit" }'),
    at(6, 'storage.artifacts is "s3:/audit". Expected a folder, or a bucket such as s3://audit/reports.'),
  ],
  [
    'a folder on a host',
    top('storage: { artifacts: "file://host/reports" }'),
    at(
      6,
      'storage.artifacts is "file://host/reports". Expected a folder, or a bucket such as s3://audit/reports.',
    ),
  ],
  [
    'a variable as Windows writes it',
    GOOD.replace('${DEMO_DATABASE_URL}', '%DEMO_DATABASE_URL%'),
    at(4, 'a value that begins with %, @ or ` stands in quotes.'),
  ],
  [
    'a reference without its end',
    GOOD.replace('${DEMO_DATABASE_URL}', '${DEMO_DATABASE_URL'),
    at(4, 'bots.demo.database: a reference begins with ${ and has no }.'),
  ],
])('what to write instead: %s', async (_what, text, message) => {
  expect(await failure(text)).toBe(message);
});

test.each([':7233', 'h:', 'h:0', 'h:99999', 'h:72x', 'a b:1', '::1:7233'])(
  'no address of Temporal: %j',
  async (address) => {
    const said = `is "${address}". Expected host:port, such as 127.0.0.1:7233.`;
    expect(await failure(top(`temporal: { address: "${address}" }`))).toBe(at(6, `temporal.address ${said}`));
    expect(await failure(GOOD, { ...ENVIRONMENT, TEMPORAL_ADDRESS: address })).toContain(
      `TEMPORAL_ADDRESS ${said}`,
    );
  },
);

test.each(['h', 'h:7233', '[::1]:7233', 'a-b.example.test:443'])(
  'an address of Temporal: %s',
  async (address) => {
    expect(await failure(top(`temporal: { address: "${address}" }`))).toBe('it loaded');
  },
);

test.each([
  ['"10"', 'Write it without quotes: 10.'],
  ['1_000', 'Write 1000.'],
  ['10 000', 'Write 10000.'],
  ['"10,000"', 'Write 10000.'],
  ['"10,5"', 'Write it with a point: 10.5.'],
  ['8 h', 'It is a number of seconds; write 28800.'],
  ['10s', 'It is a number of seconds; write 10.'],
  ['1h30m', 'It is a number of seconds; write 5400.'],
  ['1h 30m', 'It is a number of seconds; write 5400.'],
  ['PT8H', 'It is a number of seconds; write 28800.'],
  ['2 weeks', 'It is a number of seconds; write 1209600.'],
  ['500ms', 'It is a number of seconds; write 0.5.'],
])('a number that is written as a text: %s', async (text, hint) => {
  const said = text.replaceAll('"', '');
  expect(await failure(bot(`settleDelayS: ${text}`))).toBe(
    at(6, `bots.demo.settleDelayS: expected a number, found the text "${said}". ${hint}`),
  );
});
