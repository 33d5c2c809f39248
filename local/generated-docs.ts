import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { configJsonSchemaText } from '../config/json-schema.ts';
import { policySections } from '../config/policy-sections.ts';
import { keyTables, policyTables, presetTable, withGenerated } from '../config/reference.ts';
import { registry } from '../sections/index.ts';
import { alertsTable, metricsTable } from './alerts-reference.ts';
import { findingsReference } from './findings-reference.ts';
import { sectionsReference } from './sections-reference.ts';

/** Every committed file that is generated from definitions: path in the clone -> text as Prettier leaves it. */
export async function generatedDocs(): Promise<ReadonlyMap<string, string>> {
  const sections = await policySections();
  const template = await readFile(new URL('../docs/configuration.md', import.meta.url), 'utf8');
  const configuration = [
    ['keys', keyTables(sections)] as const,
    ['presets', presetTable(sections)] as const,
    ['policy', policyTables(sections)] as const,
  ].reduce((text, [name, body]) => withGenerated(text, name, body), template);
  const alertsTemplate = await readFile(new URL('../docs/alerts.md', import.meta.url), 'utf8');
  const alerts = withGenerated(
    withGenerated(alertsTemplate, 'alerts', alertsTable()),
    'metrics',
    metricsTable(),
  );
  const files: readonly (readonly [path: string, text: string])[] = [
    ['docs/sections.md', sectionsReference(registry)],
    ['docs/findings.md', findingsReference(registry)],
    ['docs/configuration.md', configuration],
    ['docs/alerts.md', alerts],
    ['docs/audit.config.schema.json', configJsonSchemaText(sections)],
  ];
  const formatted = files.map(async ([path, text]) => [path, await pretty(path, text)] as const);
  return new Map(await Promise.all(formatted));
}

async function pretty(path: string, text: string): Promise<string> {
  const filepath = new URL(`../${path}`, import.meta.url).pathname;
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
