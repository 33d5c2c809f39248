import type { Block } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import { text } from '../audit/text.ts';
import { iso } from '../audit/time.ts';
import { factsOf, unitOf } from './hourly-timeline/facts.ts';
import { queries, settings, uses } from './hourly-timeline/input.ts';
import { errorCluster } from './hourly-timeline/rule-cluster.ts';
import { deadHours } from './hourly-timeline/rule-dead-hours.ts';
import { CHARTED, defineTables, seriesOf, statistics } from './hourly-timeline/statistics.ts';
import { findingsPart } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { noun } from './shared/vocabulary/words.ts';

/** Section 14: what happened when, in buckets counted from the window's start. */
export const hourlyTimeline = defineSection({
  id: 'hourly-timeline',
  number: '14',
  title: 'Hourly activity timeline',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    for (const series of seriesOf(facts)) out.series(series);
    defineTables(facts, input, out);
  },
  checks: [],
  rules: [errorCluster, deadHours],
  parts(facts, input, out, findings, rules) {
    const unit = unitOf(input);
    const { gaps, basis } = facts;
    const unseen = gaps?.length ?? 0;
    const gapsText = unseen === 0 ? 'no gap' : `${String(unseen)} ${noun(unseen, 'gap')}, hatched`;
    const title = `Activity by ${unit}`;
    const activity: Block = {
      type: 'chart',
      title,
      subtitle: text`positions from ${basis}`,
      window: input.window,
      gaps: (gaps ?? []).map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
      chart: {
        kind: 'multiples',
        ...(gaps !== null && { seen: 'Seen by snapshots' }),
        rows: CHARTED.map(({ id, tone }) => ({ series: `timeline.${id}`, total: `timeline_${id}`, tone })),
      },
      alt: `Bars by ${unit}: positions opened and closed, errors, critical alerts.${gaps === null ? '' : ` Snapshots: ${gapsText}.`}`,
    };
    const table = tableBlock('hourly-timeline.buckets', 31, 'The window has no bucket.');
    const sums = statistics(facts, input).block(out, { title: 'Sums of the columns' });
    return [{ title, blocks: [activity, table, sums] }, findingsPart(findings, rules)];
  },
});
