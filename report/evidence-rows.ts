/** Rows of evidence that a finding shows; the CSV has all of them. */
export const EVIDENCE_ROWS = 8;
