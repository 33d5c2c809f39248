import type { Block } from '../../audit/block.ts';
import { fig, text, type Text } from '../../audit/text.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** What was measured, what is the matter with it, and what could be tried: in the template's order, without code. */
export function trailingBlocks({ kept }: Facts, { settings }: Input): readonly Block[] {
  if (kept === null)
    return [
      paragraph(
        text`${fig('trailing_exits')} trailing exits of the window are too few to say what they keep.`,
      ),
    ];
  const isLittle = kept < settings.keptPercent;
  return [
    paragraph(
      text`Current: over ${fig('trailing_exits')} trailing exits, half kept at least ${fig('trailing_kept')} of the best move that the prices show.`,
    ),
    ...(isLittle
      ? [
          paragraph(
            text`Problem: less than ${String(settings.keptPercent)} % of a gain is kept, so the stop trails too far behind, or too late.`,
          ),
          paragraph(text`To try: a nearer trail, or one that begins earlier, on paper first.`),
          paragraph(
            text`Benefit: measured by the same figure; it is one only if the exits by stop do not rise with it.`,
          ),
        ]
      : [paragraph(text`No change follows from that.`)]),
  ];
}

export function stopBlocks({ losing, ahead }: Facts, { settings }: Input): readonly Block[] {
  if (losing.length < settings.enoughExits)
    return [
      paragraph(
        text`${fig('losers_judged')} losing positions with a known first stop are too few to judge its distance.`,
      ),
    ];
  const isMuch = 100 * ahead.length > settings.aheadPercent * losing.length;
  return [
    paragraph(
      text`Current: the first stop lies ${fig('stop_distance')} behind the entry; ${fig('losers_ahead')} of ${fig('losers_judged')} losing positions had been ahead by what they risked. What stops cost when they fire stands in section 2.`,
    ),
    ...(isMuch
      ? [
          paragraph(
            text`Problem: more than ${String(settings.aheadPercent)} % of the losers had been winners by their own measure.`,
          ),
          paragraph(
            text`To try: move the stop to the entry once a position is ahead by the distance of its first stop, on paper first.`,
          ),
          paragraph(
            text`Benefit: measured by the same share, and by the winners that such a stop would have ended.`,
          ),
        ]
      : [paragraph(text`No change follows from that.`)]),
  ];
}

/** Said under the table, since it is none of the measurements. */
export const SIMULATED: Text = [
  'A simulation, not a measurement: the same entries with their first stop nearer or further away, filled at the stop, against the prices that are known (one a bucket, so a stop that was touched between two of them is missed). What a stop closed and a wider one would not have is held to the wider one or to the last price of the window. Costs, targets and later signals are left out. One window decides nothing.',
];

function paragraph(words: Text): Block {
  return { type: 'paragraph', text: words };
}
