import { defineSection } from '../audit/define-section.ts';
import { checks, gates } from './stop-loss/checks.ts';
import { factsOf, queries } from './stop-loss/facts.ts';
import { figures } from './stop-loss/figures.ts';
import { parts } from './stop-loss/parts.ts';
import { stopDoesNotCover } from './stop-loss/rule-coverage.ts';
import { nakedUpdateGap } from './stop-loss/rule-naked.ts';
import { slowInitialStop } from './stop-loss/rule-slow.ts';
import { triggerFailedOrSlipped } from './stop-loss/rule-triggers.ts';
import { unprotectedPositions } from './stop-loss/rule-unprotected.ts';
import { settings } from './stop-loss/settings.ts';

/** Section 2: was every position protected, in time, in full, and at what price (catalogue 3.3 and 4.2). */
export const stopLoss = defineSection({
  id: 'stop-loss',
  number: '2',
  title: 'Stop-loss management',
  settings,
  queries,
  facts: factsOf,
  figures,
  checks,
  gates,
  rules: [
    {
      id: 'SL-01',
      title: 'Position without stop',
      dimension: 'risk',
      condition:
        'without an effective stop for longer than 5 s, or in shorter gaps that are 1 % of the time held and together above 60 s; LOW or MEDIUM up to 60 s, HIGH above, CRITICAL at the end of the window or from exposure 0.1',
      evaluate: unprotectedPositions,
    },
    {
      id: 'SL-02',
      title: 'Slow initial stop',
      dimension: 'performance',
      condition:
        'P95 of the first stop above 5 s or one above 30 s; HIGH when the price passed the planned stop meanwhile',
      evaluate: slowInitialStop,
    },
    {
      id: 'SL-03',
      title: 'Stop does not cover',
      dimension: 'risk',
      condition:
        'coverage below 100 % HIGH; wrong side, not reduce-only or beyond the liquidation price CRITICAL',
      evaluate: stopDoesNotCover,
    },
    {
      id: 'SL-04',
      title: 'Trigger failed or slipped',
      dimension: 'risk',
      condition:
        'triggered and not filled whole within 5 s, slippage above 100 bps, or a loss above twice the planned one; CRITICAL when the position remained',
      evaluate: triggerFailedOrSlipped,
    },
    {
      id: 'SL-05',
      title: 'Naked update gap',
      dimension: 'risk',
      condition: 'an old stop ended before the new one was acknowledged; HIGH above 5 s, else MEDIUM',
      evaluate: nakedUpdateGap,
    },
  ],
  parts,
});
