import type { StoreKept } from '../../workflows/maintenance-types.ts';
import type { AuditActivities, PlannedAudit, ReportReference } from '../../activities/types.ts';
import type { BotPurgePlan, PurgePlanned } from '../../activities/upkeep-types.ts';

import type { RuleLook } from '../../audit/alerts/alert.ts';

/**
 * Activities that answer at once, for tests of what the workflows do with answers: their order, their timers, their
 * branches. Tests of what activities do use the real ones on real servers.
 */
export function scriptedActivities(own: Partial<AuditActivities> = {}): AuditActivities {
  return {
    resolveAudit: ({ input }) =>
      Promise.resolve({
        audit: {
          bot: input.bot ?? 'demo',
          kind: input.kind ?? 'production',
          window: { from: input.from ?? SHIFT.from, to: input.to ?? SHIFT.to },
          deliver: input.deliver ?? false,
        },
        searchAttributes: false,
        period: 'period',
      }),
    collectEvidence: () => Promise.resolve(COLLECTED),
    collectWithoutDatabase: () => Promise.resolve(COLLECTED),
    evaluateSection: ({ section }) =>
      Promise.resolve({ section, resultHash: `hash-${section}`, error: null, findings: 0, figures: 1 }),
    assembleReport: () =>
      Promise.resolve({
        report: REPORT,
        verdict: 'PASS',
        colour: 'GREEN',
        overall: 9.9,
        scores: { stability: 9.9 },
        actions: [],
        coverage: 100,
        topFindings: [],
        findings: 0,
        dataFiles: {},
      }),
    renderText: () => Promise.resolve({ files: { html: FILE, md: FILE, json: FILE }, failed: [] }),
    renderPdf: () => Promise.resolve({ file: FILE, pages: 20 }),
    archiveReport: () => Promise.resolve({ urls: { pdf: 'http://127.0.0.1/report.pdf' } }),
    planDelivery: () => Promise.resolve({ mails: ['mail-1'], skipped: null }),
    deliverMail: () => Promise.resolve({ state: 'accepted', detail: '250' }),
    planNoReport: () => Promise.resolve({ mails: ['mail-1'], skipped: null }),
    deliverNoReport: () => Promise.resolve({ state: 'accepted', detail: '250' }),
    reopenDelivery: ({ delivery }) => Promise.resolve({ mail: delivery, report: REPORT, was: 'rejected' }),
    planNightly: () => Promise.resolve([]),
    planMonthly: () => Promise.resolve([]),
    planPeriod: () => Promise.resolve({ audits: [], settledAt: null }),
    keepStore: () => Promise.resolve(STORE_KEPT),
    botNames: () => Promise.resolve(['demo']),
    examineBot: ({ bot }) =>
      Promise.resolve({ bot, outcome: 'works', lines: ['PostgreSQL 18.0, 12 kinds of data can be read'] }),
    otherRun: () => Promise.resolve({ running: true, found: null }),
    planMonitor: ({ input, now }) => {
      const from = new Date(Math.ceil(Date.parse(now) / 60_000) * 60_000).toISOString();
      const to = new Date(Date.parse(from) + (input.hours ?? 8) * 3_600_000).toISOString();
      return Promise.resolve({
        bot: input.bot ?? 'demo',
        window: { from, to },
        settleDelayS: 120,
        searchAttributes: false,
        period: 'period',
        audit: {
          workflowId: `audit/demo/production/${from}`,
          summary: 'demo',
          input: { bot: 'demo', from, to },
        },
      });
    },
    planPurge: ({ purge }) => Promise.resolve({ ...PURGE_PLAN, purge }),
    beginPurge: () => Promise.resolve(),
    purgeBatch: () => Promise.resolve({ left: 0 }),
    finishPurge: () => Promise.resolve({ removed: {} }),
    planPurgeMails: () => Promise.resolve({ mails: ['mail-1'], skipped: null }),
    deliverPurgeMail: () => Promise.resolve({ state: 'accepted', detail: '250' }),
    planBotPurge: ({ purge, input }) =>
      Promise.resolve({
        ...BOT_PURGE_PLAN,
        purge,
        bot: input.bot ?? 'demo',
        execute: input.execute ?? false,
      }),
    removeBotRows: ({ table, cursor }) =>
      Promise.resolve(
        table === 'api_payloads' && cursor === null
          ? { seen: 1_000, removed: 900, cursor: { time: '2024-10-20 00:00:00', key: '1000' } }
          : { seen: 500, removed: 500, cursor: null },
      ),
    closeBotPurge: () => Promise.resolve(),
    planAlertWatch: ({ input }) => Promise.resolve({ bots: [input.bot ?? 'demo'], searchAttributes: false }),
    watchAlerts: ({ bot }) => Promise.resolve({ bot, firing: 0, unknown: [], unwatched: [] }),
    planNotice: ({ notice }) => Promise.resolve({ mails: [`mail ${notice.key}`], skipped: null }),
    deliverNotice: () => Promise.resolve({ state: 'accepted', detail: '250' }),
    checkReports: () => Promise.resolve({ problems: 0, untold: [], searchAttributes: false }),
    reportsTold: () => Promise.resolve(),
    sendUnrecorded: () => Promise.resolve({ sent: 1, failed: [] }),
    takeSnapshot: () => Promise.resolve({ inserted: true }),
    noteGaps: () => Promise.resolve({ present: [] }),
    ...own,
  };
}

