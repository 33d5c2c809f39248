import type { EntityName } from '../../audit/contract.ts';

/** Two columns of one row that cannot both be. */
export interface OwnContradiction {
  readonly entity: EntityName;
  readonly id: string;
  readonly what:
    | 'open-and-closed'
    | 'acknowledged-before'
    | 'margin'
    | 'free'
    | 'unrealized'
    | 'sums'
    | 'remaining'
    | 'exchange-id'
    | 'trailing-flag'
    | 'liquidation'
    | 'never-filled';
  readonly one: string;
  readonly other: string;
  readonly at: number;
}
