import type { Block, Part } from '../../audit/block.ts';
import { short, type Line, type Say } from './lines.ts';

/** A part's blocks in their order, by type and number; what the figures and datasets in them hold has its own lines. */
export function partLines({ title, blocks }: Part, say: Say): readonly Line[] {
  const seen = new Map<string, number>();
  const lines = blocks.flatMap((block) => {
    const nth = (seen.get(block.type) ?? 0) + 1;
    seen.set(block.type, nth);
    return blockLines(`part ${title}: ${block.type} ${String(nth)}`, block, say);
  });
  return [{ head: `part ${title}`, body: blocks.map(({ type }) => type).join(', ') }, ...lines];
}

function blockLines(head: string, block: Block, say: Say): readonly Line[] {
  const line = (body: string): readonly Line[] => [{ head, body }];
  switch (block.type) {
    case 'paragraph':
      return line(say(block.text));
    case 'note':
      return line(`${block.tone}: ${say(block.text)}`);
    case 'metrics':
      return [
        {
          head,
          body: `${block.title ?? '-'} (${block.columns.join(', ')}) ${block.rows.map((row) => row.title).join(' / ')}`,
        },
        ...block.rows.map(({ title, id = '', figures, basis }) => ({
          head: `${head}, ${title} ${id}`.trim(),
          body: `${figures.map((key) => key ?? '-').join(' | ')} | ${say(basis)}`,
        })),
      ];
    case 'table':
      return line(
        `${block.title ?? '-'}: ${block.dataset}, ${String(block.limit)} rows, or: ${say(block.empty)}`,
      );
    case 'chart': {
      const { title, subtitle, alt, chart, gaps, window } = block;
      return line(`${title} (${say(subtitle)}) ${alt} ${chart.kind} #${short({ chart, gaps, window })}`);
    }
    case 'findings':
      return line(`${block.findings.join(', ')}, or: ${say(block.none)}`);
    case 'list':
      return [
        {
          head,
          body: `${String(block.items.length)} items${block.ordered ? ' in order' : ''}, or: ${say(block.empty)}`,
        },
        ...block.items.map(({ lead, detail = [], finding = '' }) => ({
          head: `${head}, ${say(lead)}`,
          body: `${say(detail)} ${finding}`.trim(),
        })),
      ];
    case 'checklist':
      return block.items.map(({ done, text }) => ({
        head: `${head}, ${say(text)}`,
        body: done ? 'done' : 'open',
      }));
    case 'code':
      return line(`${block.title ?? '-'} ${block.language} #${short(block.text)}`);
    case 'glance':
      return line(block.figures.map(({ key, title }) => `${title}: ${key}`).join(' | '));
    case 'files':
    case 'queries':
      return line('');
  }
}
