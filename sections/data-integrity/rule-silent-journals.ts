import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import { duration } from '../../audit/format.ts';
import { DECISIVE, NEEDED_FOR_OPEN } from '../../audit/rests-on.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { wasSilent } from './clock-pauses.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT, PREFLIGHT } from './preflight.ts';
import { missingSources } from './rule-missing-sources.ts';

/** Milliseconds. */
interface Silent {
  readonly entity: EntityName;
  readonly from: number;
  readonly to: number;
  readonly longestS: number;
}

/** What no gate rests on, and wrote nothing for longer than it ever paused, though the bot was at work. */
function silentJournals({ entities, bot, sources, window, rows }: Input): readonly Silent[] {
  if (sources.database.status !== 'ok') return [];
  return entities
    .filter(({ entity }) => ![...DECISIVE, ...NEEDED_FOR_OPEN].includes(entity))
    .filter(({ entity }) => bot.without?.includes(entity) !== true)
    .flatMap(({ entity, pause, hole }): readonly Silent[] => [
      ...(pause === undefined
        ? []
        : [{ entity, from: ms(pause.newest), to: ms(window.to), longestS: pause.longestS }]),
      ...(hole === undefined
        ? []
        : [{ entity, from: ms(hole.from), to: ms(hole.to), longestS: hole.longestS }]),
    ])
    .filter(({ from, to }) => !wasSilent(rows.heartbeats, Math.max(from, ms(window.from)), to));
}

/** How long it was, as a number of seconds. */
const lengthOf = ({ from, to }: Silent): number => (to - from) / 1000;

/** Rows that ended hours before the window did, have a hole, or lie in another time: the rest was not recorded, or is not here. */
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
      'all of them fell silent within a minute',
      found.length > 1 &&
        Math.max(...found.map(({ from }) => from)) - Math.min(...found.map(({ from }) => from)) < 60_000,
    ]),
  ],
  otherwise:
    'What writes them stopped, the rows were removed, or they lie in another time; the rows do not show which.',
  occurrence: ({ entity, from, to }) => ({ subject: entity, at: from, until: to }),
  evidence: {
    id: 'data-integrity.silent-journals',
    title: 'Entities that fell silent as they never did',
    queries: [],
    table: table<Silent>({
      entity: col.text('Entity', ({ entity }) => entity),
      from: col.time('Last row before', ({ from }) => from),
      to: col.time('Until', ({ to }) => to),
      silent: col.s('Without a row (s)', lengthOf),
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
      title: text`${n.silent_journals} ${noun(found.length, 'entity', 'entities')} of the mapping fell silent in the window`,
      description: text`${found.map((one) => `${one.entity}: no row for ${duration(lengthOf(one))} from ${iso(one.from)} on, and never for longer than ${duration(one.longestS)} in the seven days before.`).join(' ')}`,
      financial: 'Not known.',
      operational: 'Counts, rates and durations of these rows are those of the rest of the window.',
      risk: 'What happened in that time is not audited by them.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Find out why nothing was written of ${silent}; what the bot no longer has is said in its configuration, entities: { ${found[0]?.entity ?? 'alert'}: none }.`,
      verification: 'Each of them has rows in all of the next window.',
    };
  },
});
