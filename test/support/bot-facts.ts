import type { BotFacts } from '../../audit/evidence.ts';

export const NO_LIMITS: BotFacts['limits'] = {
  maxPositions: null,
  dailyLoss: null,
  perTradeLoss: null,
  exposure: null,
  leverage: null,
  maxAgeH: null,
};

const NO_SOURCES: BotFacts['sources'] = {
  database: 'none',
  snapshots: 'none',
  logs: 'none',
  exchange: 'none',
  configuration: 'none',
  code: 'none',
};

/** A paper bot without limits; a source that is not named is none. */
export function botFacts({
  sources,
  ...change
}: Partial<Omit<BotFacts, 'sources'>> & { readonly sources: Partial<BotFacts['sources']> }): BotFacts {
  return {
    name: 'demo',
    mapping: 'native',
    environment: 'paper',
    exchanges: ['binance', 'bybit'],
    timeZone: 'UTC',
    quoteCurrency: 'USDT',
    auditor: 'tests',
    version: null,
    notApplicable: {},
    limits: NO_LIMITS,
    heartbeatIntervalS: 60,
    strategiesWithoutStop: [],
    overrides: [],
    ...change,
    sources: { ...NO_SOURCES, ...sources },
  };
}
