import { ms } from '../../audit/time.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

export type RefusedOrder = ReturnType<typeof leftOpen>[number];

/** Those that were open for longer than it takes to notice; `until`: its end, or that of the window. */
export function leftOpen({ rows, window, settings }: Input) {
  const to = ms(window.to);
  return rowsOf(rows.refused).flatMap((row) => {
    const until = Math.min(to, row.ended_at === null ? to : ms(row.ended_at));
    const openMin = (until - ms(row.at)) / 60_000;
    return openMin > settings.swallowedMin ? [{ ...row, until, openMin }] : [];
  });
}
