import type { EntityName } from '../../audit/contract.ts';
import type { Input } from './input.ts';

export interface Ahead {
  readonly entity: EntityName;
  readonly column: string;
  readonly rows: number;
  readonly newest: string;
  readonly asOf: string | null;
}

/** Times that lie further after the moment of reading than clocks may differ. */
export function timesAheadOf({ entities }: Pick<Input, 'entities'>): readonly Ahead[] {
  return entities.flatMap(({ entity, ahead = [] }) => ahead.map((one) => ({ entity, ...one })));
}
