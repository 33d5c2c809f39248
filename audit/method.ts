import { canonicalJson, sha256 } from './hash.ts';
import type { CheckResult } from './check.ts';
import type { BotFacts, EntityState, Policy, QueryRun } from './evidence.ts';

/** The ruler of one report, so that a change of it is not taken for a change of the thing. */
export interface Method {
  /** Hash of every threshold in use. */
  readonly policy: string;
  /** What of the policy is not the usual, as the report prints it. */
  readonly overrides: readonly string[];
  /** Hash of the SELECT of each entity, `none` where it has none; what could not be read is left out. */
  readonly mapping: { readonly name: string; readonly selects: Readonly<Record<string, string>> };
  /** Hash of the audit's own queries and of the weights of its checks. */
  readonly program: string;
}

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
