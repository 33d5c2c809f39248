import { EVIDENCE_ROWS, PRIORITIES, type Finding } from '../../audit/finding.ts';
import { formatValue } from '../../audit/format.ts';
import { recurrenceWords } from '../../audit/recurrence.ts';
import { figureWords, type Lookup } from '../lookup.ts';
import { findingAnchor } from '../outline.ts';
import { EFFORT_WORDS, SEVERITY_WORDS, predicateWords, titled, venueOf, seeTitle } from '../words.ts';
import { tableView } from '../table-view.ts';
import { codeHtml, inlineHtml } from './inline.ts';
import { htmlTable, type HtmlTable } from './table-html.ts';
import type { SafeHtml } from './safe-html.ts';

const WIDE_COMMAND = 420;

/** What `finding.hbs` prints. */
export interface FindingView {
  readonly anchor: string;
  readonly severity: string;
  readonly severityWord: string;
  readonly title: SafeHtml;
  readonly rule: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly description: SafeHtml;
  readonly evidence: HtmlTable | null;
  readonly impact: readonly { readonly name: string; readonly text: SafeHtml }[];
  readonly cause: SafeHtml;
  readonly confidence: string;
  readonly location: string;
  readonly predicates: readonly { readonly text: string; readonly held: string }[];
  readonly detection: SafeHtml;
  readonly recommendation: SafeHtml;
  readonly verification: SafeHtml;
  readonly seeTitle: string;
  /** Long commands are set across the card. */
  readonly seeWide: boolean;
  readonly see: SafeHtml;
}

/** `anchored` is false where a finding is shown a second time: an id exists once in a document. */
export function findingView(finding: Finding, lookup: Lookup, anchored: boolean): FindingView {
  const { cause, impact, severity } = finding;
  return {
    anchor: anchored ? findingAnchor(finding.id) : '',
    severity: severity.toLowerCase(),
    severityWord: SEVERITY_WORDS[severity].word,
    title: inlineHtml(finding.title, lookup),
    rule: finding.rule,
    facts: facts(finding, lookup),
    description: inlineHtml(finding.description, lookup),
    evidence: evidenceOf(finding, lookup),
    impact: [
      { name: 'Financial', text: inlineHtml(impact.financial, lookup) },
      { name: 'Operational', text: inlineHtml(impact.operational, lookup) },
      { name: 'Risk', text: inlineHtml(impact.risk, lookup) },
    ],
    cause: inlineHtml(cause.text, lookup),
    confidence: cause.confidence.toLowerCase(),
    location: cause.location ?? '',
    predicates: cause.predicates.map(({ text, held }) => ({ text, held: predicateWords(held) })),
    detection: inlineHtml(finding.detection, lookup),
    recommendation: inlineHtml(finding.recommendation, lookup),
    verification: inlineHtml(finding.verification, lookup),
    seeTitle: seeTitle(finding),
    seeWide: finding.see.text.length > WIDE_COMMAND,
    see: codeHtml(finding.see.text),
  };
}

function facts(finding: Finding, lookup: Lookup): FindingView['facts'] {
  const { day } = lookup;
  const venue = venueOf(finding);
  const recurrence = recurrenceWords(finding.recurrence);
  return [
    { name: 'Times', value: formatValue(finding.frequency, 'count') },
    { name: 'First seen', value: formatValue(finding.firstSeen, 'time', { day }) },
    { name: 'Last seen', value: formatValue(finding.lastSeen, 'time', { day }) },
    ...(finding.atStake === undefined
      ? []
      : [
          {
            name: finding.standing ? 'At stake' : 'Was at stake',
            value: figureWords(lookup.figure(finding.atStake), lookup),
          },
        ]),
    ...(venue === null ? [] : [{ name: 'Exchange', value: venue }]),
    { name: 'Priority', value: titled(PRIORITIES[finding.priority].due) },
    { name: 'Effort', value: EFFORT_WORDS[finding.effort] },
    ...(recurrence === '' ? [] : [{ name: 'History', value: titled(recurrence) }]),
  ];
}

function evidenceOf({ evidence }: Finding, lookup: Lookup): HtmlTable | null {
  if (evidence === null) return null;
  const dataset = lookup.dataset(evidence);
  const view = tableView(dataset, EVIDENCE_ROWS, lookup.day);
  return htmlTable(view, '', dataset.title, `No rows are held as evidence; see ${dataset.file}.`);
}
