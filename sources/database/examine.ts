import { ALERT_RULES } from '../../audit/alerts/rules.ts';
import { ALERT_THRESHOLDS } from '../../audit/alerts/thresholds.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import type { EntityName } from '../../audit/contract.ts';
import { TIMEOUTS } from './connect.ts';
import { serverVersion } from './collect.ts';
import { mappableEntities, readMapping } from './mapping.ts';
import { probeEntity, providedBy, type Probe } from './relations.ts';
import { refuseWritableRole } from './role-check.ts';
import { openSession } from './session.ts';

export interface ExaminedDatabase {
  readonly version: string;
  /** Entities whose SELECT runs and has every required column. */
  readonly readable: readonly string[];
  /** Entities that the mapping does not have. */
  readonly unmapped: readonly string[];
  /** What an audit would print of the others, a sentence each. */
  readonly errors: readonly string[];
  /** Alerts that the mapping does not feed, a sentence each. */
  readonly unwatched: readonly string[];
  /** What the role may do beside reading, short of changing the bot's data. */
  readonly remarks: readonly string[];
}

/** What was found for people: what can be read first, then what is wrong or worth knowing. */
export function examinedLines({
  version,
  readable,
  unmapped,
  errors,
  remarks,
  unwatched,
}: ExaminedDatabase): readonly string[] {
  return [
    `${version}, ${String(readable.length)} ${readable.length === 1 ? 'kind' : 'kinds'} of data can be read`,
    ...(unmapped.length > 0 ? [`not in the mapping: ${unmapped.join(', ')}`] : []),
    ...errors,
    ...remarks,
    ...(unwatched.length > 0 ? [`alerts that are not watched: ${unwatched.join('; ')}`] : []),
  ];
}

/**
 * Tries what an audit does before its first query: the connection, the role, each entity of the mapping. Reads no row.
 * @throws SourceLost or SourceRefused with the reason and the remedy
 */
export async function examineDatabase(bot: BotConfig, url: string, now: Date): Promise<ExaminedDatabase> {
  const { name, mapping: mappingName, timeZone } = bot.facts;
  const mapping = await readMapping(bot.mappingFolder ?? mappingName);
  const session = await openSession({ url, bot: name, timeouts: TIMEOUTS });
  try {
    const parameters = { from: new Date(now.getTime() - 8 * 3_600_000).toISOString(), to: now.toISOString() };
    const remarks = await refuseWritableRole(session, mapping, {
      bot: name,
      allowed: bot.allowWritableRole,
      parameters,
    });
    const entities = mappableEntities();
    const probes = new Map<EntityName, Probe>();
    const [readable, unmapped, errors]: [string[], string[], string[]] = [[], [], []];
    for (const entity of entities) {
      const probe = await probeEntity(session, mapping, entity, { timeZone, parameters });
      probes.set(entity, probe);
      if (probe.status === 'ok') readable.push(entity);
      else if (probe.status === 'missing') unmapped.push(entity);
      else errors.push(probe.error);
    }
    return {
      version: await serverVersion(session),
      readable,
      unmapped,
      errors,
      remarks,
      unwatched: unwatchedAlerts(probes),
    };
  } finally {
    await session.close();
  }
}

/** What a mapping lacks does not hang on the limits. */
function unwatchedAlerts(probes: ReadonlyMap<EntityName, Probe>): readonly string[] {
  return ALERT_RULES.flatMap(({ title, ask }) => {
    const question = ask(ALERT_THRESHOLDS, providedBy(probes));
    return 'lacks' in question ? [`${title} (${question.lacks})`] : [];
  });
}
