import { defineSection } from '../audit/define-section.ts';
import { joined } from './shared/vocabulary/rule.ts';
import { checks, unprotectedAtEnd } from './stop-loss/checks.ts';
import { factsOf } from './stop-loss/facts.ts';
import { queries, uses } from './stop-loss/input.ts';
import { figures, parts } from './stop-loss/parts.ts';
import { stopDoesNotCover } from './stop-loss/rule-coverage.ts';
import { nakedUpdateGap } from './stop-loss/rule-naked.ts';
import { slowInitialStop } from './stop-loss/rule-slow.ts';
import { triggerFailed } from './stop-loss/rule-trigger-failed.ts';
import { triggerSlipped } from './stop-loss/rule-trigger-slipped.ts';
import { unprotectedPositions } from './stop-loss/rule-unprotected.ts';
import { settings } from './stop-loss/settings.ts';

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
  parts,
});
