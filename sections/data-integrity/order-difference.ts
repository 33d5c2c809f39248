/** An order and what was traded for it disagree; both sides as they are stored. */
export interface OrderDifference {
  readonly what: 'no-fills' | 'no-order' | 'filled' | 'status' | 'price' | 'beyond' | 'copy';
  readonly orderId: string;
  readonly venue: string;
  readonly symbol: string;
  readonly at: number;
  readonly orderSays: string;
  readonly fillsSay: string;
  /** Something that happened has no row: a fill, or the order of one. */
  readonly isLost: boolean;
}

/** Only the row of the order is off, or its quantity was never written: no execution is in doubt. */
export function isOfTheRow({ what, orderSays }: OrderDifference): boolean {
  return ['price', 'beyond', 'copy'].includes(what) || (what === 'filled' && orderSays === '0');
}
