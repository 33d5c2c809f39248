import { bindParameters } from '../sources/database/compile.ts';
import { TIMEOUTS, transactionSettings } from '../sources/database/connect.ts';
import type { StatementRun } from '../sources/database/statement-times.ts';
import { connectedClient } from '../local/pg-client.ts';
import { pastCosts, WINDOW } from './past.ts';
import { ratio, wallMs, type Ratio } from './ratio.ts';
import { recordStatements } from './statements.ts';

const BARE_BAR = 2.5;
const LOOK_BACK_BAR = 0.3;
/** Half as much for what follows the window, and the look-back, which finds nothing in a past of one day. */
const HISTORY_BAR = 1.5 + LOOK_BACK_BAR;
/** Statements that look back seven days from the window by design. */
const LOOK_BACK: ReadonlySet<string> = new Set(['left-behind', 'heartbeat-gaps']);

/** Reading all evidence of the newest shift against the same statements by bare `pg` in one transaction; least of the rounds. */
export async function benchCollect(url: string, rounds: number): Promise<readonly Ratio[]> {
  let [ours, floor] = [Infinity, Infinity];
  for (let round = 0; round <= rounds; round += 1) {
    const [readMs, { statements }] = await wallMs(() => recordStatements(url, WINDOW, TIMEOUTS));
    const [bareMs] = await wallMs(() => asked(url, statements));
    // The first round warms the caches; it is not counted.
    if (round > 0) [ours, floor] = [Math.min(ours, readMs), Math.min(floor, bareMs)];
  }
  return [ratio('collect', 'evidence read / the same statements by bare pg', 'ms', ours, floor, BARE_BAR)];
}

/** What a long past adds to each audit, with the indexes of a normal bot. */
export async function benchHistory(days: number, rounds: number): Promise<readonly Ratio[]> {
  const { statements: costs, serverS } = await pastCosts(days, rounds);
  const failed = costs.flatMap(({ indexed, bare }) => [indexed, bare]).filter(({ error }) => error !== null);
  if (failed.length > 0)
    throw new Error(
      `with a past of ${String(days)} days these fail: ${failed.map(({ name, error }) => `${name}: ${String(error)}`).join('; ')}`,
    );
  const total = (of: (cost: (typeof costs)[number]) => number): number =>
    costs.reduce((ms, cost) => ms + of(cost), 0);
  const past = `${String(days)} days`;
  const [long, bare] = [total(({ indexed }) => indexed.ms), total((cost) => cost.bare.ms)];
  const lookBack = total(({ indexed }) => (LOOK_BACK.has(indexed.name) ? indexed.ms : 0));
  return [
    ratio(
      'history',
      `all statements, the server's CPU: ${past} / one day of history`,
      'ms',
      serverS.indexed * 1_000,
      serverS.one * 1_000,
      HISTORY_BAR,
    ),
    ratio(
      'history',
      `look-back of a week / all others, ${past}`,
      'ms',
      lookBack,
      long - lookBack,
      LOOK_BACK_BAR,
    ),
    ratio(
      'history',
      `no index but ids, ${past} / a statement's timeout`,
      'ms',
      bare,
      TIMEOUTS.statementMs,
      1,
    ),
  ];
}

async function asked(url: string, statements: readonly StatementRun[]): Promise<void> {
  const client = await connectedClient({ connectionString: url });
  try {
    await client.query(transactionSettings(TIMEOUTS));
    for (const { sql, parameters } of statements) {
      const { text, values } = bindParameters(sql, parameters);
      await client.query(text, [...values]);
    }
  } finally {
    await client.end();
  }
}
