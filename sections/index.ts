import { createRegistry, type Registry } from '../audit/registry.ts';
import { agedPositions } from './aged-positions.ts';
import { auditTrail } from './audit-trail.ts';
import { apiPerformance } from './api-performance.ts';
import { algorithm } from './algorithm.ts';
import { appendixConfiguration, appendixData, appendixQueries, appendixStatistics } from './appendices.ts';
import { codeQuality } from './code-quality.ts';
import { conclusion } from './conclusion.ts';
import { configuration } from './configuration.ts';
import { criticalEvents } from './critical-events.ts';
import { dataIntegrity } from './data-integrity.ts';
import { decisions } from './decisions.ts';
import { failures } from './failures.ts';
import { hourlyTimeline } from './hourly-timeline.ts';
import { ingestion } from './ingestion.ts';
import { monitoringCoverage } from './monitoring-coverage.ts';
import { pnl } from './pnl.ts';
import { positionManagement } from './position-management.ts';
import { positiveFindings } from './positive-findings.ts';
import { raceConditions } from './race-conditions.ts';
import { recommendations } from './recommendations.ts';
import { signals } from './signals.ts';
import { stopLoss } from './stop-loss.ts';
import { storage } from './storage.ts';
import { strategies } from './strategies.ts';
import { trailingStop } from './trailing-stop.ts';
import { websocketHealth } from './websocket-health.ts';
import { zombieOrders } from './zombie-orders.ts';

/** The order of the report. A new section is one module and one line here. */
export const registry: Registry = createRegistry([
  { section: ingestion, listed: true },
  { section: signals, listed: true },
  { section: decisions, listed: true },
  { section: strategies, listed: true },
  { section: failures, listed: true },
  { section: positionManagement },
  { section: stopLoss },
  { section: trailingStop },
  { section: websocketHealth },
  { section: apiPerformance },
  { section: dataIntegrity },
  { section: agedPositions },
  { section: zombieOrders },
  { section: pnl },
  { section: codeQuality },
  { section: configuration },
  { section: raceConditions },
  { section: algorithm },
  { section: hourlyTimeline },
  { section: criticalEvents },
  { section: monitoringCoverage },
  { section: auditTrail, listed: true },
  { section: storage, listed: true },
  { summary: recommendations },
  { summary: positiveFindings },
  { summary: conclusion },
  { summary: appendixStatistics },
  { summary: appendixConfiguration },
  { summary: appendixQueries },
  { summary: appendixData },
]);
