/** A position, or what names none, on which the rows of two tables disagree; both sides as they are stored. */
export interface Mismatch {
  readonly positionId: string | null;
  readonly venue: string;
  readonly symbol: string;
  readonly at: number;
  readonly rowSays: string;
  readonly fillsSay: string;
  /** Executions that are stored leave something open that no row holds: the exchange's side, not only the rows'. */
  readonly openAtVenue: boolean;
  readonly kind:
    | 'no-entry-fill'
    | 'no-exit-fill'
    | 'row-still-open'
    | 'stray-fills'
    | 'named-fills'
    | 'named-elsewhere'
    | 'other-opening'
    | 'other-end';
}
