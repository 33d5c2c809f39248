import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { duration } from '../../audit/format.ts';
import { DECISIVE, NEEDED_FOR_OPEN } from '../../audit/rests-on.ts';
import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT, PREFLIGHT } from './preflight.ts';
import { missingSources } from './rule-missing-sources.ts';

type Silent = NonNullable<EntityState['pause']> & { readonly entity: EntityName };

/** What no gate rests on, and wrote nothing at the end for longer than it ever paused, though the bot was at work. */
function silentJournals({ entities, bot, sources }: Input): readonly Silent[] {
  if (sources.database.status !== 'ok') return [];
  const beaten = entities.find(({ entity }) => entity === 'heartbeat')?.pause;
  return entities.flatMap(({ entity, pause }): readonly Silent[] => {
    const isAnothers = DECISIVE.includes(entity) || NEEDED_FOR_OPEN.includes(entity);
    if (pause === undefined || isAnothers || bot.without?.includes(entity) === true) return [];
    // A bot that stands still has a finding of its own.
    const stoodS = Math.min(beaten?.currentS ?? 0, pause.currentS);
    return 2 * stoodS >= pause.currentS ? [] : [{ ...pause, entity }];
  });
}

/** Rows that ended hours before the window did, or lie in another time: the rest of it was not recorded, or is not here. */
export const journalsSilent = rule<Facts, Input>()({
  ...PREFLIGHT,
  id: missingSources.id,
  title: missingSources.title,
  condition: missingSources.condition,
  find: (_facts, input) =>
    wholeBot(silentJournals(input)).map((group) => ({
      ...group,
      kind: 'silent',
      labels: { what: 'silent' },
    })),
  numbers: ({ found }) => ({
    silent_journals: num.count('Entities that fell silent', found.length, {
      formula: 'no row for over three times their longest pause of the seven days before',
    }),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis('writer-stopped', 'What writes them stopped at that time.', [
      'all of them ended within a minute',
      found.length > 1 &&
        Math.max(...found.map(({ newest }) => ms(newest))) -
          Math.min(...found.map(({ newest }) => ms(newest))) <
          60_000,
    ]),
  ],
  otherwise:
    'What writes it stopped, its rows were removed, or they lie in another time; the rows do not show which.',
  occurrence: ({ entity, newest }, { input: { window } }) => ({
    subject: entity,
    at: newest,
    until: window.to,
  }),
  evidence: {
    id: 'data-integrity.silent-journals',
    title: 'Entities that fell silent as they never did',
    queries: [],
    table: table<Silent>({
      entity: col.text('Entity', ({ entity }) => entity),
      newest: col.time('Newest row', ({ newest }) => newest),
      silent: col.s('Silent at the end (s)', ({ currentS }) => currentS),
      longest: col.s('Longest pause before (s)', ({ longestS }) => longestS),
    }),
  },
  see: ({ found: [first] }) => {
    const entity = first?.entity ?? 'alert';
    return `select date_trunc('hour', ${timeColumnOf(entity) ?? 'at'}) as hour, count(*)\nfrom ${entity}\ngroup by 1\norder by 1 desc\nlimit 48;`;
  },
  words: (n, { found }) => {
    const silent = names(found.map(({ entity }) => entity));
    return {
      title: text`${n.silent_journals} ${noun(found.length, 'entity', 'entities')} of the mapping fell silent before the end of the window`,
      description: text`${found.map(({ entity, currentS, longestS }) => `${entity}: no row for ${duration(currentS)}, and never for longer than ${duration(longestS)} in the seven days before.`).join(' ')}`,
      financial: 'Not known.',
      operational: 'Counts, rates and durations of these rows are those of a part of the window.',
      risk: 'What happened after the newest row is not audited by them.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Find out why nothing more was written of ${silent}; what the bot no longer has is said in its configuration, entities: { ${found[0]?.entity ?? 'alert'}: none }.`,
      verification: 'Each of them has rows up to the end of the next window.',
    };
  },
});
