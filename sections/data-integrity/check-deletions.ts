import { text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { check, score, unrecorded } from '../shared/vocabulary/check.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { tablesHealth } from './table-health.ts';

/**
 * Nothing says which table is only appended to but what was done with it: into such a one much was inserted, and nothing was
 * deleted before the window (catalogue DI9). A first purge deletes too, so it is a score and no finding.
 */
export const deletionsCheck = check<Facts, Input>({
  id: 'DI9',
  title: 'Deletions from tables that are appended to',
  dimension: 'integrity',
  weight: 2.5,
  source: 'snapshots',
  rung: 1,
  judge(_facts, input) {
    const { rows, settings } = input;
    if (!rows.tableCounters.ok) return unrecorded(rows.tableCounters);
    const appended = (tablesHealth(input)?.tables ?? []).flatMap(({ name, change }) =>
      change !== null && change.before.deletes === 0 && change.before.inserts >= settings.appendedRows
        ? [{ name, deletes: change.deletes }]
        : [],
    );
    if (appended.length === 0)
      return unrecorded(missing('no_data', 'no counters of a table that was only appended to before'));
    const cut = appended.filter(({ deletes }) => deletes > 0);
    const deleted = cut.reduce((all, { deletes }) => all + deletes, 0);
    return cut.length === 0
      ? score(
          1,
          text`Nothing was deleted from ${String(appended.length)} ${noun(appended.length, 'table')} that ${noun(appended.length, 'is', 'are')} only appended to.`,
        )
      : score(
          0,
          text`${String(deleted)} ${noun(deleted, 'row was', 'rows were')} deleted from ${names(cut.map(({ name }) => name))}, from which nothing was deleted before; a purge is counted too.`,
        );
  },
});
