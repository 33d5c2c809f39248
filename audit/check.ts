import type { SourceName } from './query.ts';
import type { Text } from './text.ts';
import type { Reason } from './value.ts';

export const DIMENSIONS = {
  stability: 'System stability',
  integrity: 'Data integrity',
  performance: 'Performance',
  risk: 'Risk management',
} as const;
export type Dimension = keyof typeof DIMENSIONS;

/** A measured quality: r in [0,1] with the coverage credit of its basis, or why it could not be measured. */
export type CheckOutcome =
  | {
      readonly state: 'known';
      readonly r: number;
      readonly credit: number;
      readonly text: Text;
      /** Passed because there was nothing to look at: no praise follows from it. */
      readonly absence?: true;
    }
  | { readonly state: 'unknown'; readonly reason: Reason; readonly text: Text }
  | { readonly state: 'not_applicable'; readonly text: Text };

export interface CheckResult {
  readonly id: string;
  readonly section: string;
  readonly title: string;
  readonly dimension: Dimension;
  /** 10, 7.5, 5 or 2.5. */
  readonly weight: number;
  readonly outcome: CheckOutcome;
}

/** A condition under which no window may pass. `failed` null: it could not be seen, and `text` says why. */
export interface GateResult {
  readonly id: string;
  readonly section: string;
  readonly title: string;
  /** Stands behind "whether". */
  readonly asks: string;
  readonly source: SourceName;
  /** The rule whose finding says the same. */
  readonly rule?: string;
  readonly failed: boolean | null;
  readonly text: Text;
}
