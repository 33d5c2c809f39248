import type { Window } from '../audit/evidence.ts';

/** A window of the list: its newest revision. */
export interface ListedReport {
  readonly bot: string;
  readonly kind: string;
  readonly window: Window;
  readonly verdict: string;
  readonly overall: number | null;
  readonly revision: number;
  /** Keys of the archived files. */
  readonly files: readonly string[];
  /** How many there are, and the first of them; null when the report was not read for it. */
  readonly findings: number | null;
  readonly top: { readonly severity: string; readonly title: string } | null;
}
