import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown, known } from '../../audit/value.ts';
import type { Facts, Input } from './facts.ts';

/** One fault makes most of the errors from this share on. */
const MOST = 0.5;

/**
 * CE-03: so many errors that the check of their rate scores 0. The catalogue has the number (EX9) and no rule for it;
 * without one a bot that fails every few seconds, evenly, would be green.
 */
export function errorFlood(
  { errors, signatures }: Facts,
  input: Input,
  out: Output,
): readonly FindingDraft[] {
  const rate = out.value('errors_per_hour');
  const limit = input.settings.errorsPerHourBad;
  if (!isKnown(errors) || !isKnown(rate) || Number(rate.value) < limit) return [];
  const [top] = [...signatures].sort((a, b) => b.events - a.events);
  const bound = fig(
    out.figure({
      name: 'errors_limit',
      value: known(limit),
      unit: 'count',
      id: 'EX9',
      title: 'Errors an hour that are too many',
      basis: 'policy',
      formula: 'policy critical-events.errorsPerHourBad',
    }),
  );
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'one-fault',
            text: text`One fault repeats: ${top?.signature ?? 'no message is recorded'}.`,
            predicates: [
              {
                text: 'one signature makes at least half of the errors',
                held: top === undefined ? null : top.events >= MOST * errors.value,
              },
            ],
          },
        ],
        ['Several faults came together; what they have in common is not recorded.'],
      ),
      severity: 'HIGH',
      title: text`${fig('errors_logged')} errors, ${fig('errors_per_hour')} an hour`,
      description: text`From ${bound} an hour on, errors are the bot’s normal state, and a new fault is not seen among them.`,
      occurrences: [
        {
          subject: top === undefined ? 'all errors' : top.type,
          at: input.window.from,
          until: input.window.to,
        },
      ],
      frequency: errors.value,
      evidence: 'critical-events.errors',
      impact: {
        financial: ['Not known from the event log.'],
        operational: text`${fig('errors_logged')} calls or messages failed.`,
        risk: ['Whoever is called for each of these soon reads none of them.'],
      },
      detection: ['Whether an alert fired stands in the alerts of the window.'],
      recommendation: text`Repair the most frequent fault first, and let errors that are retried with success be warnings.`,
      verification: text`Fewer than ${bound} errors an hour in the next window.`,
      see: {
        language: 'sql',
        text: `select type, exchange, left(error_message, 120) as message, count(*)\nfrom event\nwhere at >= '${input.window.from}' and at < '${input.window.to}' and (severity in ('ERROR', 'CRITICAL') or error_message is not null)\ngroup by 1, 2, 3\norder by 4 desc\nlimit 20`,
      },
      effort: 'medium',
    },
  ];
}
