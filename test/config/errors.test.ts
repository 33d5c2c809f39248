import { describe, expect, test } from '@jest/globals';
import { at, failure, GOOD } from './config-file.ts';

/** The good file with one more line below the bot, which is line 6. */
const bot = (line: string): string => `${GOOD}    ${line}\n`;
/** The good file with one more line at the top level, which is line 6. */
const top = (line: string): string => `${GOOD}${line}\n`;

describe('each mistake gives one message with file, line, what was expected and the nearest right name', () => {
  test.each<[what: string, text: string, message: string]>([
    ['unknown key', bot('timezone: UTC'), at(6, 'bots.demo has no key "timezone". Did you mean "timeZone"?')],
    ['swapped letters', top('sotrage: {}'), at(6, 'the file has no key "sotrage". Did you mean "storage"?')],
    [
      'unknown key near to none',
      bot('limits: { zzz: 1 }'),
      at(
        6,
        'bots.demo.limits has no key "zzz". Its keys are maxPositions, dailyLoss, perTradeLoss, exposure, leverage, maxAgeH.',
      ),
    ],
    [
      'unknown key without a value',
      bot('auditr:'),
      at(6, 'bots.demo has no key "auditr". Did you mean "auditor"?'),
    ],
    [
      'one of a few words',
      bot('sources: { database: requird }'),
      at(
        6,
        'bots.demo.sources.database: expected one of required, optional, none, found the text "requird". Did you mean "required"?',
      ),
    ],
    [
      'text for a number',
      bot('settleDelayS: soon'),
      at(6, 'bots.demo.settleDelayS: expected a number, found the text "soon".'),
    ],
    [
      'fraction for a count',
      bot('limits: { maxPositions: 1.5 }'),
      at(6, 'bots.demo.limits.maxPositions: expected a whole number, found the number 1.5.'),
    ],
    [
      'negative',
      bot('settleDelayS: -1'),
      at(6, 'bots.demo.settleDelayS: expected a number of at least 0, found the number -1.'),
    ],
    [
      'text for a list',
      bot('exchanges: binance'),
      at(6, 'bots.demo.exchanges: expected a list, found the text "binance". Write [binance].'),
    ],
    [
      'an account at an exchange that the bot does not have',
      bot('accounts: { binanse: { type: spot } }'),
      at(6, "bots.demo.accounts.binanse is not one of the bot's exchanges."),
    ],
    [
      'derivatives that settle in nothing',
      bot('exchanges: [binance]\n    accounts: { binance: { type: linear } }'),
      at(
        7,
        'bots.demo.accounts.binance needs the key "settles": the currencies in which its contracts settle, such as [USDT].',
      ),
    ],
    ['list for keys', bot('limits: [1]'), at(6, 'bots.demo.limits: expected keys and values, found a list.')],
    [
      'text for yes or no',
      bot('allowWritableRole: yes'),
      at(6, 'bots.demo.allowWritableRole: expected true or false, found the text "yes".'),
    ],
    [
      'not an amount',
      bot('limits: { dailyLoss: a lot }'),
      at(6, 'bots.demo.limits.dailyLoss is not an amount such as 500 or "500.25".'),
    ],
    [
      'missing key',
      GOOD.replace('    environment: testnet\n', ''),
      at(2, 'bots.demo needs the key "environment": one of testnet, paper, live.'),
    ],
    [
      'missing database',
      GOOD.replace(/ {4}database.*\n/, ''),
      at(
        2,
        'bots.demo needs the key "database", because sources.database is required; a bot without one says sources: { database: none }.',
      ),
    ],
    ['no bots', 'server: {}\n', at(1, 'the file needs the key "bots": keys and values.')],
    ['empty bots', 'bots: {}\n', at(1, 'bots needs at least one bot.')],
    ['empty file', '', 'audit.config.yaml: the file is empty. Expected keys and values.'],
    [
      'bad name of a bot',
      GOOD.replace('demo:', 'Demo Bot:'),
      at(
        2,
        'bots.Demo Bot is not a name for a bot. Use lower case letters, digits, dot, dash and underscore, at most 63.',
      ),
    ],
    [
      'unknown zone',
      bot('timeZone: Europe/Berln'),
      at(
        6,
        'bots.demo.timeZone names the zone "Europe/Berln", which is not an IANA zone. Did you mean "Europe/Berlin"? Examples are UTC and Europe/Berlin.',
      ),
    ],
    [
      'offset for a zone',
      bot('timeZone: "+03:00"'),
      at(
        6,
        'bots.demo.timeZone names the zone "+03:00", which is not an IANA zone. Write the place whose clock it is (the offset all year is Etc/GMT-3). Examples are UTC and Europe/Berlin.',
      ),
    ],
    [
      'folder that is not there',
      GOOD.replace('./mapping', './mappping'),
      at(3, 'bots.demo.mapping names the folder ./mappping, which does not exist.'),
    ],
    [
      'asOf without zone',
      bot('asOf: 2025-10-09T16:13:00'),
      at(
        6,
        'bots.demo.asOf is "2025-10-09T16:13:00". Expected a time with its zone, such as 2025-10-09T16:13:00Z.',
      ),
    ],
    [
      'asOf on no day',
      bot('asOf: 2025-02-31T05:00:00Z'),
      at(
        6,
        'bots.demo.asOf is "2025-02-31T05:00:00Z". Expected a time with its zone, such as 2025-10-09T16:13:00Z.',
      ),
    ],
    [
      'unknown check',
      bot('notApplicable: { SL5: why }'),
      at(6, 'bots.demo.notApplicable.SL5 is not a check. Did you mean "SL4"? docs/sections.md lists them.'),
    ],
    [
      'unknown default bot',
      top('defaultBot: dmo'),
      at(6, 'defaultBot names "dmo", which is not a bot. Did you mean "demo"? The only bot is demo.'),
    ],
    [
      'database beside none',
      bot('sources: { database: none }'),
      at(4, 'bots.demo.database is given, but sources.database is none. Remove one of the two.'),
    ],
    [
      'unknown section',
      top('policy: { stop-los: {} }'),
      at(6, 'policy has no key "stop-los". Did you mean "stop-loss"?'),
    ],
    [
      'unknown setting',
      top('policy: { stop-loss: { grace: 1 } }'),
      at(6, 'policy.stop-loss has no key "grace". Did you mean "graceS"?'),
    ],
    [
      'unknown inner setting',
      top('policy: { stop-loss: { ladder: { godo: 1 } } }'),
      at(6, 'policy.stop-loss.ladder has no key "godo". Did you mean "good"?'),
    ],
    [
      'wrong setting',
      top('policy: { stop-loss: { graceS: none } }'),
      at(
        6,
        'policy.stop-loss.graceS: expected a number, found the text "none". Leave the key out for its default.',
      ),
    ],
    [
      'unknown preset',
      top('policy: { preset: strickt }'),
      at(
        6,
        'policy.preset: expected one of strict, standard, paper, found the text "strickt". Did you mean "strict"?',
      ),
    ],
    ['policy that is a list', top('policy: [1]'), at(6, 'policy: expected a section id with its settings.')],
    [
      'port out of range',
      top('server: { port: 99999 }'),
      at(6, 'server.port: expected a number of at most 65535, found the number 99999.'),
    ],
    [
      'artifacts elsewhere',
      top('storage: { artifacts: "gs://bucket" }'),
      at(6, 'storage.artifacts is "gs://bucket". Expected a folder, or a bucket such as s3://audit/reports.'),
    ],
    [
      'a bucket without its keys',
      top('storage: { artifacts: "s3://bucket" }'),
      at(
        6,
        'storage.artifacts is a bucket, which needs the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      ),
    ],
    [
      'no recipients',
      top('mail: { smtpUrl: "smtp://h", from: a@b.test, recipients: [] }'),
      at(6, 'mail.recipients: expected a list with at least 1 entry, found an empty list.'),
    ],
    [
      'two addresses in one',
      top('mail: { smtpUrl: "smtp://h", from: a@b.test, recipients: ["a@b.test, c@d.test"] }'),
      at(6, 'mail.recipients[0] is "a@b.test, c@d.test". Expected an address such as ops@example.test.'),
    ],
    [
      'mail without a server',
      top('mail: { from: a@b.test, recipients: [a@b.test] }'),
      at(6, 'mail needs the key "smtpUrl", or the environment variable SMTP_URL.'),
    ],
    [
      'key twice',
      top('server: {}\nserver: {}'),
      at(7, 'the key "server" is given twice in the same place, first on line 6. Keep one of them.'),
    ],
    [
      'key of a bot twice',
      bot('auditor: a\n    auditor: b'),
      at(
        7,
        'the key "auditor" of bot demo is given twice in the same place, first on line 6. Keep one of them.',
      ),
    ],
    [
      'a number with a unit that is not the key’s',
      bot('settleDelayS: 2m'),
      at(
        6,
        'bots.demo.settleDelayS: expected a number, found the text "2m". It is a number of seconds; write 120.',
      ),
    ],
    [
      'a number with its unit',
      bot('limits: { maxAgeH: 12h }'),
      at(
        6,
        'bots.demo.limits.maxAgeH: expected a number, found the text "12h". It is a number of hours; write 12.',
      ),
    ],
    [
      'a bracket that is not closed, which the parser tells twice',
      bot('limits: { maxAgeH: 12'),
      at(7, 'this is not valid YAML (bad indent). Check indentation, colons and quotes.'),
    ],
    [
      'not YAML',
      top('server: {'),
      at(7, 'this is not valid YAML (bad indent). Check indentation, colons and quotes.'),
    ],
  ])('%s', async (_what, text, message) => {
    expect(await failure(text)).toBe(message);
  });

  test('all mistakes of a file are told at once, in its order', async () => {
    expect(await failure(`${GOOD}    auditr: me\nserver: { prt: 1 }\n`)).toBe(
      [
        at(6, 'bots.demo has no key "auditr". Did you mean "auditor"?'),
        at(7, 'server has no key "prt". Did you mean "port"?'),
      ].join('\n'),
    );
  });

  test('a file that is not there says how to get one', async () => {
    const { loadConfig } = await import('../../config.ts');
    await expect(loadConfig('/nowhere/audit.config.yaml', {}, { sections: [] })).rejects.toThrow(
      '/nowhere/audit.config.yaml: there is no such file. `production-audit init` writes a commented one; `npm run demo` needs none.',
    );
  });
});
