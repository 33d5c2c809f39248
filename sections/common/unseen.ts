import type { Part } from '../../audit/block.ts';
import type { BotFacts } from '../../audit/evidence.ts';
import { formatReason } from '../../audit/format.ts';
import type { Missing } from '../../audit/value.ts';

/** One sentence in place of tables in which every cell would say the same. */
export function unseenPart(title: string, what: string, why: Missing, bot: BotFacts): Part {
  const none = bot.sources.database === 'none';
  return {
    title,
    blocks: [
      {
        type: 'note',
        tone: none ? 'neutral' : 'warning',
        text: [
          none
            ? `The source database is declared none, so ${what} are outside of this audit.`
            : `Nothing can be said about ${what}: ${formatReason(why.reason, why.detail)}.`,
        ],
      },
    ],
  };
}
