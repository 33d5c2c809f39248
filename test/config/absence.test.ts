import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../config/error.ts';
import { load } from './config-file.ts';

const NO_DATABASE = 'sources: { database: none }';
const WITHOUT =
  'A bot without a database says so with sources: { database: none }; then this key is left out.';

/** A bot on one line of YAML each; what is not given is what a bot without a database needs. */
function bot(...keys: readonly string[]): string {
  return ['bots:', '  demo:', '    environment: paper', ...keys.map((key) => `    ${key}`), ''].join('\n');
}

async function problems(text: string): Promise<string> {
  try {
    await load(text);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ message }) => message).join('\n');
  }
}

describe('a word for "none" where a key should be absent names the right way', () => {
  test.each([
    [bot('mapping: native', 'database: none'), `bots.demo.database is "none". ${WITHOUT}`],
    [bot('mapping: native', 'database: "N/A"'), `bots.demo.database is "N/A". ${WITHOUT}`],
    [bot('mapping: native', 'database: false'), `bots.demo.database: expected text. ${WITHOUT}`],
    [bot('mapping: none', NO_DATABASE), `bots.demo.mapping is "none". ${WITHOUT}`],
    [
      bot(NO_DATABASE, 'snapshots: none'),
      'A bot without snapshots says so with sources: { snapshots: none }.',
    ],
    [
      bot(NO_DATABASE, 'asOf: null', 'timeZone: off'),
      'bots.demo.timeZone is "off". Leave the key out instead.',
    ],
    [
      bot('sources: none'),
      'found the text "none". Write each source by its name, such as sources: { database: none',
    ],
    [
      bot(NO_DATABASE, 'allowWritableRole: off'),
      'expected true or false, found the text "off". Write false.',
    ],
    [bot('sources: { database: false }'), 'found false. Write none.'],
    [bot('sources: { database: No }'), 'found the text "No". Write none.'],
    [bot(NO_DATABASE, 'entities: none'), 'Write each entity by its name, such as entities: { state: none }.'],
    [bot(NO_DATABASE, 'entities: { state: false }'), 'Write none.'],
    [
      bot(NO_DATABASE, 'exchanges: none'),
      'expected a list, found the text "none". Leave the key out instead.',
    ],
    [bot(NO_DATABASE, 'exchanges: [none]'), 'bots.demo.exchanges[0] is "none". Leave the key out instead.'],
    [
      bot(NO_DATABASE, 'limits: { dailyLoss: none }'),
      'is not an amount such as 500 or "500.25". Leave the key out',
    ],
    [
      bot(NO_DATABASE, 'limits: off'),
      'expected keys and values, found the text "off". Leave the key out instead.',
    ],
    [
      `${bot(NO_DATABASE)}mail: none\n`,
      'mail: expected keys and values, found the text "none". Leave the key out',
    ],
    [
      `${bot(NO_DATABASE)}metrics: false\n`,
      'metrics: expected keys and values, found false. Leave the key out',
    ],
    [`${bot(NO_DATABASE)}defaultBot: none\n`, 'defaultBot is "none". Leave the key out instead.'],
    [
      `${bot(NO_DATABASE)}temporal: { uiUrl: none }\n`,
      'temporal.uiUrl is "none". Leave the key out instead.',
    ],
    [
      bot('sources: { database: }'),
      'because sources.database is required; a bot without one says sources: { database: none }.',
    ],
    [bot('mapping: native', 'dsn: postgres://h/d'), 'bots.demo has no key "dsn". Did you mean "database"?'],
    [bot(NO_DATABASE, 'venues: [binance]'), 'bots.demo has no key "venues". Did you mean "exchanges"?'],
  ])('%#: %s', async (text, expected) => {
    const said = await problems(text);
    expect(said).toContain(expected);
    // One mistake is told once.
    expect(said.split('\n').filter((line) => line.includes(expected))).toHaveLength(1);
  });

  test.each([['null'], ['~'], ['""'], ['']])('%s is a key left out', async (nothing) => {
    expect(await problems(bot(NO_DATABASE, `database: ${nothing}`, `asOf: ${nothing}`))).toBe('');
    expect(await problems(`${bot(NO_DATABASE)}mail: ${nothing}\n`)).toBe('');
  });
});

test.each([
  ['logs', 'required'],
  ['configuration', 'required'],
  ['code', 'optional'],
])('the source %s, %s, is refused, since nothing reads it', async (source, declared) => {
  const said = await problems(bot(`sources: { database: none, ${source}: ${declared} }`));
  expect(said).toBe(
    `bots.demo.sources.${source} is ${declared}, and this version does not read it. Leave the key out, or write none.`,
  );
  expect(await problems(bot(`sources: { database: none, ${source}: none }`))).toBe('');
});