const NOTHING = { items: 0, rows: 0, totalRows: 100, kept: 0, freedBytes: 0, reusableBytes: 0 };
const NO_TIMES = { oldest: null, newest: null, cutoff: '2025-10-01T00:00:00.000Z' };

export const PURGE_PLAN: PurgePlanned = {
  purge: 'purge',
  planHash: '3f9a1c07'.repeat(8),
  approval: 'person',
  approvalHours: 72,
  classes: [
    { name: 'evidence', ...NOTHING, ...NO_TIMES },
    { name: 'reports', ...NOTHING, ...NO_TIMES, items: 2, rows: 3, reusableBytes: 4_000 },
    { name: 'mails', ...NOTHING, ...NO_TIMES },
    { name: 'snapshots', ...NOTHING, ...NO_TIMES, items: 1, rows: 10, freedBytes: 1_400_000 },
    { name: 'artifacts', ...NOTHING, ...NO_TIMES, items: 5, rows: 5, freedBytes: 900 },
  ],
  tripped: [],
  notes: [],
};

const BOT_PURGE_PLAN: BotPurgePlan = {
  purge: 'purge',
  bot: 'demo',
  cutoff: '2024-11-01T00:00:00.000Z',
  execute: false,
  tables: [
    { table: 'api_call_logs', old: 500, removed: 0, kept: 0 },
    { table: 'api_payloads', old: 1_500, removed: 0, kept: 0 },
  ],
  warnings: [],
};

const STORE_KEPT: StoreKept = {
  monthsMade: ['2027-01'],
  leftovers: 2,
  databaseBytes: 12_000_000,
  snapshotBytes: 8_000_000,
  snapshotMonths: 3,
  artifacts: 1_200,
  artifactBytes: 90_000_000,
  freeBytes: 4_000_000_000,
  warnings: [],
};

export const SHIFT = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };
const FILE = { hash: 'f'.repeat(64), bytes: 10 };

export const REPORT: ReportReference = {
  bot: 'demo',
  kind: 'production',
  window: SHIFT,
  evidenceHash: 'e'.repeat(64),
  reportHash: 'a'.repeat(64),
  revision: 1,
  reportedAt: '2026-11-20T08:05:00.000Z',
};

const COLLECTED = {
  evidenceHash: 'e'.repeat(64),
  sections: [
    { id: 'stop-loss', title: 'Stop-loss' },
    { id: 'pnl', title: 'PnL' },
  ],
  queries: 31,
  failedQueries: 0,
  rows: 61_204,
};

export function planned(name: string, change: Partial<PlannedAudit> = {}): PlannedAudit {
  return {
    workflowId: `audit/${name}`,
    summary: name,
    input: { bot: name, ...SHIFT, deliver: true },
    found: null,
    ...change,
  };
}

/** A look at a bot that is gone. */
export const LOST_HEARTBEAT: RuleLook = {
  ...{ rule: 'heartbeat-gap', title: 'Heartbeat lost', state: 'watched', reason: null, doubt: null },
  firings: [
    {
      ...{
        id: '3f9a1c0700',
        rule: 'heartbeat-gap',
        title: 'Heartbeat lost',
        level: 'critical',
        subject: 'bot',
      },
      ...{ text: 'No heartbeat for 12 minutes; more than 10 minutes is too long.', inhibitedBy: [] },
    },
  ],
};
