import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { wilson } from '../../audit/statistics.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import { counted, lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import { trailQuery } from './queries.ts';

export const settings = z.object({});
export const queries = { trail: trailQuery };
type Input = SectionInput<typeof queries, z.output<typeof settings>>;

/** Figures QA1; a column that the mapping lacks says nothing of the rows. */
export function statistics({ rows, has, bot }: Input): Lines {
  const [row] = rowsOf(rows.trail);
  const unseen = reasonOf(rows.trail);
  const absent = (entity: 'decision' | 'execution', ...columns: readonly string[]): Missing | null => {
    const column = columns.find((name) => !has(entity, name));
    return unseen ?? (column === undefined ? null : missing('missing_column', `${entity}.${column}`));
  };
  const payloads = absent('execution', 'request_payload_id', 'response_payload_id');
  const line = counted({ id: 'QA1' });
  const [executed, whole] = [row?.executed ?? 0, row?.whole ?? 0];
  return lines({
    columns: WHOLE_BOT,
    basis: 'decisions and executions',
    queries: [trailQuery.id],
    currency: bot.quoteCurrency,
    unseen,
    lines: [
      line('trail_decisions', 'Decisions', row?.decisions ?? 0, 'decisions made in the window'),
      line('missing_rationale', 'Decisions without their reasons', row?.no_rationale ?? 0, {
        unseen: absent('decision', 'rationale'),
        formula: 'decisions whose rationale is empty',
        row: true,
      }),
      line('trail_executions', 'Executions', row?.executions ?? 0, 'executions of the window'),
      line('missing_payloads', 'Executions without their payloads', row?.no_payload ?? 0, {
        unseen: payloads,
        formula: 'executions that lack the id of the request or of the response',
        row: true,
      }),
      line(
        'orphaned_executions',
        'Executions without a decision',
        row?.orphans ?? 0,
        'executions whose decision is not there',
      ),
      line(
        'lineage',
        'Executed decisions that can be followed to the payloads',
        executed === 0
          ? missing('no_data', 'nothing was executed')
          : { value: known((100 * whole) / executed), n: executed, interval: wilson(whole, executed) },
        {
          unit: 'percent',
          unseen: payloads,
          formula:
            '100 x executed decisions with an execution that names request and response / executed decisions',
          row: true,
        },
      ),
      line(
        'old_pending',
        'Decisions pending for more than a week',
        row?.old_pending ?? 0,
        'decided in the window and pending at its end for more than 7 days',
      ),
    ],
  });
}
