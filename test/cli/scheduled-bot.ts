import type { BotConfig } from '../../audit/configuration.ts';
import { botFacts } from '../support/bot-facts.ts';

/** A bot that trades, with a monitor; changes say what is different. */
export function scheduledBot(name: string, change: Partial<BotConfig> = {}): BotConfig {
  return {
    facts: botFacts({
      ...{ name, exchanges: [], auditor: '' },
      sources: { database: 'required', snapshots: 'required' },
    }),
    databaseUrl: 'postgresql://reader@db.example.test/bot',
    allowWritableRole: false,
    asOf: null,
    settleDelayS: 120,
    ...change,
  };
}
