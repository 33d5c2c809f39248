import { visibleText } from '../../audit/visible-text.ts';

/** Size of all text in a chart, in its units: 13 px on a wide screen and 8 pt on paper; the style sheet has it too. */
export const CHART_TYPE = 10.8;

/** A finished piece of SVG, safe to print as it is: everything from data in it went through `escapeXml`. */
export type Svg = string;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeXml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; attribute values are escaped, children are not. */
export function tag(name: string, attributes: Attributes, ...children: readonly Svg[]): Svg {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? px(value) : escapeXml(String(value))}"`);
  return children.length === 0
    ? `<${name}${list.join('')}/>`
    : `<${name}${list.join('')}>${children.join('')}</${name}>`;
}

export function label(x: number, y: number, text: string, attributes: Attributes = {}): Svg {
  return tag('text', { x, y, ...attributes }, escapeXml(text));
}

/** Coordinates with one decimal: enough on paper, and the same text on every machine. */
export function px(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** Width of a label in Inter, in the units of its font size: close enough to keep labels apart. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const character of text)
    width += /[ilj.,:;'|!()[\] ]/.test(character) ? 0.34 : /[A-ZmwMW@%]/.test(character) ? 0.74 : 0.6;
  return width * fontSize;
}

/** The text cut to a width, with an ellipsis. */
export function fitted(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let cut = Array.from(text);
  while (cut.length > 1 && textWidth(`${cut.join('')}…`, fontSize) > width) cut = cut.slice(0, -1);
  return `${cut.join('')}…`;
}

export interface Frame {
  /** Unique in the document: prefix of all ids in the drawing. */
  readonly id: string;
  readonly title: string;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
}

/** The drawing with its accessible name. */
export function drawing(frame: Frame, ...children: readonly Svg[]): Svg {
  const { id, width, height } = frame;
  return tag(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${px(width)} ${px(height)}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      class: 'chart',
    },
    tag('title', { id: `${id}-title` }, escapeXml(frame.title)),
    tag('desc', { id: `${id}-desc` }, escapeXml(frame.alt)),
    ...children,
  );
}
