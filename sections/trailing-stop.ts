import { defineSection } from '../audit/define-section.ts';
import { ladder } from '../audit/statistics.ts';
import { fig, text } from '../audit/text.ts';
import { missing } from '../audit/value.ts';
import { check, numberOf, score, unrecorded } from './shared/vocabulary/check.ts';
import { lines, unshown, WHOLE_BOT } from './shared/vocabulary/lines.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenNote, withoutDatabase } from './shared/vocabulary/unseen.ts';
import { factsOf, isRated, type Facts } from './trailing-stop/facts.ts';
import { asked, queries, settings, uses, type Input } from './trailing-stop/input.ts';
import { loosenedStop } from './trailing-stop/rule-loosened.ts';
import { notActivated } from './trailing-stop/rule-missed.ts';
import { standingMeasure } from './trailing-stop/rule-standing.ts';
import { updateStorm } from './trailing-stop/rule-storm.ts';
import { uselessUpdates } from './trailing-stop/rule-useless.ts';
import { activations, symbolTable, updates } from './trailing-stop/statistics.ts';

/** How often the busiest symbol moved its stops; that there was nothing to move is no praise. */
const updateRate = check<Facts, Input>({
  id: 'TS5',
  title: 'Update rate of trailing stops',
  dimension: 'performance',
  weight: 2.5,
  source: 'database',
  rung: 'bot',
  judge({ unread, unseen }, { settings: s }, out) {
    if (unread) return unrecorded(unread);
    if (unseen) return unseen;
    const rate = numberOf(out, 'trailing_rate_worst');
    return typeof rate === 'number'
      ? score(
          ladder(rate, s.stormPerMin, s.stormMediumPerMin, s.stormHighPerMin),
          text`The busiest symbol moved its stops ${fig('trailing_rate_worst')} times a minute.`,
        )
      : score(1, text`No symbol moved its stops often enough to have a rate.`, true);
  },
});

/** Section 3: whether trailing stops began to trail, moved the right way, and how often (catalogue 3.4 and 4.3). */
export const trailingStop = defineSection({
  id: 'trailing-stop',
  number: '3',
  title: 'Trailing stop analysis',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [activations, updates, worstRate]) group(facts, input).define(out);
    const head = {
      id: 'trailing-stop.symbols',
      title: 'Updates by symbol',
      queries: asked('updates', 'activations'),
    };
    out.dataset(symbolTable(input).of(head, facts.symbols, input.bot.quoteCurrency));
  },
  checks: [updateRate],
  rules: [updateStorm, loosenedStop, notActivated, uselessUpdates, standingMeasure],
  parts(facts, input, out, findings, rules) {
    const outside = withoutDatabase('Statistics', 'trailing stops and their moves', input.bot);
    if (outside !== null) return outside;
    const activated = activations(facts, input).block(out, { reasons: true });
    if (facts.unseen)
      return [
        { title: 'Statistics', blocks: [activated, unseenNote('Moves of trailing stops', facts.unseen)] },
        findingsPart(findings, rules),
      ];
    const moved = updates(facts, input).block(out, { reasons: true });
    const none = 'No trailing stop was active in the window.';
    return [
      { title: 'Statistics', blocks: [activated, moved] },
      { title: 'Update frequency analysis', blocks: [tableBlock('trailing-stop.symbols', 8, none)] },
      findingsPart(findings, rules),
    ];
  },
});

/** Figure TS5 of the symbol that has the most. */
function worstRate({ symbols, unseen }: Facts, input: Input) {
  return lines({
    columns: WHOLE_BOT,
    basis: 'updates of trailing stops',
    queries: asked('updates', 'activations'),
    currency: input.bot.quoteCurrency,
    unseen,
    lines: [
      unshown('TS5', 'ratio', 'trailing_rate_worst', 'Updates a minute of the busiest symbol', {
        formula: `most of updates / minutes in which the stops of a symbol trailed, of symbols with at least ${String(input.settings.stormUpdates)} updates`,
        of: () => {
          const [most] = symbols.filter((one) => isRated(one, input));
          return most?.rate ?? missing('insufficient_n', 'no symbol has enough updates');
        },
      }),
    ],
  });
}
