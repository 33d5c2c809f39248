import { defineSection } from '../audit/define-section.ts';
import { figureKey } from '../audit/figure.ts';
import { text } from '../audit/text.ts';
import { iso } from '../audit/time.ts';
import { findingsPart } from './shared/vocabulary/findings-part.ts';
import { factsOf, queries } from './hourly-timeline/facts.ts';
import { defineDatasets, defineFigures, LINES } from './hourly-timeline/figures.ts';
import { deadHours, errorCluster } from './hourly-timeline/rules.ts';
import { settings } from './hourly-timeline/settings.ts';

const TONES = { opened: 'first', closed: 'second', errors: 'warning', alerts: 'bad' } as const;

function gapsWords(gaps: number): string {
  return gaps === 0 ? 'no gap' : `${String(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}, hatched`;
}

/** Section 14: what happened when, in buckets counted from the window's start. */
export const hourlyTimeline = defineSection({
  id: 'hourly-timeline',
  number: '14',
  title: 'Hourly activity timeline',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    defineFigures(facts, input, out);
    defineDatasets(facts, input, out);
  },
  checks: [],
  rules: [
    {
      id: 'TL-01',
      dimension: 'stability',
      title: 'Error cluster',
      condition: 'one hour holds more than 50 % of the errors, and at least 10',
      evaluate: errorCluster,
    },
    {
      id: 'TL-02',
      dimension: 'stability',
      title: 'Dead hours',
      condition:
        'an hour without any event while heartbeats came; HIGH when the other hours opened so many positions that signals were expected',
      evaluate: deadHours,
    },
  ],
  parts(facts, { window, bucketS }, _out, findings, rules) {
    const unit = bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket';
    const row = (
      title: string,
      name: string,
      basis: string,
    ): { title: string; id: string; figures: string[]; basis: [string] } => ({
      title,
      id: 'TL1',
      figures: [figureKey(name)],
      basis: [basis],
    });
    return [
      {
        title: `Activity by ${unit}`,
        blocks: [
          {
            type: 'chart',
            title: `Activity by ${unit}`,
            subtitle: text`positions from ${facts.basis}`,
            window,
            gaps: (facts.gaps ?? []).map((gap) => ({ from: iso(gap.from), to: iso(gap.to) })),
            chart: {
              kind: 'multiples',
              ...(facts.gaps !== null && { seen: 'Seen by snapshots' }),
              rows: LINES.map(({ id }) => ({
                series: `timeline.${id}`,
                total: `timeline_${id}`,
                tone: TONES[id],
              })),
            },
            alt: `Bars by ${unit}: positions opened and closed, errors, critical alerts.${facts.gaps === null ? '' : ` Snapshots: ${gapsWords(facts.gaps.length)}.`}`,
          },
          {
            type: 'table',
            dataset: 'hourly-timeline.buckets',
            limit: 31,
            empty: ['The window has no bucket.'],
          },
          {
            type: 'metrics',
            title: 'Sums of the columns',
            columns: ['Total'],
            rows: [
              row('Positions opened', 'timeline_opened', facts.basis),
              row('Positions closed', 'timeline_closed', facts.basis),
              row('Errors', 'timeline_errors', facts.errorBasis),
              row('Alerts above INFO', 'timeline_alerts_raised', 'alert log'),
              row('Critical alerts, raw', 'timeline_alerts', 'alert log'),
              row('Net PnL', 'timeline_net_pnl', facts.basis),
              row('Fees', 'timeline_fees', facts.basis),
            ],
          },
        ],
      },
      findingsPart(findings, rules),
    ];
  },
});
