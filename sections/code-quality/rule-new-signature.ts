import { sentence, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import type { Kind } from '../../audit/word-kinds.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun, on, venueSlug } from '../shared/vocabulary/words.ts';
import { eventsOf, type Facts, type Fault } from './facts.ts';
import { asked, type Input } from './input.ts';

/** What tells two errors apart may stand at their end. */
const LONGEST_SIGNATURE = 120;

/** An error that is new and comes again: one finding a module and exchange. */
export const newSignature = rule<Facts, Input>()({
  id: 'CQ-01',
  title: 'New error signature',
  dimension: 'stability',
  condition: ({ newErrors, lookBackH }) =>
    `an error at least ${String(newErrors)} times that the events of the days before do not know (at least ${String(lookBackH)} h of them); HIGH where it names orders or positions, else MEDIUM`,
  effort: 'medium',
  find: ({ fresh }) =>
    groupsByVenue(
      fresh,
      ({ venue }) => venue,
      ({ module }) => ({ module: module.slice(-120) }),
    ).map((group) => ({ ...group, kind: venueSlug(group.found[0]?.module.toLowerCase() ?? 'module') })),
  unseen: ({ unread, blind }) => unread ?? blind,
  from: { basis: 'events with an error or a trace', queries: asked('faults') },
  numbers: ({ found, policy }) => ({
    new_errors: num.count('Occurrences', eventsOf(found), 'errors of these signatures'),
    new_signatures: num.count(
      'New signatures',
      found.length,
      'signatures without an occurrence before the window',
    ),
    least: policy('newErrors', 'Occurrences from which on it is told'),
  }),
  // The rules of what failed say why, and this one only what; a cluster or a flood of errors says when, of those that are most.
  explainedBy: ({ found, facts }) => {
    const [kind, ...others] = new Set(found.map((fault) => fault.kind));
    const own = others.length > 0 || kind === null || kind === undefined ? [] : (EXPLAINING[kind] ?? []);
    const isMost = 2 * eventsOf(found) >= eventsOf(facts.faults);
    return [...own, ...(isMost ? ['TL-01', 'CE-03'] : [])].map((rule) => ({ rule }));
  },
  severity: ({ found }) => (found.some(({ isTrade }) => isTrade) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found, input }) => [
    hypothesis('new-version', 'A new version brought it.', [
      `a version of a service was first heard in the ${String(input.settings.deployedH)} h before the first of them`,
      isDeployed(found, input),
    ]),
    hypothesis(
      'outside-changed',
      'What the bot talks to has changed: no version of the bot is new.',
      ['versions are recorded, and none is new', opposite(isDeployed(found, input))],
      ['it arose from an answer that the bot was given', null],
    ),
  ],
  cause: (cause, { found }) => {
    const [place = null, ...others] = new Set(found.map((fault) => fault.place));
    return place === null || others.length > 0 ? cause : { ...cause, location: place };
  },
  otherwise: 'What changed is not recorded: no heartbeat names a version.',
  occurrence: ({ signature, firstAt, lastAt }) => ({
    subject: signature.slice(0, 120),
    at: firstAt,
    until: lastAt,
  }),
  frequency: ({ found }) => eventsOf(found),
  evidence: {
    of: 'code-quality.signatures',
    accused: (cell, { found }) =>
      found.some(
        ({ signature, firstAt, type }) =>
          cell('signature') === signature && cell('first') === iso(firstAt) && cell('type') === type,
      ),
  },
  see: ({ found, input }) => {
    const [first, last] = [
      Math.min(...found.map(({ firstAt }) => firstAt)),
      Math.max(...found.map(({ lastAt }) => lastAt)),
    ];
    const window = { ...input.window, from: iso(first), to: iso(last + 1) };
    const types = [...new Set(found.map(({ type }) => `'${type.replaceAll("'", "''")}'`))]
      .slice(0, 12)
      .join(', ');
    return `select at, type, exchange, writer, error_message, stack_trace from event where ${during({ window }, 'at', found[0]?.venue ?? null)} and type in (${types}) order by at limit 20`;
  },
  words: (n, { found, venue, input }) => ({
    title: text`A new error ${n.new_errors} times${on(venue)}, in ${names(found.map(({ module }) => module))}`,
    description: text`${n.new_signatures} ${noun(found.length, 'signature occurs', 'signatures occur')} at least ${n.least} times, and no event of the days before the window has ${noun(found.length, 'it', 'them')}: ${sentence(
      names(
        found.map(({ signature }) => signature),
        LONGEST_SIGNATURE,
      ),
    )}`,
    financial: 'Not known from the event log.',
    operational: found.some(({ isTrade }) => isTrade)
      ? 'It befell orders or positions, which are named beside each row.'
      : 'What failed each time was not done, or was done later.',
    risk: 'An error that nobody has seen before is handled by whatever happens to catch it.',
    detection: alertsStandIn(input, 'the alerts of the same hour'),
    recommendation: text`Read the trace${found[0]?.place === null ? '' : ` at ${names(found.map(({ place, module }) => place ?? module))}`}, then mend the cause, or handle the error where it arises and say why it is harmless.`,
    verification: text`Fewer than ${n.least} occurrences of it in the next window.`,
  }),
});

const STOPS = ['SL-01', 'SL-02', 'SL-05'];
const STREAMS = ['WS-01', 'WS-02', 'WS-03', 'WS-04', 'WS-05'];
/** Rules that say why events of a kind were written. */
const EXPLAINING: Readonly<Partial<Record<Kind<'event_kind'> | 'unknown', readonly string[]>>> = {
  stop_failed: STOPS,
  stop_missing: STOPS,
  order_rejected: ['PM-03'],
  liquidation: ['CE-02'],
  adl: ['CE-02'],
  blocked: ['CE-01'],
  stream_down: STREAMS,
  stream_error: STREAMS,
};

/** Null where no heartbeat names a version. What was heard from the first beat that is read on is not new. */
function isDeployed(found: readonly Fault[], { rows, settings }: Input): boolean | null {
  if (!rows.versions.ok || rows.versions.rows.length === 0) return null;
  const first = Math.min(...found.map(({ firstAt }) => firstAt));
  const earliest = new Map<string, number>();
  for (const { service, first_at: at } of rows.versions.rows)
    earliest.set(service, Math.min(earliest.get(service) ?? Infinity, ms(at)));
  return rows.versions.rows.some(({ service, first_at: heard }) => {
    const at = ms(heard);
    return at > (earliest.get(service) ?? at) && at <= first && at >= first - settings.deployedH * 3_600_000;
  });
}

function opposite(held: boolean | null): boolean | null {
  return held === null ? null : !held;
}
