import { unread, type Source, type SourceEvidence, type SourceQuestion } from '../source.ts';
import { storeIdentity } from '../store-identity.ts';
import { collectDatabase } from './collect.ts';
import { mappableEntities, readMapping } from './mapping.ts';
import { isSameAddress, refuseSameDatabase } from './same-database.ts';

/** The bot's own database, read through its mapping. */
export const database: Source = { name: 'database', entities: mappableEntities(), collect };

async function collect(question: SourceQuestion): Promise<SourceEvidence> {
  const { request, queries, parameters, alive } = question;
  const { bot, storeUrl, storePool, timeouts, patient, maxBytes, signal, onProgress } = request;
  const { facts, databaseUrl: url } = bot;
  if (facts.sources.database === 'none')
    return unread(database, question, { status: 'none', error: 'this bot declares no database' });
  if (url === null) {
    const error = `no database is configured for bot ${facts.name}`;
    return unread(database, question, { status: 'absent', error });
  }
  if (storeUrl !== undefined && isSameAddress(url, storeUrl)) refuseSameDatabase(facts.name);
  const { heartbeats, ...found } = await collectDatabase({
    url,
    bot: facts.name,
    mapping: await readMapping(bot.mappingFolder ?? facts.mapping, request.contract),
    timeZone: facts.timeZone,
    allowWritableRole: bot.allowWritableRole,
    queries,
    parameters,
    scope: request.scope,
    readAt: { asOf: bot.asOf, skewS: Number(request.policy['shared']?.['clockSkewS'] ?? 60) },
    seenAlive: alive,
    storeIdentity: await storeIdentity(storePool),
    ...{ timeouts, patient, maxBytes, signal, onProgress },
  });
  return { ...found, status: 'ok', alive: heartbeats };
}
