import type { Source, SourceEvidence, SourceQuestion } from '../source.ts';
import { collectSnapshots } from './collect.ts';

/** One monitoring snapshot a minute, in our own store. */
export const snapshots: Source = { name: 'snapshots', entities: ['snapshot'], collect };

async function collect({ request, queries, parameters }: SourceQuestion): Promise<SourceEvidence> {
  const { name, sources } = request.bot.facts;
  const declared = sources.snapshots !== 'none';
  const found = await collectSnapshots({
    pool: request.storePool,
    bot: name,
    queries,
    parameters,
    declared,
  });
  const { ran, seen: alive, dataAsOf } = found;
  const evidence = { entities: [found.entity], ran, alive };
  if (!declared) return { ...evidence, status: 'none' };
  if (found.everHadRows) return { ...evidence, status: 'ok', dataAsOf };
  return { ...evidence, status: 'absent', error: `no snapshots of bot ${name} are in the store` };
}
