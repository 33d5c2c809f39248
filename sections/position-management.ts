import { defineSection } from '../audit/define-section.ts';
import { checks } from './position-management/checks.ts';
import { factsOf, queries } from './position-management/facts.ts';
import { figures } from './position-management/figures.ts';
import { parts } from './position-management/parts.ts';
import { abandonedPosition } from './position-management/rule-abandoned.ts';
import { maxConcurrent } from './position-management/rule-concurrency.ts';
import { entryFailures } from './position-management/rule-entries.ts';
import { exitReasonUnknown } from './position-management/rule-exits.ts';
import { settings } from './position-management/settings.ts';

/** Section 1: what was opened, closed and held, within which limits (catalogue 3.2 and 4.1). */
export const positionManagement = defineSection({
  id: 'position-management',
  number: '1',
  title: 'Position management',
  settings,
  queries,
  facts: factsOf,
  figures,
  checks,
  rules: [
    {
      id: 'PM-01',
      title: 'Max concurrent exceeded',
      dimension: 'risk',
      condition: 'more positions open at once than the limit; CRITICAL above 1.5 times the limit, else HIGH',
      evaluate: maxConcurrent,
    },
    {
      id: 'PM-03',
      title: 'Entry failures',
      dimension: 'performance',
      condition: 'more than 5 % of at least 20 entry orders failed; HIGH above 30 %, else MEDIUM',
      evaluate: entryFailures,
    },
    {
      id: 'PM-04',
      title: 'Position abandoned',
      dimension: 'risk',
      condition:
        'open at the end and not evaluated for more than 15 minutes; CRITICAL without a stop, else HIGH',
      evaluate: abandonedPosition,
    },
    {
      id: 'PM-05',
      title: 'Exit reason unknown',
      dimension: 'integrity',
      condition: 'more than 5 % of at least 10 closes have no known reason',
      evaluate: exitReasonUnknown,
    },
  ],
  parts,
});
