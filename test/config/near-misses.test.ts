import { expect, test } from '@jest/globals';
import { at, failure, GOOD } from './config-file.ts';

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
])('what to write instead: %s', async (_what, text, message) => {
  expect(await failure(text)).toBe(message);
});
