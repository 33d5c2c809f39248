import type { Labels } from '../../../audit/figure.ts';
import type { NumberSpec } from './number.ts';

export interface Base {
  readonly bot: { readonly quoteCurrency: string };
  readonly window: { readonly to: string };
  readonly settings: object;
}

/** Cases of one finding: of one exchange, or of the whole bot with null. */
export type Group<C, G = unknown> = Cases<C> &
  // What the finding knows of the group beside its cases.
  (unknown extends G ? { readonly of?: G } : { readonly of: G });

interface Cases<C> {
  readonly venue: string | null;
  /** The finding's exchange, where its figures stand for the whole bot. */
  readonly exchange?: string | null;
  readonly found: readonly C[];
  /** What else tells its figures from those of the rule's other findings: `{ kind: 'adl' }`. */
  readonly labels?: Labels;
  /** Stands before the id of its cause, where two findings of one exchange must not be one: `adl`. */
  readonly kind?: string;
}

export type Context<F, I extends Base, C, G = unknown> = Group<C, G> & {
  readonly facts: F;
  readonly input: I;
  /** A threshold in force as a number: `limit: policy('mostNotional', 'Largest notional allowed')`. */
  readonly policy: (key: keyof I['settings'] & string, title: string) => NumberSpec;
  /** `Binance`; empty when it is not about one exchange. */
  readonly place: string;
};

/** Where numbers come from. */
export interface From {
  readonly basis: string;
  readonly queries: readonly string[];
}
