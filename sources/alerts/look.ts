import { BOT_METRICS, METRIC_ENTITIES } from '../../audit/alerts/bot-metrics.ts';
import { ALERT_RULES } from '../../audit/alerts/rules.ts';
import type { AlertQuestion, AlertRule, Crossing, JudgeContext, Provided } from '../../audit/alerts/rule.ts';
import type { AlertThresholds } from '../../audit/alerts/thresholds.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import type { EntityName } from '../../audit/contract.ts';
import { iso, ms } from '../../audit/time.ts';
import { compileQuery } from '../database/compile.ts';
import type { Timeouts } from '../database/connect.ts';
import { readMapping, type Mapping } from '../database/mapping.ts';
import { refusal } from '../database/refusal.ts';
import { probeEntity, providedBy, relationOf, type Probe } from '../database/relations.ts';
import { mustBeUnchanged } from '../database/rewritten.ts';
import { refuseWritableRole } from '../database/role-check.ts';
import { openSession, type Row, type Session } from '../database/session.ts';
import { SourceRefused } from '../errors.ts';

/** What one look at a bot says of one rule. */
export interface RuleAnswer {
  readonly rule: string;
  /** `unknown`: its query failed. `unwatched`: nothing feeds it, and `crossings` alone prove nothing. */
  readonly state: 'watched' | 'unknown' | 'unwatched';
  readonly reason: string | null;
  readonly crossings: readonly Crossing[];
}

/** The rows of a metric whose query was answered; none is an answer too. */
export interface MetricRead {
  readonly name: string;
  readonly rows: readonly { readonly label: string | null; readonly value: number }[];
}

export interface BotLook {
  readonly answers: readonly RuleAnswer[];
  readonly metrics: readonly MetricRead[];
}

export interface LookRequest {
  readonly bot: BotConfig;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly limits: AlertThresholds;
  readonly timeouts?: Timeouts;
  readonly signal?: AbortSignal;
}

/** A look is short: a statement that needs longer is a rule that cannot be watched. */
const LOOK_TIMEOUTS: Timeouts = { statementMs: 5_000, lockMs: 500, connectMs: 5_000 };
/** All of it; statements that are left then are not asked. */
const LOOK_MS = 20_000;

/**
 * Asks all alert rules and metrics of a bot in one short read-only transaction. A rule whose query fails is `unknown`, one
 * that the mapping does not feed `unwatched`. Throws SourceLost and SourceRefused when nothing can be read.
 */
export async function lookAtBot(request: LookRequest): Promise<BotLook> {
  const { bot, at, limits } = request;
  const { facts, databaseUrl, allowWritableRole } = bot;
  if (databaseUrl === null)
    throw new SourceRefused(`No database is configured for bot ${facts.name}, so no alert of it is watched.`);
  const mapping = await readMapping(bot.mappingFolder ?? facts.mapping);
  const session = await openSession({
    url: databaseUrl,
    bot: facts.name,
    timeouts: request.timeouts ?? LOOK_TIMEOUTS,
    signal: request.signal,
  });
  try {
    const parameters = { from: iso(ms(at) - 8 * 3_600_000), to: at };
    await refuseWritableRole(session, mapping, { bot: facts.name, allowed: allowWritableRole, parameters });
    const asking: Asking = {
      ...{ session, bot, at, deadlineMs: Date.now() + LOOK_MS },
      ...{ probes: new Map(), answers: new Map() },
    };
    const provided = await probeAll(mapping, asking);
    const context: JudgeContext = { limits, at, strategiesWithoutStop: facts.strategiesWithoutStop };
    const answers: RuleAnswer[] = [];
    for (const rule of ALERT_RULES) {
      answers.push({ rule: rule.id, ...(await answerOf(rule, asking, provided, context)) });
    }
    const metrics = await metricsOf(asking, provided);
    await mustBeUnchanged(session, mapping, { url: databaseUrl, bot: facts.name, parameters });
    return { answers, metrics };
  } finally {
    await session.close();
  }
}

interface Asking {
  readonly session: Session;
  readonly bot: BotConfig;
  readonly at: string;
  readonly deadlineMs: number;
  readonly probes: Map<EntityName, Probe>;
  /** Rows by statement and parameters: rules share questions, and in one snapshot the answer is the same. */
  readonly answers: Map<string, readonly Row[]>;
}

/** Probes each entity that the mapping has and a rule may ask for. */
async function probeAll(mapping: Mapping, { session, bot, at, probes }: Asking): Promise<Provided> {
  const parameters = { from: iso(ms(at) - 7 * 86_400_000), to: at, slot: at };
  const wanted = new Set([...ALERT_RULES.flatMap(({ reads }) => reads), ...METRIC_ENTITIES]);
  for (const entity of wanted) {
    if (bot.facts.without?.includes(entity) === true) continue;
    probes.set(
      entity,
      await probeEntity(session, mapping, entity, { timeZone: bot.facts.timeZone, parameters }),
    );
  }
  return providedBy(probes);
}

async function answerOf(
  rule: AlertRule,
  asking: Asking,
  provided: Provided,
  context: JudgeContext,
): Promise<Omit<RuleAnswer, 'rule'>> {
  const broken = rule.reads.map((entity) => asking.probes.get(entity));
  // What cannot be read is no reason to fall back on less.
  for (const probe of broken)
    if (probe?.status === 'error') return { state: 'unknown', reason: probe.error, crossings: [] };
  const question = rule.ask(context.limits, provided);
  if ('lacks' in question) return { state: 'unwatched', reason: question.lacks, crossings: [] };
  const answer = await ask(asking, question);
  if ('failed' in answer) return { state: 'unknown', reason: answer.failed, crossings: [] };
  const { crossings, unwatched } = rule.judge(answer.rows, context);
  return { state: unwatched === undefined ? 'watched' : 'unwatched', reason: unwatched ?? null, crossings };
}

async function ask(
  { session, at, deadlineMs, probes, answers }: Asking,
  { sql: written, entities, minutes }: AlertQuestion,
): Promise<{ readonly rows: readonly Row[] } | { readonly failed: string }> {
  if (Date.now() > deadlineMs)
    return { failed: `the look at the database took more than ${String(LOOK_MS / 1000)} s` };
  const { sql, parameters } = compileQuery(
    { id: 'alert', sql: written, entities },
    (entity) => relationOf(probes, entity),
    { from: iso(ms(at) - minutes * 60_000), to: at, slot: at },
  );
  const key = JSON.stringify([sql, parameters]);
  const known = answers.get(key);
  if (known !== undefined) return { rows: known };
  const answer = await session.ask(sql, parameters);
  if (!answer.ok) return { failed: refusal(answer) };
  answers.set(key, answer.rows);
  return { rows: answer.rows };
}

/** A metric whose query fails is left out: a number that nobody read is none, and no zero. */
async function metricsOf(asking: Asking, provided: Provided): Promise<readonly MetricRead[]> {
  const read: MetricRead[] = [];
  for (const { name, ask: asks } of BOT_METRICS) {
    const question = asks(provided);
    const answer = question === null ? null : await ask(asking, { ...question, minutes: 24 * 60 });
    if (answer === null || 'failed' in answer) continue;
    const rows = answer.rows.flatMap(({ label, value }) => {
      const number = Number(value);
      return value === null || !Number.isFinite(number)
        ? []
        : [{ label: typeof label === 'string' ? label : null, value: number }];
    });
    read.push({ name, rows });
  }
  return read;
}
