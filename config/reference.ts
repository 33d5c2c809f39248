import { presetOf } from '../audit/policy-presets.ts';
import type { PolicyPart } from '../audit/registry.ts';
import { configJsonSchema } from './json-schema.ts';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly required?: readonly string[];
}

/** Markdown tables of every key of audit.config.yaml, from the schema that the loader uses. */
export function keyTables(sections: readonly PolicyPart[]): string {
  const schema = configJsonSchema(sections) as Node;
  const bot = nodeOf(schema, 'bots').additionalProperties as Node;
  const parts = ['storage', 'retention', 'mail', 'groups', 'alerts', 'server', 'metrics', 'temporal'];
  const plain = Object.entries(schema.properties ?? {}).filter(
    ([key]) => !parts.includes(key) && key !== 'policy' && key !== 'bots',
  );
  return [
    '### Top level',
    table([['bots.NAME', bot, true], ...plain.map(([key, node]) => row(key, node, schema))]),
    '### bots.NAME',
    table(rows(bot)),
    ...parts.flatMap((key) => {
      const node = nodeOf(schema, key);
      const named = node.additionalProperties;
      return [
        typeof named === 'object' ? `### ${key}.NAME` : `### ${key}`,
        node.description ?? '',
        table(rows(typeof named === 'object' ? named : node)),
      ];
    }),
  ].join('\n\n');
}

/** Markdown table of every threshold of the policy with its default. */
export function policyTables(sections: readonly PolicyPart[]): string {
  const policy = nodeOf(configJsonSchema(sections), 'policy');
  return Object.entries(policy.properties ?? {})
    .filter(([, node]) => Object.keys(node.properties ?? {}).length > 0)
    .map(([id, node]) => {
      const title = sections.find((section) => section.id === id)?.title;
      return `### policy.${id}\n\n${title === undefined ? '' : `${title}.\n\n`}${table(rows(node))}`;
    })
    .join('\n\n');
}

/** Markdown table of what each preset changes, beside the default. */
export function presetTable(sections: readonly PolicyPart[]): string {
  const policy = nodeOf(configJsonSchema(sections), 'policy');
  const lines = sections.flatMap(({ id }) => {
    const [strict, paper] = [presetOf('strict', id), presetOf('paper', id)];
    return [...new Set([...Object.keys(strict), ...Object.keys(paper)])].map((key) => {
      const usual = defaultText(nodeOf(nodeOf(policy, id), key));
      const cell = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``);
      return `| \`${id}.${key}\` | ${cell(strict[key])} | ${usual} | ${cell(paper[key])} |`;
    });
  });
  return ['| Threshold | strict | standard | paper |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

type Row = readonly [key: string, node: Node, isRequired: boolean];

function rows(node: Node, prefix = ''): readonly Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const name = `${prefix}${key}`;
    const named = inner.additionalProperties;
    if (typeof named === 'object' && named.properties !== undefined)
      return [row(name, inner, node), ...rows(named, `${name}.NAME.`)];
    return inner.properties === undefined ? [row(name, inner, node)] : rows(inner, `${name}.`);
  });
}

function row(key: string, node: Node, parent: Node): Row {
  const own = key.split('.').at(-1) ?? key;
  return [key, node, parent.required?.includes(own) === true];
}

function table(entries: readonly Row[]): string {
  const lines = entries.map(
    ([key, node, isRequired]) =>
      `| \`${key}\` | ${typeText(node)} | ${isRequired ? 'required' : defaultText(node)} | ${(node.description ?? '').replaceAll('|', '\\|')} |`,
  );
  return ['| Key | Value | Default | What it is |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function typeText(node: Node): string {
  const [strict] = node.anyOf ?? [];
  if (node.anyOf !== undefined && strict !== undefined) {
    const kinds = [...new Set(node.anyOf.filter((inner) => !isReference(inner)).map(typeText))];
    return kinds.join(' or ');
  }
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : typeText(node.items)}`;
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    object: 'keys and values',
    boolean: 'true, false',
  };
  return words[node.type ?? ''] ?? node.type ?? 'any';
}

/** The `${VAR}` that every number and word may be instead. */
function isReference(node: Node): boolean {
  return 'pattern' in node && String(node.pattern).startsWith('^\\$');
}

function defaultText(node: Node): string {
  if (node.default === undefined) return '';
  const text = JSON.stringify(node.default);
  return text === '[]' || text === '{}'
    ? 'none'
    : `\`${typeof node.default === 'string' ? node.default : text}\``;
}

function nodeOf(schema: Node, key: string): Node {
  const found = schema.properties?.[key];
  if (found === undefined) throw new Error(`the schema has no ${key}`);
  return found;
}

/** Replaces what stands between `<!-- generated: NAME -->` and `<!-- end -->`. Throws when the marks are not there. */
export function withGenerated(markdown: string, name: string, body: string): string {
  const pattern = new RegExp(`(<!-- generated: ${name} -->)[\\s\\S]*?(<!-- end -->)`);
  if (!pattern.test(markdown)) throw new Error(`there is no place for "${name}"`);
  return markdown.replace(pattern, (_match, start: string, end: string) => `${start}\n\n${body}\n\n${end}`);
}
