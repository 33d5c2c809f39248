import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { check, score, unrecorded } from '../shared/vocabulary/check.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** None with a decision that was carried out twice; one of which that cannot be told is not known (catalogue RC3). */
export const executedOnce = check<Facts, Input>({
  id: 'RC3',
  title: 'Decisions executed once',
  dimension: 'risk',
  weight: 10,
  source: 'database',
  rung: 1,
  judge({ doubles, undecided, lastExecutedAt }, { rows }) {
    const unseen = reasonOf(rows.several);
    if (unseen !== null) return unrecorded(unseen);
    if (doubles.length > 0)
      return score(0, text`${fig('double_executions')} of the decisions were executed twice.`);
    if (undecided.length > 0)
      return missing(
        'inadequate_basis',
        `of ${String(undecided.length)} decisions it cannot be told whether they were executed twice`,
      );
    return score(
      1,
      text`No decision was executed twice, of ${fig('executions')} executions.`,
      lastExecutedAt === null,
    );
  },
});

/** Half with a row whose other half, reasons or payloads are missing (catalogue DI10). */
export const lineage = check<Facts, Input>({
  id: 'DI10',
  title: 'Lineage of decisions and executions',
  dimension: 'integrity',
  weight: 7.5,
  source: 'database',
  rung: 1,
  judge({ gaps, lastExecutedAt }, { rows }) {
    const unseen = reasonOf(rows.gaps);
    if (unseen !== null) return unrecorded(unseen);
    return gaps.length > 0
      ? score(0.5, text`${fig('lineage_gaps')} rows lack what they follow from.`)
      : score(1, text`Every decision and execution has its other half.`, lastExecutedAt === null);
  },
});
