import { timeColumnOf, type EntityName } from './contract.ts';
import type { EntityState, Evidence } from './evidence.ts';
import { duration, formatValue } from './format.ts';
import type { Subject } from './section.ts';
import { sentence, type Text } from './text.ts';

/** What nobody could say without an entity, though no check of its own would miss it, and where a row of it lies. */
const WITHOUT = {
  event: {
    says: 'whether a position was liquidated or trading was halted',
    placedBy: ['at'],
    lack: 'no time',
  },
  state: { says: 'whether anything blocks trading', placedBy: ['at', 'name'], lack: 'no name or no time' },
} as const satisfies Partial<
  Record<EntityName, { readonly says: string; readonly placedBy: readonly string[]; readonly lack: string }>
>;
/** Of whose rows in no window nobody knows what they would have said of this one. */
export const isPlaced = (entity: EntityName): entity is keyof typeof WITHOUT => entity in WITHOUT;
/** Columns without which a row counts for no window, though it may be of this one. */
export function placesOf(entity: EntityName): readonly string[] {
  if (isPlaced(entity)) return WITHOUT[entity].placedBy;
  const time = timeColumnOf(entity);
  return time === null ? [] : [time];
}
/** What an account of derivatives pays or gets for holding; without a row of it its wallet identity rests on nothing. */
const FUNDED: readonly string[] = ['linear', 'inverse'];
/** What a gate or a check of weight 10 reads; a limit, an alert or a total may be silent for good reasons. */
export const DECISIVE: readonly EntityName[] = [
  'heartbeat',
  'position',
  'order',
  'fill',
  'balance',
  'event',
  'state',
];

/** Whose silence says nothing of a bot that holds nothing. */
export const NEEDED_FOR_OPEN: readonly EntityName[] = ['price'];

/** What results and protection are joined from by id. */
const KEYED: readonly EntityName[] = ['position', 'order', 'fill'];

/** Whose words say whether money is at risk, and what nobody knows without one. */
const WORDS: readonly { readonly entity: EntityName; readonly column: string; readonly without: string }[] = [
  { entity: 'position', column: 'status', without: 'whether they are open' },
  { entity: 'position', column: 'side', without: 'which way they were held' },
  { entity: 'order', column: 'side', without: 'whether they open or close' },
  { entity: 'order', column: 'type', without: 'whether they protect' },
  { entity: 'fill', column: 'side', without: 'whether they open or close' },
  { entity: 'alert', column: 'severity', without: 'whether they are CRITICAL' },
];

/**
 * Why a PASS would rest on what was not read: an entity of the mapping that cannot be read, one that a gate rests on
 * and that is not there, one that fell silent as it never did. What the bot says that it has not is its scope instead.
 */
export function unreadEntities(
  { entities, bot, sources }: Pick<Evidence, 'entities' | 'bot' | 'sources'>,
  subjects: readonly Subject[] = [],
): readonly Text[] {
  if (sources.database.declared !== 'required' || sources.database.status !== 'ok') return [];
  const silent = new Set(bot.without ?? []);
  const unknown: Readonly<Partial<Record<EntityName, string>>> = {
    event: WITHOUT.event.says,
    state: WITHOUT.state.says,
    ...Object.fromEntries(subjects.map(({ entity, without }) => [entity, without])),
  };
  return entities
    .filter(({ entity, status }) => status === 'error' || !silent.has(entity))
    .flatMap((state) =>
      reasonsOf(state, bot, unknown[state.entity]).map((reason): Text => [sentence(reason)]),
    );
}

function reasonsOf(
  state: EntityState,
  { mapping, accounts = {} }: Evidence['bot'],
  without: string | undefined,
): readonly string[] {
  const { entity, status, everHadRows, pause } = state;
  const isFunded = Object.values(accounts).some(({ type }) => FUNDED.includes(type));
  const unless = `; if the bot has none, its configuration says entities: { ${entity}: none }`;
  if (status === 'error') return [`Not read: ${entity}. ${state.error ?? 'no reason given'}`];
  if (status === 'missing' && without !== undefined)
    return [`Not read: ${entity}. The mapping ${mapping} has none, so nobody knows ${without}${unless}`];
  if (status === 'ok' && !everHadRows && entity === 'funding' && isFunded)
    return [
      `Not read: funding. No row of it lies before the end of the window, so nobody knows what holding cost${unless}`,
    ];
  if (status === 'ok' && !everHadRows && without !== undefined)
    return [
      `Not read: ${entity}. No row of it lies before the end of the window, so nobody knows ${without}${unless}`,
    ];
  if (state.untimed === true && DECISIVE.includes(entity))
    return [`Not read: ${entity}. Not one of its rows has a usable time before the end of the window`];
  const retyped = state.wrongTypes.map(
    ({ column, type, expected }) => `Not read: ${entity}.${column}. It is ${type}, not ${expected}`,
  );
  const seen = [...retyped, ...repeated(state), ...unplaced(state), ...worded(state)];
  return pause === undefined || !DECISIVE.includes(entity)
    ? seen
    : [...seen, `No row of ${entity} since ${silenceOf(pause)}`];
}

/** Since when, for how long, and how long it paused before. */
export function silenceOf({ newest, currentS, longestS }: NonNullable<EntityState['pause']>): string {
  return `${formatValue(newest, 'time')} UTC. It was silent for ${duration(currentS)} at the end of the window and never longer than ${duration(longestS)} before`;
}

/** Of rows that share an id nobody knows which one is true, and what is counted and joined by ids counts twice. */
function repeated({ entity, repeatedIds = 0 }: EntityState): readonly string[] {
  if (repeatedIds === 0 || !KEYED.includes(entity)) return [];
  return [
    `Not believed: ${entity}. ${String(repeatedIds)} of its rows in the window have the id of another row`,
  ];
}

function unplaced({ entity, unplaced: rows = 0 }: EntityState): readonly string[] {
  if (rows === 0 || !isPlaced(entity)) return [];
  const { lack, says } = WITHOUT[entity];
  return [`Not read: ${entity}. ${String(rows)} of its rows have ${lack}, so nobody knows ${says}`];
}

/** A word that no normal form knows is never harmless where it decides. */
function worded({ entity, unknownSpellings }: EntityState): readonly string[] {
  return WORDS.filter((one) => one.entity === entity).flatMap(({ column, without }) => {
    const lost = unknownSpellings.filter((one) => one.column === column);
    if (lost.length === 0) return [];
    const rows = lost.reduce((sum, one) => sum + one.rows, 0);
    const shown = lost.slice(0, 3).map(({ value }) => value.slice(0, 40));
    return `Not read: ${entity}.${column}. Of ${String(rows)} rows with words that no normal form knows (${shown.join(', ')}) nobody knows ${without}`;
  });
}
