import { defineSection } from '../audit/define-section.ts';
import { checks } from './position-management/checks.ts';
import { factsOf } from './position-management/facts.ts';
import { queries, uses } from './position-management/input.ts';
import { parts } from './position-management/parts.ts';
import { abandonedPosition } from './position-management/rule-abandoned.ts';
import { entryFailures } from './position-management/rule-entries.ts';
import { exitReasonUnknown } from './position-management/rule-exits.ts';
import { maxConcurrent } from './position-management/rule-max-concurrent.ts';
import { settings } from './position-management/settings.ts';
import { statistics } from './position-management/statistics.ts';
import { ABOVE_LIMIT, aboveLimitTable } from './position-management/tables.ts';
import { exitsByReason, wholeBotFigures } from './position-management/whole-bot.ts';

/** Section 1: what was opened, closed and held, within which limits (catalogue 3.2 and 4.1). */
export const positionManagement = defineSection({
  id: 'position-management',
  number: '1',
  title: 'Position management',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [statistics, wholeBotFigures, exitsByReason]) group(facts, input).define(out);
    const { spells, opened } = facts.above;
    const head = { id: ABOVE_LIMIT, title: 'Positions opened above the limit', queries: facts.from.queries };
    if (spells.length > 0) out.dataset(aboveLimitTable.of(head, opened, input.bot.quoteCurrency));
  },
  checks,
  rules: [maxConcurrent, entryFailures, abandonedPosition, exitReasonUnknown],
  parts,
});
