import type { Edition, Report } from '../../audit/report.ts';
import { text } from '../../audit/text.ts';
import { FROM, TO, figures, series } from './sample-figures.ts';
import { datasets, findings } from './sample-findings.ts';
import { front, judgement } from './sample-front.ts';
import { sections } from './sample-sections.ts';

export const edition: Edition = {
  revision: 1,
  reportedAt: '2026-11-20T08:05:12.000Z',
  reportHash: '9f3c0a7be1d24c5586aa0b1c2d3e4f506172839405b6c7d8e9fa0b1c2d3e4fe1',
};

const ok = { declared: 'required', status: 'ok', dataAsOf: TO, provisional: false, stale: false } as const;
const none = { declared: 'none', status: 'none', dataAsOf: null, provisional: false, stale: false } as const;

/** A report as the engine could make it: every block type, missing numbers, gaps, long words. */
export const sample: Report = {
  schemaVersion: 1,
  kind: 'production',
  kindTitle: 'Production audit',
  window: { from: FROM, to: TO },
  bot: {
    name: 'demo',
    mapping: 'native',
    environment: 'testnet',
    exchanges: ['binance', 'bybit'],
    timeZone: 'UTC',
    quoteCurrency: 'USDT',
    auditor: 'production-audit',
    version: '1.4.2',
    sources: {
      database: 'required',
      snapshots: 'required',
      logs: 'none',
      exchange: 'none',
      configuration: 'none',
      code: 'none',
    },
    notApplicable: {},
    limits: {
      maxPositions: 80,
      dailyLoss: '500',
      perTradeLoss: null,
      exposure: null,
      leverage: null,
      maxAgeH: 12,
    },
    heartbeatIntervalS: 60,
    strategiesWithoutStop: [],
    overrides: [],
  },
  databaseVersion: 'PostgreSQL 18.4',
  evidenceHash: '1be0aa7be1d24c5586aa0b1c2d3e4f506172839405b6c7d8e9fa0b1c2d3e4f77',
  sources: {
    database: ok,
    snapshots: { ...ok, provisional: true },
    logs: none,
    exchange: none,
    configuration: none,
    code: none,
  },
  entities: [
    {
      entity: 'position',
      status: 'ok',
      columns: ['id', 'symbol'],
      wrongTypes: [],
      everHadRows: true,
      unknownSpellings: [],
      unusable: [],
    },
    {
      entity: 'fill',
      status: 'missing',
      columns: [],
      wrongTypes: [],
      everHadRows: false,
      unknownSpellings: [],
      unusable: [],
    },
  ],
  judgement,
  front,
  checks: [
    {
      id: 'SL4',
      section: 'stop-loss',
      title: 'Unprotected exposure',
      dimension: 'risk',
      weight: 10,
      outcome: { state: 'known', r: 0, credit: 1, text: text`2 positions` },
    },
    {
      id: 'PN10',
      section: 'pnl',
      title: 'Wallet identity',
      dimension: 'integrity',
      weight: 10,
      outcome: { state: 'unknown', reason: 'missing_entity', text: text`no balances` },
    },
    {
      id: 'AP3',
      section: 'pnl',
      title: 'Latency',
      dimension: 'performance',
      weight: 7.5,
      outcome: { state: 'not_applicable', text: text`By configuration: none` },
    },
  ],
  gates: [
    {
      id: 'unprotected-at-end',
      section: 'stop-loss',
      title: 'No position is unprotected at the end',
      failed: true,
      text: text`2 positions`,
    },
    {
      id: 'wallet',
      section: 'pnl',
      title: 'The wallet residual is small',
      failed: null,
      text: text`No balances were seen.`,
    },
    {
      id: 'count',
      section: 'position-management',
      title: 'Positions reconcile',
      failed: false,
      text: text`Start plus opened less closed is the end.`,
    },
  ],
  findings,
  sections,
  figures,
  series,
  datasets,
  queries: [
    {
      id: 'positions',
      title: 'Positions of the window',
      source: 'database',
      written: 'select 1',
      sql: 'select 1',
      parameters: { from: FROM, to: TO, bucket_s: 3600 },
      status: 'ok',
      rowCount: 604,
      rows: 'ab'.repeat(32),
    },
    {
      id: 'timeline',
      title: 'Activity by hour',
      source: 'database',
      written: 'select 2',
      sql: 'select 2',
      parameters: {},
      status: 'error',
      reason: 'source_failed',
      error: 'canceling statement due to statement timeout',
      rowCount: 0,
      rows: null,
    },
  ],
  files: [
    {
      name: 'snapshots.jsonl',
      title: 'Snapshots of the window',
      rows: 462,
      bytes: 190_233,
      sha256: 'cd'.repeat(32),
      first: FROM,
      last: TO,
    },
    {
      name: 'data/aged.positions.csv',
      title: 'Aged positions',
      rows: 2000,
      bytes: 88_001,
      sha256: 'ef'.repeat(32),
      first: null,
      last: null,
    },
  ],
  policy: { 'stop-loss': { graceS: 60, ladder: [1, 0.5, 0], names: { a: null, b: true } } },
};
