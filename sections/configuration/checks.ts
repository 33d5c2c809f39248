import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { check, score, unrecorded } from '../shared/vocabulary/check.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** None with two versions at once, half with a change that nobody reviewed; versions must be heard (catalogue CF2). */
export const noDrift = check<Facts, Input>({
  id: 'CF2',
  title: 'Configuration drift',
  dimension: 'risk',
  weight: 5,
  source: 'database',
  rung: 1,
  judge({ together, unreviewed, changes }, { rows, has }) {
    if (together.length > 0)
      return score(0, text`${fig('versions_together')} of the services ran in two versions at once.`);
    if (unreviewed.length > 0)
      return score(
        0.5,
        text`${fig('config_unreviewed')} of ${fig('config_changes')} changes have no reviewer.`,
      );
    const unseen = reasonOf(rows.versions) ?? (rows.changes.ok ? null : rows.changes);
    if (unseen !== null) return unrecorded(unseen);
    if (!has('heartbeat', 'version') || rowsOf(rows.versions).length === 0)
      return unrecorded(missing('no_data', 'no heartbeat of the window names a version'));
    return score(
      1,
      text`Every service was heard in one version at a time, and ${String(changes.length)} recorded changes name their reviewer.`,
    );
  },
});
