import { readFileSync, readdirSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { PageView } from './page-view.ts';

const FOLDER = new URL('../../templates/', import.meta.url);
/** The mail has templates of its own in the same folder; they are rendered elsewhere. */
const OURS = /^(?!mail-).*\.hbs$/;

let page: HandlebarsTemplateDelegate<PageView> | undefined;

/**
 * The page's template, compiled once. Templates are code: they come from the project, never from data. `strict` makes a
 * missing field an error instead of empty text; prototypes are closed (the default), so data cannot reach functions.
 */
export function pageTemplate(): HandlebarsTemplateDelegate<PageView> {
  page ??= compilePage();
  return page;
}

function compilePage(): HandlebarsTemplateDelegate<PageView> {
  const handlebars = Handlebars.create();
  for (const file of readdirSync(FOLDER).filter((name) => OURS.test(name))) {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    handlebars.registerPartial(
      file.replace('.hbs', ''),
      handlebars.compile(source, { strict: true, preventIndent: true }),
    );
  }
  return handlebars.compile<PageView>('{{> page}}', { strict: true, preventIndent: true });
}
