import type { Figure } from './figure.ts';
import { formatReason, formatValue } from './format.ts';
import type { Text } from './text.ts';

/** A sentence as plain text: mail subjects, terminal lines, history. A figure that is null says why. */
export function plainText(text: Text, figures: ReadonlyMap<string, Figure>): string {
  return text
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('code' in part) return part.code;
      if ('strong' in part) return part.strong;
      const figure = figures.get(part.figure);
      if (!figure) throw new Error(`a sentence points at the figure ${part.figure}, which does not exist`);
      if (figure.value === null) return notAvailable(figure);
      return formatValue(figure.value, figure.unit, { currency: figure.currency });
    })
    .join('');
}

/** A figure that is null, in a sentence of any format. */
export function notAvailable({ reason, detail }: Pick<Figure, 'reason' | 'detail'>): string {
  return `not available (${formatReason(reason ?? 'no_data', detail)})`;
}
