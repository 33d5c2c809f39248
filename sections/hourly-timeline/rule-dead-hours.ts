import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { isKnown, missing } from '../../audit/value.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { all, hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { lengthMs, placeOf, unitOf, type Bucket, type Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** No event of any kind in a bucket though heartbeats came. A bot that seldom writes events has none. */
export const deadHours = rule<Facts, Input>()({
  id: 'TL-02',
  dimension: 'stability',
  title: 'Dead hours',
  condition:
    'an hour without any event while heartbeats came; HIGH when the other hours opened so many positions that signals were expected',
  effort: 'low',
  find({ dead, buckets }, { settings }) {
    const found = dead ?? [];
    const isSparse = found.length > settings.sparseShare * buckets.length && found.length < buckets.length;
    return isSparse ? [] : wholeBot(found);
  },
  unseen: ({ dead }) => (dead ? null : missing('no_data', 'events or heartbeats cannot be read')),
  from: { basis: 'events and heartbeats', queries: asked('counts', 'signatures') },
  numbers({ found, facts: { expectedOpenings: mean, basis } }) {
    const minutes = lengthMs(found) / 60_000;
    const expected =
      mean === null
        ? missing('no_data', 'positions of the other buckets cannot be counted')
        : Math.round(10 * mean) / 10;
    return {
      dead_minutes: num.min('Time without any event', minutes, 'length of the buckets without an event'),
      dead_expected_openings: num.ratio('Openings that such an hour has', expected, {
        formula: 'mean of the positions opened in the other buckets',
        more: { basis },
      }),
    };
  },
  severity: ({ facts }) => (facts.signalsExpected ? 'HIGH' : 'MEDIUM'),
  causes: ({ found, facts, input }) => {
    const movements = found.map(movement);
    return [
      hypothesis('event-log-off', 'The event log was off: positions were opened or closed meanwhile.', [
        'a position was opened or closed in every such bucket',
        all(movements, true),
      ]),
      hypothesis('trading-stopped', 'A switch had stopped all trading, and the bot waited.', [
        'a kill switch, blocker or trading flag was set by then',
        input.rows.states.ok ? facts.switchedOff : null,
      ]),
      hypothesis(
        'loop-stuck',
        'The bot beat and did nothing: its scheduler is stuck or its market data stale.',
        ['no position was opened or closed in any such bucket', all(movements, false)],
      ),
    ];
  },
  otherwise: 'Whether the bot or only its event log stood still is not known.',
  occurrence: (bucket, { input }) => ({
    subject: placeOf(bucket, input),
    at: bucket.from,
    until: bucket.to,
  }),
  evidence: {
    of: 'hourly-timeline.buckets',
    accused: (cell, { found }) => found.some(({ from }) => iso(from) === cell('from')),
  },
  see: ({ input }) =>
    `select date_trunc('hour', at) as hour, count(*) from event where ${during(input, 'at')} group by 1 order by 1`,
  words: (n, { found, facts, input }) => ({
    title: text`${fig('timeline_dead_buckets')} ${noun(found.length, unitOf(input))} without any event while heartbeats came`,
    description: text`No event of any kind was written for ${n.dead_minutes}; the other buckets hold ${fig('timeline_events')} events${facts.signalsExpected ? text` and open ${n.dead_expected_openings} positions each: signals were expected here` : ''}.`,
    financial: 'Not known; nothing that happened then is recorded as an event.',
    operational: text`${n.dead_minutes} cannot be judged from events.`,
    risk: 'A bot that beats but does not act looks healthy to its watchdog.',
    detection: 'No alert is known to have fired; heartbeats went on.',
    recommendation:
      'Let the heartbeat carry the time of the last decision, and alert when it is older than 15 minutes.',
    verification: 'Every hour of the next window has events.',
  }),
});

/** Whether positions moved in the bucket; null when positions cannot be read. */
function movement({ opened, closed }: Bucket): boolean | null {
  return isKnown(opened) && isKnown(closed) ? opened.value + closed.value > 0 : null;
}
