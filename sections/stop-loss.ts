import type { Block, Part } from '../audit/block.ts';
import { defineSection } from '../audit/define-section.ts';
import type { Finding } from '../audit/finding.ts';
import type { JudgedRules, Output } from '../audit/section.ts';
import { ownColumn } from '../audit/own-statement.ts';
import { fig, text, type Text } from '../audit/text.ts';
import { iso } from '../audit/time.ts';
import { findingsPart, unseenNote, unseenPart, reasonOf } from './shared/vocabulary/unseen.ts';
import { lines, WHOLE_BOT, unshown, type Line } from './shared/vocabulary/lines.ts';
import { joined } from './shared/vocabulary/rule.ts';
import { checks, unprotectedAtEnd } from './stop-loss/checks.ts';
import { unprotectedSpans } from './stop-loss/exposure.ts';
import { factsOf, type Facts } from './stop-loss/facts.ts';
import { queries, settings, uses, type Input } from './stop-loss/input.ts';
import { responseTimes } from './stop-loss/response-times.ts';
import { slowestChart } from './stop-loss/slowest.ts';
import { stopDoesNotCover } from './stop-loss/rule-coverage.ts';
import { nakedUpdateGap } from './stop-loss/rule-naked.ts';
import { slowInitialStop } from './stop-loss/rule-slow.ts';
import { triggerFailed } from './stop-loss/rule-trigger-failed.ts';
import { triggerSlipped } from './stop-loss/rule-trigger-slipped.ts';
import { unprotectedPositions } from './stop-loss/rule-unprotected.ts';
import { statistics } from './stop-loss/statistics.ts';

/** Section 2: was every position protected, in time, in full, and at what price (catalogue 3.3 and 4.2). */
export const stopLoss = defineSection({
  id: 'stop-loss',
  number: '2',
  title: 'Stop-loss management',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures,
  checks,
  gates: [unprotectedAtEnd],
  rules: [
    unprotectedPositions,
    slowInitialStop,
    stopDoesNotCover,
    joined(triggerFailed, triggerSlipped),
    nakedUpdateGap,
  ],
  unseen: ({ protection }) => reasonOf(protection),
  parts,
});

/** Registers what the parts show. */
export function figures(facts: Facts, input: Input, out: Output): void {
  statistics(facts, input).define(out);
  noteLines(facts, input).define(out);
  for (const venue of [...facts.venues, null]) responseTimes(facts, input, venue).define(out);
}

/** How the section is shown: counts, the unprotected minutes, response times, findings. */
export function parts(
  facts: Facts,
  input: Input,
  out: Output,
  findings: readonly Finding[],
  rules: JudgedRules,
): readonly Part[] {
  const { protection } = facts;
  if (!protection.ok && input.bot.sources.database === 'none')
    return [unseenPart('Statistics', 'stops and protection', protection, input.bot)];
  const table = statistics(facts, input).block(out, { reasons: true });
  return [
    { title: 'Statistics', blocks: [...notes(facts, input), table, ...strip(facts, input)] },
    {
      title: 'Response times',
      blocks: [responseTimes(facts, input, null).block(out), ...slowestChart(facts, input, out)],
    },
    findingsPart(findings, rules),
  ];
}

function strip({ from, gaps, hasTimes }: Facts, { window }: Input): readonly Block[] {
  if (!hasTimes) return [];
  return [
    {
      type: 'chart',
      title: 'Minutes with an unprotected position',
      subtitle: text`from ${from.basis}, without the moments that are accepted while a stop is moved`,
      window,
      gaps: [],
      chart: {
        kind: 'strip',
        intervals: unprotectedSpans(gaps).map((span) => ({ from: iso(span.from), to: iso(span.to) })),
        tone: 'bad',
        total: 'unprotected_time_beyond_grace',
      },
      alt: 'The window as a strip; the filled parts are the times during which at least one position had no effective stop for longer than the grace.',
    },
  ];
}

function notes(
  { protection, from, flagged, changedSince, required }: Facts,
  { entities }: Input,
): readonly Block[] {
  if (!protection.ok) return [unseenNote('Stops', protection)];
  const flag = ownColumn('position', 'has_stop_loss', entities);
  const sentences: Text = [
    ...(protection.why === null
      ? []
      : text`Judged by ${from.basis}, because ${protection.why}: whether the exchange held these stops is not known. `),
    ...(flagged === 0
      ? []
      : flagged === required.length
        ? text`The flag ${flag} is true in all ${fig('stop_flags_set')} rows, so it tells nothing and proves no stop. `
        : text`The flag ${flag} is true in ${fig('stop_flags_set')} rows; a flag alone proves no stop. `),
    ...(changedSince === 0
      ? []
      : text`${fig('stops_changed_since')} rows changed after the window, so their stop in the window is not known. `),
  ];
  return sentences.length === 0 ? [] : [{ type: 'note', tone: 'warning', text: sentences }];
}

/** What the notes above the table count, each where it is not 0. */
function noteLines({ from, flagged, changedSince }: Facts, { bot }: Input) {
  const counts: readonly Line<null>[] = [
    unshown(null, 'count', 'stop_flags_set', 'Position rows with the flag has_stop_loss', {
      basis: 'flag has_stop_loss alone',
      formula: 'rows of positions that need a stop where has_stop_loss is true',
      of: () => flagged,
    }),
    unshown(null, 'count', 'stops_changed_since', 'Position rows that changed after the window', {
      formula: 'rows whose last update is not before the end of the window',
      of: () => changedSince,
    }),
  ];
  const shown = counts.filter((line) => line.of(null) !== 0);
  return lines({ columns: WHOLE_BOT, ...from, currency: bot.quoteCurrency, lines: shown });
}
