export interface EndLabel {
  readonly text: string;
  readonly tone: string;
  /** Where its line ends. */
  readonly y: number;
}

/** Labels moved apart to at least `gap`, within [top, bottom], in the order of their lines' ends. */
export function spreadLabels(
  labels: readonly EndLabel[],
  gap: number,
  top: number,
  bottom: number,
): readonly (EndLabel & { readonly at: number })[] {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  const room = Math.max(0, bottom - top);
  const step = sorted.length > 1 ? Math.min(gap, room / (sorted.length - 1)) : gap;
  const places = sorted.map(({ y }) => Math.min(Math.max(y, top), bottom));
  for (let index = 1; index < places.length; index += 1) {
    places[index] = Math.max(places[index] ?? 0, (places[index - 1] ?? 0) + step);
  }
  // The push downwards may have left the drawing: come back up from the bottom.
  let limit = bottom;
  for (let index = places.length - 1; index >= 0; index -= 1) {
    places[index] = Math.min(places[index] ?? 0, limit);
    limit = (places[index] ?? 0) - step;
  }
  return sorted.map((label, index) => ({ ...label, at: places[index] ?? label.y }));
}
