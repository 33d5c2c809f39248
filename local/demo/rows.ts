import { decisionRows, executionRows } from './rows/decisions.ts';
import { apiCallRows } from './rows/api-calls.ts';
import { eventRows } from './rows/events.ts';
import { ingestionRows } from './rows/ingestion.ts';
import {
  alertRows,
  heartbeatRows,
  instrumentRows,
  limitRows,
  priceRows,
  stateRows,
  totalRows,
} from './rows/operations.ts';
import { fillRows, fundingRows, orderRows, stopChangeRows } from './rows/orders.ts';
import { positionRows } from './rows/positions.ts';
import { signalRows, watchRows } from './rows/signals.ts';
import { streamEventRows } from './rows/streams.ts';
import { trailingUpdateRows } from './rows/trailing.ts';
import { balanceRows, transferRows } from './rows/wallets.ts';
import type { DemoRows, World } from './world.ts';

/** All tables of the bot as they stand at `asOf`, with what its writers got wrong. */
export function rowsOf(world: World): DemoRows {
  const rows: DemoRows = {
    position: positionRows(world),
    order: orderRows(world),
    fill: fillRows(world),
    funding: fundingRows(world),
    balance: balanceRows(world),
    transfer: transferRows(world),
    event: eventRows(world),
    stop_change: stopChangeRows(world),
    api_call: apiCallRows(world),
    trailing_update: trailingUpdateRows(world),
    stream_event: streamEventRows(world),
    alert: alertRows(world),
    heartbeat: heartbeatRows(world),
    limit: limitRows(),
    instrument: instrumentRows(),
    state: stateRows(world),
    price: priceRows(world),
    total: totalRows(world),
    decision: decisionRows(world),
    execution: executionRows(world),
    ingestion_run: ingestionRows(world),
    signal: signalRows(world),
    watch: watchRows(world),
  };
  for (const edit of world.rowEdits) edit(rows);
  return rows;
}
