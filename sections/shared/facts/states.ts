import type { Rows } from '../../../audit/section.ts';
import type { StateRow } from '../queries/monitoring.ts';
import { normal, switchOf, type Switch } from '../words/switches.ts';

/** The last state of a switch, with what it says of trading: null when it is no switch that the audit knows. */
export interface JudgedState extends StateRow {
  readonly says: Switch | null;
  /** Its name in lower case, words joined by `_`. */
  readonly slug: string;
}

/** None where states cannot be read. */
export function judgedStates(states: Rows<StateRow>): readonly JudgedState[] {
  if (!states.ok) return [];
  return states.rows.map((state) => ({ ...state, says: switchOf(state), slug: normal(state.name) }));
}
