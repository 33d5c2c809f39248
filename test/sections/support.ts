import type { EntityName } from '../../audit/contract.ts';
import { CONTRACT } from '../../audit/contract.ts';
import type { BotFacts, EntityState, HistoryWindow, Policy } from '../../audit/evidence.ts';
import { figureKey, type Figure, type Labels } from '../../audit/figure.ts';
import type { Query, SourceName } from '../../audit/query.ts';
import type { InputSource } from '../../audit/input.ts';
import type { Rows, Section, SectionContext, SectionResult } from '../../audit/section.ts';
import { createFactReader } from '../../audit/shared-fact.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Missing } from '../../audit/value.ts';
import { botFacts } from '../support/bot-facts.ts';

export const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' } as const;

/** A time of the test window: `at('07:48')` or `at('07:48:02.114')`. */
export function at(clock: string, day = '2026-11-20'): string {
  const [hours = '00', minutes = '00', seconds = '00'] = clock.split(':');
  return new Date(`${day}T${hours}:${minutes}:${seconds}Z`).toISOString();
}

/** Rows by query id; missing columns of a row become NULL, as the compiler makes them. */
export interface Evidence {
  readonly rows?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[] | Missing>>;
  /** Entities or `entity.column` that the mapping lacks. */
  readonly lacks?: readonly string[];
  readonly window?: { readonly from: string; readonly to: string };
  readonly bot?: Partial<BotFacts>;
  readonly settings?: Policy[string];
  /** Settings of the facts that it shares with others. */
  readonly thresholds?: Policy[string];
  readonly alive?: boolean;
  readonly kind?: string;
  readonly bucketS?: number;
  readonly history?: readonly HistoryWindow[];
  readonly context?: Partial<Omit<SectionContext, 'factOf'>>;
}

export const BOT = botFacts({
  environment: 'live',
  accounts: {
    binance: { type: 'linear', settles: ['USDT'] },
    bybit: { type: 'linear', settles: ['USDT'] },
  },
  sources: { database: 'required', snapshots: 'optional' },
  heartbeatIntervalS: 300,
});

/** An entity that was read without any trouble, unless said otherwise. */
export const entity = (name: EntityName, over: Partial<EntityState> = {}): EntityState => ({
  entity: name,
  status: 'ok',
  columns: ['id'],
  wrongTypes: [],
  everHadRows: true,
  unknownSpellings: [],
  unusable: [],
  ...over,
});

/** The context that the engine would make of this evidence, shared facts included: a query without rows here is an empty table. */
export function contextOf(evidence: Evidence): SectionContext {
  const lacks = new Set(evidence.lacks);
  const source: InputSource = {
    window: evidence.window ?? WINDOW,
    kind: evidence.kind ?? 'production',
    bucketS: evidence.bucketS ?? 3600,
    bot: { ...BOT, ...evidence.bot },
    sources: Object.fromEntries(
      (Object.keys(BOT.sources) as SourceName[]).map((name) => [
        name,
        {
          declared: BOT.sources[name],
          status: BOT.sources[name] === 'none' ? 'none' : 'ok',
          dataAsOf: null,
          provisional: false,
          stale: false,
        },
      ]),
    ) as SectionContext['sources'],
    entities: [],
    history: evidence.history ?? [],
    alive: evidence.alive ?? true,
    credit: { venue: 1, fills: 1, bot: 0.5, flag: 0 },
    has: (entity, column) =>
      !lacks.has(entity) && !(column !== undefined && lacks.has(`${entity}.${column}`)),
    rowsOf: (query) => rowsOf(query, evidence, lacks),
    policy: evidence.thresholds ? { shared: evidence.thresholds } : {},
    ...evidence.context,
  };
  return { ...source, factOf: createFactReader(source) };
}

function rowsOf(query: Query, evidence: Evidence, lacks: ReadonlySet<string>): Rows<unknown> {
  const absent = query.entities.find((entity) => lacks.has(entity));
  if (absent !== undefined) return { ok: false, value: null, reason: 'missing_entity', detail: absent };
  const given = evidence.rows?.[query.id] ?? [];
  if ('value' in given) return { ok: false, ...given };
  return { ok: true, rows: given.map((row) => query.row.parse({ ...emptyRow(query), ...row })) };
}

/** Every column of the query's entities as NULL, so that a test names only what it is about. */
function emptyRow(query: Query): Record<string, unknown> {
  return Object.fromEntries(
    query.entities.flatMap((entity: EntityName) =>
      Object.keys(CONTRACT[entity]).map((column) => [column, null]),
    ),
  );
}

/** Evaluates a section; one that throws is a failed test, not a failed section. */
export function evaluate(section: Section, evidence: Evidence): SectionResult {
  const { policy, ...context } = contextOf(evidence);
  const own = evidence.settings ? { [section.id]: evidence.settings } : {};
  const result = section.evaluate({ ...context, policy: { ...policy, ...own } });
  if (result.status === 'failed') throw new Error(result.error);
  return result;
}

export function figureOf(result: SectionResult, name: string, labels: Labels = {}): Figure {
  const key = figureKey(name, labels);
  const figure = result.figures.find((candidate) => candidate.key === key);
  if (!figure)
    throw new Error(`no figure ${key}; there are: ${result.figures.map((one) => one.key).join(', ')}`);
  return figure;
}

/** The figure's value, or its reason in angle brackets: `<missing_entity>`. */
export function valueOf(result: SectionResult, name: string, labels: Labels = {}): string | number {
  const figure = figureOf(result, name, labels);
  return figure.value ?? `<${figure.reason ?? ''}>`;
}

export function findingsOf(result: SectionResult, rule: string): readonly Finding[] {
  return result.findings.filter((finding) => finding.rule === rule);
}

/** The check's r, or its state when it is not known. */
export function checkOf(result: SectionResult, id: string): number | string {
  const check = result.checks.find((candidate) => candidate.id === id);
  if (!check) throw new Error(`no check ${id}`);
  return check.outcome.state === 'known' ? check.outcome.r : check.outcome.state;
}

/** Every key and id that blocks and sentences point at exists: what a renderer would trip over. */
export function danglingReferences(result: SectionResult): readonly string[] {
  const keys = new Set(result.figures.map(({ key }) => key));
  const series = new Set(result.series.map(({ id }) => id));
  const datasets = new Set(result.datasets.map(({ id }) => id));
  const missing = new Set<string>();
  const visit = (node: unknown, name: string): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, name);
    else if (node !== null && typeof node === 'object') {
      for (const [key, value] of Object.entries(node)) {
        if (
          (key === 'figure' || key === 'total' || key === 'atStake') &&
          typeof value === 'string' &&
          !keys.has(value)
        ) {
          missing.add(value);
        }
        if ((key === 'dataset' || key === 'evidence') && typeof value === 'string' && !datasets.has(value)) {
          missing.add(value);
        }
        if (key === 'figures' && Array.isArray(value)) {
          for (const item of value) if (typeof item === 'string' && !keys.has(item)) missing.add(item);
        }
        if (key === 'series' && name === 'rows' && typeof value === 'string' && !series.has(value))
          missing.add(value);
        visit(value, key);
      }
    }
  };
  visit(result.parts, '');
  visit(result.findings, '');
  visit(
    result.checks.map(({ outcome }) => outcome.text),
    '',
  );
  return [...missing];
}
