import type { PDFDocument } from 'pdf-lib';
import { PDFArray, PDFDict, PDFName, PDFString, type PDFContext, type PDFObject } from 'pdf-lib';

const [ID, ATTRIBUTES, HEADERS] = ['ID', 'A', 'Headers'].map((name) => PDFName.of(name)) as [
  PDFName,
  PDFName,
  PDFName,
];

/**
 * Names the nodes to which cells of tables point by their order. Chromium names them by its own count of a page's nodes, which
 * a busy machine may move by one: the same report would have other bytes.
 */
export function numberStructureIds(document: PDFDocument): void {
  const { context } = document;
  const root = document.catalog.lookupMaybe(PDFName.of('StructTreeRoot'), PDFDict);
  if (!root) return;
  const nodes = context.enumerateIndirectObjects().flatMap(([, object]) => (isNode(object) ? [object] : []));
  const old = new Set(nodes.flatMap((node) => idIn(node.get(ID)) ?? []));
  // The tree of ids is sorted by them, and keeps its order.
  const names = new Map(
    [...old].sort().map((id, index) => [id, PDFString.of(`h${String(index + 1).padStart(6, '0')}`)]),
  );
  for (const node of nodes) {
    const own = names.get(idIn(node.get(ID)) ?? '');
    if (own !== undefined) node.set(ID, own);
    const attributes = node.lookup(ATTRIBUTES);
    for (const one of attributes instanceof PDFArray ? attributes.asArray() : [attributes]) {
      const dict = one === undefined ? undefined : context.lookup(one);
      if (dict instanceof PDFDict) renameIn(dict.lookup(HEADERS), names);
    }
  }
  renameTree(root.lookup(PDFName.of('IDTree')), names, context);
}

type Names = ReadonlyMap<string, PDFString>;

const isNode = (object: PDFObject): object is PDFDict =>
  object instanceof PDFDict && object.get(PDFName.of('Type')) === PDFName.of('StructElem');

const idIn = (value: PDFObject | undefined): string | null =>
  value instanceof PDFString ? value.asString() : null;

function renameIn(list: PDFObject | undefined, names: Names): void {
  if (!(list instanceof PDFArray)) return;
  list.asArray().forEach((entry, index) => {
    const name = names.get(idIn(entry) ?? '');
    if (name !== undefined) list.set(index, name);
  });
}

function renameTree(node: PDFObject | undefined, names: Names, context: PDFContext): void {
  if (!(node instanceof PDFDict)) return;
  for (const list of ['Names', 'Limits']) renameIn(node.lookup(PDFName.of(list)), names);
  const kids = node.lookup(PDFName.of('Kids'));
  if (kids instanceof PDFArray)
    for (const kid of kids.asArray()) renameTree(context.lookup(kid), names, context);
}
