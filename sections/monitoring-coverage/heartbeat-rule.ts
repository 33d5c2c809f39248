import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import { heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import { openDuring, positionMinutes, type Facts, type HeartbeatFacts, type Input } from './facts.ts';

/** NA-01: a silence between heartbeats over the limit; CRITICAL while positions were open. */
export function heartbeatSilences(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { heartbeats } = facts;
  // A bot that nothing shows to have been started has not fallen silent.
  if (!heartbeats || heartbeats.unstarted) return [];
  const limitS = input.settings.heartbeatGapS;
  const long = heartbeats.silences.filter(({ from, to }) => to - from > limitS * 1000);
  if (long.length === 0) return [];
  const open = long.map((gap) => openDuring(input, facts, gap));
  const withPositions = open.includes(true);
  const life = long.map((gap) => signsOfLife(input, gap));
  const edgeOnly = long.every(({ to }) => to === ms(input.window.to));
  const gone = goneServices(heartbeats);
  const figure = figureGroup(out, {
    basis: 'heartbeats',
    queries: [heartbeatGapsQuery.id],
    labels: { rule: 'NA-01' },
  });
  const limit = figure({
    name: 'heartbeat_gap_limit',
    value: known(limitS),
    unit: 's',
    title: 'Longest tolerated silence',
    formula: 'policy monitoring-coverage.heartbeatGapS',
  });
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'service-gone',
            text: [
              'The service ended before the window and has not come back; it may also have been retired or renamed.',
            ],
            predicates: [
              {
                text: 'every silence is of a service that wrote no heartbeat in the whole window, while another service did',
                held: long.every(({ service }) => gone.includes(service)),
              },
            ],
          },
          {
            id: 'loop-blocked',
            text: [
              'Only the heartbeat was off, or one loop was blocked: the bot wrote events or traded meanwhile.',
            ],
            predicates: [
              {
                text: 'events were written, or positions opened or closed, in every silence',
                held: every(life, true),
              },
            ],
          },
          {
            id: 'process-down',
            text: [
              edgeOnly
                ? 'The process ended and has not come back by the end of the window.'
                : 'The process was down.',
            ],
            predicates: [
              { text: 'no event was written and no position moved in any silence', held: every(life, false) },
            ],
          },
        ],
        ['Whether the process was down or its loop blocked is not known: no other source tells.'],
      ),
      // A bot without any heartbeat that trades all the time is unwatched, not out of control.
      severity: withPositions && !heartbeats.blind ? 'CRITICAL' : 'HIGH',
      title: text`No heartbeat for ${fig('heartbeat_longest_gap')}${withPositions ? ' while positions were open' : ''}`,
      description: text`${fig('heartbeat_gaps')} ${noun(long.length, 'silence', 'silences')} of ${list(long.map(({ service }) => service))} ${noun(long.length, 'is', 'are')} longer than ${fig(limit)}${heartbeats.blind ? ', though other sources show that the bot ran' : text`; uptime is ${fig('uptime')}`}.${heartbeats.services.some(({ unwell }) => unwell > 0) ? text` ${fig('heartbeats_unwell')} heartbeats say that their service does not work and count as none.` : ''}${gone.length > 0 ? ` ${list(gone)} beat in the seven days before the window and never in it. If that was retired on purpose, leave it out in the SELECT of the heartbeats.` : ''}`,
      occurrences: long.map(({ service, from, to }) => ({ subject: service, at: iso(from), until: iso(to) })),
      evidence: 'monitoring-coverage.silences',
      impact: {
        financial: withPositions
          ? ['Open positions had only the protection that lay at the exchange.']
          : ['No position is known to have been open.'],
        operational: ['Nothing was decided, opened or closed by this service in these minutes.'],
        risk: ['A move of the market would have met a bot that does not answer.'],
      },
      detection: ['No alert is known to have fired for the silence.'],
      recommendation: [
        'Read the log at the start of the silence, restart the service under a supervisor, and alert after two missed heartbeats.',
      ],
      verification: text`No silence over ${fig(limit)} in the next window.`,
      see: {
        language: 'sql',
        text: `select service, status, at, at - lag(at) over (partition by service order by at) as silence from heartbeat where at >= '${input.window.from}' and at < '${input.window.to}' order by silence desc nulls last limit 20`,
      },
      effort: 'low',
    },
  ];
}

/** Services heard before the window and never in it, while others were. */
function goneServices({ services }: HeartbeatFacts): readonly string[] {
  const gone = services.filter(({ beats, unwell }) => beats + unwell === 0);
  return gone.length === services.length ? [] : gone.map(({ name }) => name);
}

/** Whether an event was written, or a position opened or closed, in the silence; null when neither can be read. */
function signsOfLife(input: Input, gap: { readonly from: number; readonly to: number }): boolean | null {
  const { eventMinutes, positions } = input.rows;
  if (!eventMinutes.ok && !positions.ok) return null;
  const minutes = [
    ...(eventMinutes.ok ? eventMinutes.rows.map(({ minute }) => ms(minute)) : []),
    ...positionMinutes(positions, input),
  ];
  return minutes.some((at) => at >= gap.from && at + 60_000 <= gap.to);
}

function every(values: readonly (boolean | null)[], wanted: boolean): boolean | null {
  return values.includes(null) ? null : values.every((value) => value === wanted);
}

function list(names: readonly string[]): string {
  const unique = [...new Set(names)].sort();
  return unique.length > 3 ? `${unique.slice(0, 3).join(', ')} and others` : unique.join(', ');
}
