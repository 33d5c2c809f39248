import type { Block } from '../../audit/block.ts';
import type { Lookup } from '../lookup.ts';
import { chartWords } from './chart-words.ts';
import { lineChart } from './line-chart.ts';
import { multiplesChart } from './multiples-chart.ts';
import { stripChart } from './strip-chart.ts';
import type { Svg } from './svg.ts';

/** A chart block as SVG. `id` must be unique in the document. Colours come from the page's style sheet. */
export function chartSvg(said: Extract<Block, { type: 'chart' }>, lookup: Lookup, id: string): Svg {
  const { chart } = said;
  const block = { ...said, alt: chartWords(said, lookup) };
  switch (chart.kind) {
    case 'line':
      return lineChart(block, chart, lookup, id);
    case 'strip':
      return stripChart(block, chart, lookup, id);
    case 'multiples':
      return multiplesChart(block, chart, lookup, id);
  }
}
