import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BotConfig } from '../audit/configuration.ts';
import type { EntityName } from '../audit/contract.ts';
import type { Account, BotLimits } from '../audit/evidence.ts';
import { dsnProblem } from './dsn.ts';
import { didYouMean, insteadOf } from './nearest.ts';
import type { BotFile } from './schema.ts';
import { zoneProblem } from './zone.ts';

const MAPPINGS = fileURLToPath(new URL('../mappings', import.meta.url));
/** Names enter URLs, file names and workflow ids. */
const BOT_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const ZONED_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Sources that have a name and checks that wait for them, and nothing that reads them yet. */
const UNREAD = ['logs', 'configuration', 'code'] as const;

/** Reports a problem at a key of the bot; `[]` is the bot itself. */
export type Report = (key: readonly (string | number)[], message: string) => void;

export interface BotContext {
  /** Of the configuration file. */
  readonly path: string;
  readonly checkIds: readonly string[] | null;
  /** Names of our own mappings. */
  readonly mappings: readonly string[];
  readonly report: Report;
}

/** A bot of the file as the engine and the collector see it. Problems go to `report`; the result then is not used. */
export function toBotConfig(name: string, bot: BotFile, context: BotContext): BotConfig {
  const { report, checkIds } = context;
  if (!BOT_NAME.test(name)) {
    report(
      [],
      `is not a name for a bot. Use lower case letters, digits, dot, dash and underscore, at most 63.`,
    );
  }
  const zone = zoneProblem(bot.timeZone);
  if (zone !== null) report(['timeZone'], zone);
  if (checkIds !== null) {
    for (const id of Object.keys(bot.notApplicable).filter((key) => !checkIds.includes(key))) {
      report(
        ['notApplicable', id],
        `is not a check.${didYouMean(id, checkIds)} docs/sections.md lists them.`,
      );
    }
  }
  for (const source of UNREAD)
    if (bot.sources[source] !== 'none')
      report(
        ['sources', source],
        `is ${bot.sources[source]}, and this version does not read it. Leave the key out, or write none.`,
      );
  const mapping = mappingOf(bot, context);
  return {
    facts: {
      name,
      mapping: mapping.name,
      environment: bot.environment,
      exchanges: exchangesOf(bot, report),
      timeZone: bot.timeZone,
      quoteCurrency: bot.quoteCurrency,
      accounts: accountsOf(bot, report),
      atPar: bot.atPar.map((currency) => currency.toUpperCase()),
      auditor: bot.auditor,
      version: bot.version ?? null,
      sources: bot.sources,
      notApplicable: bot.notApplicable,
      limits: toLimits(bot.limits),
      heartbeatIntervalS: bot.heartbeatIntervalS,
      strategiesWithoutStop: bot.strategiesWithoutStop,
      without: (Object.keys(bot.entities) as EntityName[]).sort(),
      overrides: bot.allowWritableRole ? ['allowWritableRole'] : [],
    },
    databaseUrl: databaseUrl(bot, report),
    allowWritableRole: bot.allowWritableRole,
    asOf: asOf(bot, report),
    settleDelayS: bot.settleDelayS,
    connections: bot.connections,
    patienceS: bot.patienceS,
    ...(mapping.folder !== null && { mappingFolder: mapping.folder }),
    snapshots: bot.sources.snapshots === 'none' ? 'none' : bot.snapshots,
    ...retentionOf(bot, report),
  };
}

function accountsOf({ accounts, exchanges }: BotFile, report: Report): Readonly<Record<string, Account>> {
  const venues = exchanges.map(lowerCase);
  return Object.fromEntries(
    Object.entries(accounts).map(([exchange, { type, settles }]) => {
      const venue = lowerCase(exchange);
      if (!venues.includes(venue))
        report(['accounts', exchange], `is not one of the bot's exchanges.${didYouMean(venue, venues)}`);
      if (type !== 'spot' && settles.length === 0)
        report(
          ['accounts', exchange],
          'needs the key "settles": the currencies in which its contracts settle, such as [USDT].',
        );
      if (type === 'spot' && settles.length > 0)
        report(['accounts', exchange, 'settles'], 'is given, but nothing settles in a spot account.');
      return [venue, { type, settles: settles.map((currency) => currency.toUpperCase()) }];
    }),
  );
}

