import type { BotConfig } from '../../audit/configuration.ts';
import type { EntityName } from '../../audit/contract.ts';
import { sha256 } from '../../audit/hash.ts';
import type { Parameters } from '../database/compile.ts';
import type { Mapping } from '../database/mapping.ts';
import { probeEntity, type Probe } from '../database/relations.ts';
import { refuseWritableRole } from '../database/role-check.ts';
import type { Session } from '../database/session.ts';

const NEEDED = ['position', 'order', 'event', 'stop_change'] as const satisfies readonly EntityName[];

/** What a role may do and which columns a mapping has change by a deployment, not by the minute. */
const KEPT_MS = 10 * 60_000;

export type Probes = ReadonlyMap<EntityName, Probe>;
interface Prepared {
  readonly of: string;
  readonly untilMs: number;
  readonly probes: Probes;
}

const kept = new Map<string, Prepared>();

/**
 * Looks at the role and probes what a snapshot needs; what was seen stands for ten minutes, since it costs ten times the
 * snapshot itself. `anew`: look now. Throws SourceRefused when the role could write.
 */
export async function prepared(
  session: Session,
  mapping: Mapping,
  {
    bot,
    parameters,
    anew,
  }: { readonly bot: BotConfig; readonly parameters: Parameters; readonly anew: boolean },
): Promise<{ readonly probes: Probes; readonly isKept: boolean }> {
  const { facts, databaseUrl, allowWritableRole } = bot;
  const of = sha256(
    JSON.stringify([databaseUrl, allowWritableRole, facts.timeZone, mapping.name, [...mapping.selects]]),
  );
  const known = kept.get(facts.name);
  if (!anew && known?.of === of && Date.now() < known.untilMs) return { probes: known.probes, isKept: true };
  kept.delete(facts.name);
  await refuseWritableRole(session, mapping, { bot: facts.name, allowed: allowWritableRole, parameters });
  const probes = new Map<EntityName, Probe>();
  for (const entity of NEEDED)
    probes.set(entity, await probeEntity(session, mapping, entity, { timeZone: facts.timeZone, parameters }));
  // What could not be read is looked at again: it may be mended in a minute.
  const isWhole = [...probes.values()].every(({ status }) => status !== 'error');
  if (isWhole) kept.set(facts.name, { of, untilMs: Date.now() + KEPT_MS, probes });
  return { probes, isKept: false };
}
