import type { Block, Part } from '../../audit/block.ts';
import type { Finding } from '../../audit/finding.ts';
import type { Output, Rows } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { findingsPart } from '../shared/vocabulary/findings-part.ts';
import { tableBlock } from '../shared/vocabulary/table.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { statistics } from './statistics.ts';

const MOST_TYPES = 8;

export function partsOf(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: number,
): readonly Part[] {
  const { critical, alerts, counts, signatures } = input.rows;
  if (!critical.ok && !alerts.ok && !counts.ok)
    return [unseenPart('Statistics', 'critical events, alerts and errors', critical, input.bot)];
  const none = (rows: Rows<unknown>, what: string, happened: string): string =>
    rows.ok
      ? `No ${happened} in the window.`
      : `${what} cannot be read; the reason stands in the statistics.`;
  const [noEvent, noAlert, noError] = [
    none(critical, 'Critical events', 'critical event was written'),
    none(alerts, 'Alerts', 'critical alert was raised'),
    none(signatures, 'Errors', 'error was logged'),
  ];
  return [
    {
      title: 'Statistics',
      blocks: [statistics(facts, input).block(out), ...notes(facts), ...statesTable(facts)],
    },
    {
      title: 'Timeline',
      blocks: [
        tableBlock('critical-events.events', 30, noEvent, 'Critical events'),
        tableBlock('critical-events.alerts', 12, noAlert, 'Critical alerts'),
        tableBlock('critical-events.errors', 12, noError, 'Errors by signature'),
      ],
    },
    findingsPart(findings, rules),
  ];
}

function notes({ unknownTypes, blockers }: Facts): readonly Block[] {
  const notes: Block[] = [];
  if (unknownTypes.length > 0) {
    const types = unknownTypes.slice(0, MOST_TYPES).map(([type, events]) => `${type} (${String(events)})`);
    const others = unknownTypes.length > MOST_TYPES ? ' and others' : '';
    notes.push({
      type: 'note',
      tone: 'warning',
      text: text`${fig('critical_types_unknown')} types of critical events are not known to the audit: ${types.join(', ')}${others}. They stand in the timeline; what they mean for positions was not judged.`,
    });
  }
  if (blockers !== null && blockers.length > 0)
    notes.push({
      type: 'note',
      tone: 'bad',
      text: text`${fig('global_blockers')} global blockers at the end of the window: ${blockers.map(({ name }) => name).join(', ')}.`,
    });
  return notes;
}

/** Only where a state is more than a switch at rest: a table of "nothing stopped" tells nobody anything. */
function statesTable({ holds, otherStates, unknownSwitches, blockers }: Facts): readonly Block[] {
  if (holds.length + otherStates.length + unknownSwitches.length + (blockers?.length ?? 0) === 0) return [];
  const title = 'States at the end of the window';
  return [tableBlock('critical-events.states', 20, 'No state is recorded.', title)];
}
