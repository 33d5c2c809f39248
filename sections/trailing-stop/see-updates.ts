import type { See } from '../../audit/finding.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import type { Trail } from './facts.ts';

/** The updates of these positions' stops, in time. */
export function seeUpdates(trails: readonly Pick<Trail, 'fact'>[]): See {
  return seeRows(
    'trailing_update',
    'position_id, at, old_stop, new_stop, skipped',
    'position_id',
    trails.map(({ fact }) => fact.id),
    'position_id, at',
  );
}
