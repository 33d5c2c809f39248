import type { Money } from '../../audit/decimal.ts';
import type { Venue } from './instruments.ts';
import type { OrderFact } from './trade.ts';

/** An entry order that never became a position. */
export interface FailedEntry {
  readonly venue: Venue;
  readonly symbol: string;
  readonly strategy: string;
  readonly order: OrderFact;
}

/** Something the bot wrote into its event log that does not follow from a trade. */
export interface Incident {
  readonly at: number;
  readonly type: string;
  readonly severity: 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';
  readonly venue: Venue | null;
  readonly symbol: string | null;
  readonly positionId: string | null;
  readonly orderId?: string;
  readonly writer: string;
  readonly message: string | null;
  readonly stack: string | null;
  readonly durationMs: number | null;
}

export interface AlertFact {
  readonly at: number;
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL';
  readonly text: string;
  readonly symbol: string | null;
  readonly acknowledgedAt: number | null;
}

export interface TransferFact {
  readonly at: number;
  readonly venue: Venue;
  readonly amount: Money;
  readonly kind: 'deposit' | 'withdrawal';
}