function exchangesOf(bot: BotFile, report: Report): readonly string[] {
  const exchanges = bot.exchanges.map(lowerCase);
  exchanges.forEach((exchange, index) => {
    if (exchanges.indexOf(exchange) !== index)
      report(['exchanges', index], `is "${exchange}", which stands there already. Keep one of them.`);
  });
  return exchanges;
}

function lowerCase(exchange: string): string {
  return exchange.trim().toLowerCase();
}

function databaseUrl(bot: BotFile, report: Report): string | null {
  if (bot.sources.database === 'none') {
    if (bot.database !== undefined)
      report(['database'], 'is given, but sources.database is none. Remove one of the two.');
    return null;
  }
  if (bot.database === undefined) {
    report(
      [],
      `needs the key "database", because sources.database is ${bot.sources.database}; a bot without one says sources: { database: none }.`,
    );
    return null;
  }
  const problem = dsnProblem(bot.database, ['postgres:', 'postgresql:']);
  if (problem !== null) report(['database'], problem);
  return bot.database;
}

function retentionOf({ retention, timeZone }: BotFile, report: Report): Pick<BotConfig, 'retention'> {
  if (retention === undefined) return {};
  const { database, days, tables, unattended } = retention;
  const problem = dsnProblem(database, ['postgres:', 'postgresql:']);
  if (problem !== null) report(['retention', 'database'], problem);
  return { retention: { databaseUrl: database, days, tables, unattended, timeZone } };
}

interface Mapping {
  readonly name: string;
  /** Null: a folder of mappings/, or none at all. */
  readonly folder: string | null;
}

/** Reports name the mapping, never where this machine keeps it; a bot without a database has `none`. */
function mappingOf({ mapping, sources }: BotFile, { path, mappings: names, report }: BotContext): Mapping {
  if (mapping === undefined) {
    if (sources.database !== 'none')
      report([], `needs the key "mapping": one of ${names.join(', ')}, or a path.`);
    return { name: 'none', folder: null };
  }
  if (isAbsolute(mapping) || mapping.startsWith('.')) {
    const folder = resolve(dirname(path), mapping);
    if (!existsSync(folder)) report(['mapping'], `names the folder ${mapping}, which does not exist.`);
    return { name: basename(folder), folder };
  }
  if (!names.includes(mapping)) {
    report(
      ['mapping'],
      `names "${mapping}", which is not in mappings/.${insteadOf('mapping', mapping, names)}`,
    );
  }
  return { name: mapping, folder: null };
}

/** Folders of mappings/ that hold something. */
export function mappingNames(): readonly string[] {
  if (!existsSync(MAPPINGS)) return [];
  return readdirSync(MAPPINGS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(MAPPINGS, entry.name)).length > 0)
    .map(({ name }) => name)
    .sort();
}

function asOf(bot: BotFile, report: Report): string | null {
  if (bot.asOf === undefined) return null;
  if (!ZONED_TIME.test(bot.asOf) || Number.isNaN(Date.parse(bot.asOf)) || !isDay(bot.asOf.slice(0, 10))) {
    report(['asOf'], `is "${bot.asOf}". Expected a time with its zone, such as 2025-10-09T16:13:00Z.`);
    return null;
  }
  return new Date(bot.asOf).toISOString();
}

/** JavaScript reads 31 February as 3 March. */
function isDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

function toLimits(limits: BotFile['limits']): BotLimits {
  const decimal = (value: string | number | undefined): string | null =>
    value === undefined ? null : String(value);
  return {
    maxPositions: limits.maxPositions ?? null,
    dailyLoss: decimal(limits.dailyLoss),
    perTradeLoss: decimal(limits.perTradeLoss),
    exposure: decimal(limits.exposure),
    leverage: limits.leverage ?? null,
    maxAgeH: limits.maxAgeH ?? null,
  };
}
