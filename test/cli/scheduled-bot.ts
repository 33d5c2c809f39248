import type { BotConfig } from '../../audit/configuration.ts';

/** A bot that trades, with a monitor; changes say what is different. */
export function scheduledBot(name: string, change: Partial<BotConfig> = {}): BotConfig {
  const sources = {
    database: 'required',
    snapshots: 'required',
    logs: 'none',
    exchange: 'none',
    configuration: 'none',
    code: 'none',
  } as const;
  return {
    facts: {
      name,
      mapping: 'native',
      environment: 'paper',
      exchanges: [],
      timeZone: 'UTC',
      quoteCurrency: 'USDT',
      auditor: '',
      version: null,
      sources,
      notApplicable: {},
      limits: {
        maxPositions: null,
        dailyLoss: null,
        perTradeLoss: null,
        exposure: null,
        leverage: null,
        maxAgeH: null,
      },
      heartbeatIntervalS: 60,
      strategiesWithoutStop: [],
      overrides: [],
    },
    databaseUrl: 'postgresql://reader@db.example.test/bot',
    allowWritableRole: false,
    asOf: null,
    settleDelayS: 120,
    ...change,
  };
}
