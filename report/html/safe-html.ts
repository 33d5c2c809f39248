import Handlebars from 'handlebars';

/** A piece of HTML that is already safe: made by our own code, everything from data in it escaped. */
export type SafeHtml = Handlebars.SafeString;

export function safeHtml(html: string): SafeHtml {
  return new Handlebars.SafeString(html);
}
