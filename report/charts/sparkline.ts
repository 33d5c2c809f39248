import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { formatValue } from '../../audit/format.ts';
import { drawing, label, tag, type Svg } from './svg.ts';

const WIDTH = 150;
const HEIGHT = 30;

/** The overall numbers of the last windows on a scale of 0 to 10; windows without one are breaks. */
export function sparkline(values: readonly (number | null)[], tone: string, id: string): Svg {
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [4, WIDTH - 28]);
  const y = scaleLinear([0, 10], [HEIGHT - 4, 4]);
  const draw = line<number | null>()
    .defined((value) => value !== null)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .digits(1);
  const last = values.at(-1) ?? null;
  const written = values.map((value) => formatValue(value, 'score')).join(', ');
  const [endX, endY] = [x(values.length - 1), y(last ?? 0)];
  const end =
    last === null
      ? []
      : [
          tag('circle', { cx: endX, cy: endY, r: 2.6, class: `fill-${tone}` }),
          label(endX + 6, endY + 3.5, formatValue(last, 'score'), { class: `end fill-${tone}` }),
        ];
  return drawing(
    { id, title: 'Overall number of the last windows', alt: written, width: WIDTH, height: HEIGHT },
    tag('path', { d: draw(values) ?? '', class: 'spark' }),
    ...end,
  );
}
