import { apiPerformance } from './calls.ts';
import {
  algorithm,
  codeQuality,
  configuration,
  criticalEvents,
  hourlyTimeline,
  raceConditions,
} from './events.ts';
import { agedPositions, pnl, zombieOrders } from './money.ts';
import { monitoringCoverage } from './monitoring.ts';
import { dataIntegrity } from './integrity.ts';
import { shared } from './shared.ts';
import * as seed004 from './seed-004.ts';
import type { Sides } from './sides.ts';
import { trailingStop, websocketHealth } from './streams.ts';
import { positionManagement, stopLoss } from './trading.ts';

/** By part of the policy and setting. */
export const THRESHOLDS: Readonly<Record<string, Readonly<Record<string, Sides>>>> = {
  ...seed004,
  'position-management': positionManagement,
  'stop-loss': stopLoss,
  'trailing-stop': trailingStop,
  'websocket-health': websocketHealth,
  'api-performance': apiPerformance,
  'aged-positions': agedPositions,
  'zombie-orders': zombieOrders,
  pnl,
  'code-quality': codeQuality,
  configuration,
  'race-conditions': raceConditions,
  algorithm,
  'hourly-timeline': hourlyTimeline,
  'critical-events': criticalEvents,
  'monitoring-coverage': monitoringCoverage,
  'data-integrity': dataIntegrity,
  shared,
};
