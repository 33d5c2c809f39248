/** The tables of the demo's bot, so that a trial is one of each. */
export const TABLES = [
  'alerts',
  'api_calls',
  'balances',
  'decisions',
  'events',
  'executions',
  'fills',
  'funding',
  'heartbeats',
  'ingestion_runs',
  'instruments',
  'limits',
  'orders',
  'positions',
  'prices',
  'signals',
  'states',
  'stop_changes',
  'stream_events',
  'totals',
  'trailing_updates',
  'transfers',
  'watch_list',
] as const;

/** Changes that rightly pass with nothing found, by name, each with why; what is not here and passes so is a fault. */
const HARMLESS: readonly (readonly [change: RegExp, why: string])[] = [
  [
    /^limits (without|twice)|^limits\.(name|scope|scope_value|unit) /,
    'the operator’s limits stand beside them and are compared; what cannot be read is listed as not judged (CF-01)',
  ],
  [
    /^prices (without half|without a tenth|without the first row|twice)$/,
    'a price a minute is kept by each other one',
  ],
  [
    /^prices without a row$/,
    'a bot may keep no prices: what is held is valued at its entry, and the report says so',
  ],
  [
    /^prices\.(symbol|exchange|kind|high|low) /,
    'as without prices, and no price of another instrument is taken',
  ],
  [
    /^fills\.fee_currency (NULL|of the row before)/,
    'every fee of the demo is in the quote currency, which NULL means',
  ],
  [/^fills\.is_maker /, 'the role changes no money: the wallets agree with the fees'],
  [
    /^fills\.(position_id (NULL|another)|strategy )/,
    'the order of each fill names the position and its strategy',
  ],
  [
    /^fills\.realized_pnl NULL/,
    'a bot need not store results of fills; those here come from prices and quantities',
  ],
  [
    /^positions\.(exit_price|realized_pnl|unrealized_pnl|fees|funding) NULL/,
    'results here come from the fills',
  ],
  [/^positions\.unrealized_pnl x0\.1 for some$/, 'less than half of them: a price that moved on explains it'],
];

/** Why a change that passes with nothing found is harmless; null: it is not known to be. */
export function harmlessWhy(change: string): string | null {
  return HARMLESS.find(([pattern]) => pattern.test(change))?.[1] ?? null;
}
