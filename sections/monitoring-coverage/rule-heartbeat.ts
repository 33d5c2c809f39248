import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { all, hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { openDuring, type Facts } from './facts.ts';
import { isTooLong } from './heartbeat-facts.ts';
import { minutesOfLife, tradingIn, within } from './life.ts';
import { asked, type Input } from './input.ts';
import { adviceOf, operationalOf, tradingNumbers } from './silence-words.ts';
import { UNSTARTED } from './heartbeat-statistics.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { silences, workedIn } from './silences.ts';

export const heartbeatSilences = rule<Facts, Input>()({
  id: 'NA-01',
  title: 'No heartbeat',
  dimension: 'stability',
  condition: ({ heartbeatGapS }) => `a silence between heartbeats over ${String(heartbeatGapS / 60)} min`,
  effort: 'low',
  find(facts, input) {
    const { heartbeats } = facts;
    // A bot that nothing shows to have been started has not fallen silent.
    if (!heartbeats || heartbeats.unstarted) return [];
    const found = heartbeats.silences.filter((silence) => isTooLong(silence, input));
    const withPositions = found.some((silence) => openDuring(input, facts, silence) === true);
    const silent = heartbeats.services.filter(({ beats, unwell }) => beats + unwell === 0);
    // Services heard before the window and never in it, while others were.
    const gone = silent.length === heartbeats.services.length ? [] : silent.map(({ name }) => name);
    const unwell = new Set(heartbeats.services.flatMap(({ name, unwell: n }) => (n > 0 ? [name] : [])));
    const worked = found.map((silence) => workedIn(silence, heartbeats.silences, gone, facts, input));
    const of = {
      heartbeats,
      withPositions,
      gone,
      trading: tradingIn(found, input),
      worked: all(worked, true),
      /** They were written, and say that their service does not work. */
      said: found.every(({ service }) => unwell.has(service)),
    };
    return wholeBot(found).map((group) => ({ ...group, of }));
  },
  unseen: ({ heartbeats }, { rows }) =>
    reasonOf(rows.heartbeatGaps) ?? (heartbeats?.unstarted ? UNSTARTED : null),
  from: { basis: 'heartbeats', queries: asked('heartbeatGaps', 'fillMinutes') },
  numbers: ({ of, policy }) => ({
    heartbeat_gap_limit: policy('heartbeatGapS', 'Longest tolerated silence'),
    ...tradingNumbers(of.trading),
  }),
  // A bot without any heartbeat that trades all the time is unwatched, not out of control.
  severity: ({ of }) => (of.withPositions && !of.heartbeats.blind ? 'CRITICAL' : 'HIGH'),
  causes: ({ found, of, input }) => {
    const { eventMinutes, positions } = input.rows;
    const isSeen = eventMinutes.ok || positions.ok;
    const alive = minutesOfLife(input);
    const life = found.map((silence) => (isSeen ? within(alive, silence) > 0 : null));
    const isLast = found.every(({ to }) => to === ms(input.window.to));
    return [
      hypothesis(
        'service-gone',
        'The service ended before the window and has not come back; it may also have been retired or renamed.',
        [
          'every silence is of a service that wrote no heartbeat in the whole window, while another service did',
          found.every(({ service }) => of.gone.includes(service)),
        ],
      ),
      hypothesis('said-down', 'The heartbeats were written, and say that their service does not work.', [
        'every silence is of a service with such heartbeats',
        of.said,
      ]),
      hypothesis('heartbeat-off', 'The heartbeat was silent while the bot worked.', [
        'positions were opened in every silence, after the next heartbeat was due and while no service beat',
        of.worked,
      ]),
      hypothesis(
        'loop-blocked',
        'Only the heartbeat was off, or one loop was blocked: the bot wrote events or opened positions meanwhile.',
        ['events were written, or positions opened, in every silence', all(life, true)],
        ['not in every silence were positions opened while no service beat', of.worked !== true],
      ),
      hypothesis(
        'process-down',
        isLast
          ? 'The process ended and has not come back by the end of the window.'
          : 'The process was down.',
        ['no event was written and no position opened in any silence', all(life, false)],
      ),
    ];
  },
  otherwise: 'Whether the process was down or its loop blocked is not known: no other source tells.',
  occurrence: ({ service, from, to }) => ({ subject: service, at: from, until: to }),
  evidence: { id: 'heartbeat.silences', title: 'Silences over the limit', table: silences },
  see({ found, input }) {
    // From the heartbeat before the first of them on, so that the statement shows what bounds it.
    const from = Math.min(ms(input.window.from), ...found.flatMap(({ last }) => last ?? []));
    const span = during({ window: { ...input.window, from: iso(from) } }, 'at');
    return `select service, status, at, at - lag(at) over (partition by service order by at) as silence from heartbeat where ${span} order by silence desc nulls last limit 20`;
  },
  words: (n, { found, of, input }) => ({
    title: of.said
      ? text`Heartbeats say for ${fig('heartbeat_longest_gap')} that their service does not work${of.worked ? ', while the bot worked' : of.withPositions ? ' while positions were open' : ''}`
      : of.worked
        ? text`The heartbeat was silent for ${fig('heartbeat_longest_gap')} while the bot worked`
        : text`No heartbeat for ${fig('heartbeat_longest_gap')}${of.withPositions ? ' while positions were open' : ''}`,
    description: text`${fig('heartbeat_gaps')} ${noun(found.length, 'silence')} of ${names(found.map(({ service }) => service).sort())} ${noun(found.length, 'is', 'are')} longer than ${n.heartbeat_gap_limit}${of.heartbeats.blind ? ', though other sources show that the bot ran' : text`; uptime is ${fig('uptime')}`}.${of.heartbeats.services.some(({ unwell }) => unwell > 0) ? text` ${fig('heartbeats_unwell')} heartbeats say that their service does not work and count as none.` : ''}${of.gone.length > 0 ? ` ${names([...of.gone].sort())} beat in the seven days before the window and never in it. If that was retired on purpose, leave it out in the SELECT of the heartbeats.` : ''}`,
    financial: of.withPositions
      ? of.worked
        ? 'Positions were open while nothing told that the bot still watched them.'
        : 'Open positions had only the protection that lay at the exchange, as far as heartbeats tell.'
      : 'No position is known to have been open.',
    operational: operationalOf(of.trading, n),
    risk: of.worked
      ? 'When the bot does stop, nobody will know it by this heartbeat.'
      : 'A move of the market would have met a bot that does not answer.',
    detection: 'No alert is known to have fired for the silence.',
    recommendation: adviceOf({ ...of, found, to: ms(input.window.to) }),
    verification: text`No silence over ${n.heartbeat_gap_limit} in the next window.`,
  }),
});
