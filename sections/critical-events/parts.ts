import type { Block, MetricRow, Part } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import { fig, text } from '../../audit/text.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import type { Facts, Input } from './facts.ts';

function metric(title: string, figure: string, basis: string, id: string): MetricRow {
  return { title, id, figures: [figure], basis: [basis] };
}

/** Only where a state is more than a switch at rest: a table of "nothing stopped" tells nobody anything. */
function statesTable({ holds, otherStates, unknownSwitches, blockers }: Facts): readonly Block[] {
  if (holds.length + otherStates.length + unknownSwitches.length + (blockers?.length ?? 0) === 0) return [];
  return [
    {
      type: 'table',
      title: 'States at the end of the window',
      dataset: 'critical-events.states',
      limit: 20,
      empty: ['No state is recorded.'],
    },
  ];
}

const MOST_TYPES = 8;

function listed(types: Facts['unknownTypes']): string {
  const shown = types.slice(0, MOST_TYPES).map(([type, events]) => `${type} (${String(events)})`);
  return `${shown.join(', ')}${types.length > MOST_TYPES ? ' and others' : ''}`;
}

export function partsOf(
  facts: Facts,
  input: Input,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  const { critical, alerts, counts } = input.rows;
  if (!critical.ok && !alerts.ok && !counts.ok) {
    return [unseenPart('Statistics', 'critical events, alerts and errors', critical, input.bot)];
  }
  const blockers = facts.blockers ?? [];
  return [
    {
      title: 'Statistics',
      blocks: [
        {
          type: 'metrics',
          columns: ['Value'],
          rows: [
            metric('Critical incidents', 'critical_incidents', 'events, repeats collapsed', 'CE1'),
            metric('Critical events, raw', 'critical_events', 'events', 'CE1'),
            metric(
              'Types not known to the audit',
              'critical_types_unknown',
              'events of severity CRITICAL',
              'CE1',
            ),
            metric('Critical alerts', 'critical_alerts', 'alert log, one key in ten minutes once', 'EX8'),
            metric('Critical alerts, raw', 'critical_alerts_raw', 'alert log', 'EX8'),
            metric(
              'Not acknowledged in time',
              'critical_alerts_unacknowledged',
              `after ${String(input.settings.acknowledgeS)} s`,
              'EX8',
            ),
            metric('Not delivered', 'critical_alerts_undelivered', 'alert log', 'EX8'),
            metric('Errors logged', 'errors_logged', 'events of severity ERROR or CRITICAL', 'EX9'),
            metric('Errors an hour', 'errors_per_hour', 'events', 'EX9'),
            metric('Error signatures', 'error_signatures', 'events', 'EX9'),
            metric('Errors in earlier windows, median', 'errors_history_median', 'earlier reports', 'EX9'),
            metric('Global blockers at the end', 'global_blockers', 'states, else events', 'NA2'),
            metric('Switches that hold entries at the end', 'holds', 'states', 'HC4'),
            metric('States not judged', 'states_not_judged', 'states', 'HC4'),
          ],
        },
        ...(facts.unknownTypes.length > 0
          ? [
              {
                type: 'note' as const,
                tone: 'warning' as const,
                text: text`${fig('critical_types_unknown')} types of critical events are not known to the audit: ${listed(facts.unknownTypes)}. They stand in the timeline; what they mean for positions was not judged.`,
              },
            ]
          : []),
        ...(blockers.length > 0
          ? [
              {
                type: 'note' as const,
                tone: 'bad' as const,
                text: text`${fig('global_blockers')} global blockers at the end of the window: ${blockers.map(({ name }) => name).join(', ')}.`,
              },
            ]
          : []),
        ...statesTable(facts),
      ],
    },
    {
      title: 'Timeline',
      blocks: [
        {
          type: 'table',
          title: 'Critical events',
          dataset: 'critical-events.events',
          limit: 30,
          empty: facts.events
            ? ['No critical event was written in the window.']
            : ['Critical events cannot be read; the reason stands in the statistics.'],
        },
        {
          type: 'table',
          title: 'Critical alerts',
          dataset: 'critical-events.alerts',
          limit: 12,
          empty: facts.alerts
            ? ['No critical alert was raised in the window.']
            : ['Alerts cannot be read; the reason stands in the statistics.'],
        },
        {
          type: 'table',
          title: 'Errors by signature',
          dataset: 'critical-events.errors',
          limit: 12,
          empty: input.rows.signatures.ok
            ? ['No error was logged in the window.']
            : ['Errors cannot be read; the reason stands in the statistics.'],
        },
      ],
    },
    findingsPart(findings, rules),
  ];
}
