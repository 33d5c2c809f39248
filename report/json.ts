import { escapedControls } from '../audit/control-text.ts';
import { canonicalJson } from '../audit/hash.ts';
import type { Report } from '../audit/report.ts';

/** The report itself, canonical: one report, one text, whose sha256 is the report's hash. */
export function renderJson(report: Report): string {
  return `${escapedControls(canonicalJson(report))}\n`;
}
