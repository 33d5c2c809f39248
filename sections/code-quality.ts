import { defineSection } from '../audit/define-section.ts';
import { factsOf } from './code-quality/facts.ts';
import { queries, settings, uses } from './code-quality/input.ts';
import { newSignature } from './code-quality/rule-new-signature.ts';
import { swallowedError } from './code-quality/rule-refused-open.ts';
import { defineTables, statistics } from './code-quality/statistics.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';
import { tableBlock } from './shared/vocabulary/table.ts';

/** Section 10: what the errors of the window say of the code that they come from. */
export const codeQuality = defineSection({
  id: 'code-quality',
  number: '10',
  title: 'Code quality findings',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks: [],
  rules: [newSignature, swallowedError],
  parts(facts, input, out, findings, rules) {
    const title = 'Errors by module';
    if (facts.unread)
      return [
        unseenPart(title, 'errors and the code that they come from', facts.unread, input.bot),
        findingsPart(findings, rules),
      ];
    return [
      {
        title,
        blocks: [
          statistics(facts, input).block(out),
          tableBlock('code-quality.modules', 12, 'No error was written in the window.'),
          {
            type: 'note',
            tone: 'neutral',
            text: [
              'Places are those that traces of errors name. The source code is not read: neither current nor improved code is quoted here, and a linter would say more.',
            ],
          },
        ],
      },
      {
        title: 'Error signatures',
        blocks: [tableBlock('code-quality.signatures', 12, 'No error was written in the window.')],
      },
      findingsPart(findings, rules),
    ];
  },
});
