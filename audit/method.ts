import { canonicalJson, sha256 } from './hash.ts';
import type { CheckResult } from './check.ts';
import type { BotFacts, EntityState, HistoryWindow, Method, Policy, QueryRun } from './evidence.ts';
import type { EvaluatedAudit } from './registry.ts';

/** What a report, or an audit on its way to one, says of its own ruler. */
interface Measured {
  readonly policy: Policy;
  readonly bot: Pick<BotFacts, 'mapping' | 'overrides'>;
  readonly entities: readonly EntityState[];
  readonly queries: readonly Pick<QueryRun, 'id' | 'written'>[];
  readonly checks: readonly Pick<CheckResult, 'id' | 'weight' | 'dimension'>[];
}

export function methodOf({ policy, bot, entities, queries, checks }: Measured): Method {
  const hashOf = (value: unknown): string => sha256(canonicalJson(value)).slice(0, 12);
  const selects = entities.flatMap(({ entity, select, status }) => {
    if (select !== undefined) return [[entity, hashOf(select)]];
    return status === 'missing' ? [[entity, 'none']] : [];
  });
  return {
    policy: hashOf(policy),
    overrides: bot.overrides,
    mapping: {
      name: bot.mapping,
      selects: Object.fromEntries(selects) as Method['mapping']['selects'],
    },
    program: hashOf([
      queries.map(({ id, written }) => [id, written]),
      checks.map(({ id, weight, dimension }) => [id, weight, dimension]),
    ]),
  };
}

/** Of an audit whose sections are evaluated. */
export function methodOfAudit({
  evidence,
  checks,
  overrides,
}: Pick<EvaluatedAudit, 'evidence' | 'checks' | 'overrides'>): Method {
  return methodOf({ ...evidence, checks, bot: { ...evidence.bot, overrides } });
}

/** Whether a window was measured as another is; of one that kept nothing of it nobody knows that it was not. */
export function isMeasuredAs(now: Method): (before: Pick<HistoryWindow, 'method'>) => boolean {
  return ({ method }) => method === undefined || methodChanges(method, now).length === 0;
}

/** One sentence each; none where the ruler is what it was. */
export function methodChanges(before: Method, now: Method): readonly string[] {
  const gone = before.overrides.filter((one) => !now.overrides.includes(one));
  const come = now.overrides.filter((one) => !before.overrides.includes(one));
  const said = [...come.map((one) => `now ${one}`), ...gone.map((one) => `no longer ${one}`)];
  const isPolicy = before.policy !== now.policy || said.length > 0;
  const { name, selects } = now.mapping;
  const others = Object.keys(selects).filter((entity) => {
    const earlier = before.mapping.selects[entity];
    return earlier !== undefined && earlier !== selects[entity];
  });
  return [
    ...(isPolicy ? [`Policy: ${said.join('; ') || 'other usual thresholds'}`] : []),
    ...(before.mapping.name !== name ? [`Mapping: now ${name}, before ${before.mapping.name}`] : []),
    ...(before.mapping.name === name && others.length > 0
      ? [`Mapping: ${name} reads ${others.join(', ')} in another way`]
      : []),
    ...(before.program !== now.program
      ? ['Program: another version, with other queries or checks of its own']
      : []),
  ];
}
