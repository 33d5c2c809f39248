import { agedLosingPosition, fundingDrag } from './aged-defects.ts';
import { apiErrorBurst, clockDrift, rateLimitHit, slowEntries, targetsUnanswered } from './call-defects.ts';
import {
  countersReset,
  eventsWrittenTwice,
  fillTimesInAnotherZone,
  nanAveragePrice,
  tableDenied,
  unknownOrderStatus,
} from './data-defects.ts';
import {
  decisionsFail,
  ingestionEmpty,
  ingestionStopped,
  purgeMissed,
  refusalSwallowed,
  refusedOrderOpen,
  strategyFails,
} from './decision-defects.ts';
import type { Defect } from './defect.ts';
import {
  breakerOpenAtEnd,
  criticalEventUnalerted,
  deadHour,
  errorCluster,
  errorFlood,
  liquidation,
  newErrorSignature,
} from './event-defects.ts';
import {
  concentratedResult,
  dailyLossLimit,
  feesEatProfit,
  singleTradeLoss,
  walletResidual,
} from './money-defects.ts';
import {
  balanceNotAtExchange,
  exchangeQuantityDiffers,
  fillsNotStored,
  phantomPosition,
  stopNotAtExchange,
  transferNotStored,
  untrackedPosition,
} from './exchange-defects.ts';
import { halfCoveredPosition } from './half-covered-position.ts';
import {
  closedCounterStuck,
  heartbeatGap,
  heartbeatsDegraded,
  reconnectAlerts,
  snapshotsMissing,
} from './monitoring-defects.ts';
import {
  abandonedPosition,
  concurrencyOverLimit,
  entryFailures,
  exitReasonsLost,
  missedExit,
  wrongQuantity,
} from './position-defects.ts';
import { loosenedStop, trailingNotActivated, updateStorm, uselessUpdates } from './trailing-defects.ts';
import {
  lowStreamUptime,
  reconnectStorm,
  reconnectUnread,
  silentStream,
  tradedBlind,
} from './stream-defects.ts';
import { orphanedOrderLeft, staleEntryOrders, zombieCleanupFails } from './order-defects.ts';
import { conflictingWrites, doubleExecution, lostDecisions, stuckQueue } from './race-defects.ts';
import { looserLimit, staleFilters, unreviewedChange } from './setting-defects.ts';
import { nakedStopUpdates, slowInitialStop, stopMissingAtEnd, stopSlippage } from './stop-defects.ts';
import { signalsWithoutOrders } from './signal-defects.ts';

/** Every defect that can be planted, one for each rule: a new rule brings a new entry here. */
export const DEFECTS: readonly Defect[] = [
  concurrencyOverLimit,
  missedExit,
  entryFailures,
  abandonedPosition,
  exitReasonsLost,
  wrongQuantity,
  stopMissingAtEnd,
  slowInitialStop,
  halfCoveredPosition,
  stopSlippage,
  nakedStopUpdates,
  updateStorm,
  loosenedStop,
  trailingNotActivated,
  uselessUpdates,
  lowStreamUptime,
  silentStream,
  reconnectUnread,
  tradedBlind,
  reconnectStorm,
  phantomPosition,
  untrackedPosition,
  exchangeQuantityDiffers,
  fillsNotStored,
  stopNotAtExchange,
  balanceNotAtExchange,
  transferNotStored,
  walletResidual,
  agedLosingPosition,
  fundingDrag,
  orphanedOrderLeft,
  staleEntryOrders,
  zombieCleanupFails,
  feesEatProfit,
  dailyLossLimit,
  singleTradeLoss,
  concentratedResult,
  looserLimit,
  unreviewedChange,
  staleFilters,
  conflictingWrites,
  doubleExecution,
  stuckQueue,
  lostDecisions,
  errorCluster,
  errorFlood,
  newErrorSignature,
  refusalSwallowed,
  refusedOrderOpen,
  deadHour,
  criticalEventUnalerted,
  liquidation,
  breakerOpenAtEnd,
  snapshotsMissing,
  reconnectAlerts,
  closedCounterStuck,
  heartbeatGap,
  heartbeatsDegraded,
  unknownOrderStatus,
  nanAveragePrice,
  fillTimesInAnotherZone,
  eventsWrittenTwice,
  tableDenied,
  countersReset,
  apiErrorBurst,
  rateLimitHit,
  clockDrift,
  slowEntries,
  targetsUnanswered,
  ingestionStopped,
  ingestionEmpty,
  signalsWithoutOrders,
  decisionsFail,
  strategyFails,
  purgeMissed,
];
