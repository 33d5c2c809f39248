import type { PDFDocument } from 'pdf-lib';
import { PDFArray, PDFDict, PDFName, PDFNumber, PDFRef, type PDFContext, type PDFObject } from 'pdf-lib';

const [TYPE, KIND, PARENT, KIDS, PAGE] = ['Type', 'S', 'P', 'K', 'Pg'].map((name) => PDFName.of(name)) as [
  PDFName,
  PDFName,
  PDFName,
  PDFName,
  PDFName,
];
const NON_STRUCT = PDFName.of('NonStruct');
/** Kinds of PDF 2.0 in what says it is a PDF 1.7: readers refuse them. */
const PLAIN_KIND = new Map<PDFObject | undefined, PDFName>(
  ['Strong', 'Em'].map((kind) => [PDFName.of(kind), PDFName.of('Span')]),
);
const ATTRIBUTES = PDFName.of('A');
/** All that a NonStruct may hold to be taken out: one with an ID or attributes is meant. */
const PLAIN = new Set([TYPE, KIND, PARENT, KIDS, PAGE]);

/**
 * Chromium tags every span and div as NonStruct, a node that by definition says nothing (PDF 32000-1, 14.8.4.3): half of
 * the tree. Their children move up to the nodes that say something, in reading order; attributes that only repeat their
 * defaults go as well. What a screen reader is told stays the same.
 */
export function simplifyStructure(document: PDFDocument): void {
  const { context } = document;
  const root = document.catalog.lookupMaybe(PDFName.of('StructTreeRoot'), PDFDict);
  if (!root) return;
  const removed = new Map<string, PDFRef>();
  for (const [ref, object] of context.enumerateIndirectObjects()) {
    if (!(object instanceof PDFDict) || object.get(TYPE) !== PDFName.of('StructElem')) continue;
    dropDefaultSpans(object, context);
    const known = PLAIN_KIND.get(object.get(KIND));
    if (known) object.set(KIND, known);
    if (object.get(KIND) !== NON_STRUCT || !object.keys().every((key) => PLAIN.has(key))) continue;
    const parent = object.get(PARENT);
    if (parent instanceof PDFRef && isElement(context.lookup(parent))) removed.set(ref.toString(), parent);
  }
  const home = (ref: PDFRef): PDFRef => {
    const parent = removed.get(ref.toString());
    return parent === undefined ? ref : home(parent);
  };
  // Children first: what a removed node holds has then already moved into it.
  const depth = (ref: string): number => {
    const parent = removed.get(ref);
    return parent === undefined ? 0 : 1 + depth(parent.toString());
  };
  const order = [...removed.keys()].sort((a, b) => depth(b) - depth(a));
  const refs = new Map(context.enumerateIndirectObjects().map(([ref]) => [ref.toString(), ref]));
  for (const key of order) {
    const [ref, parent] = [refs.get(key), removed.get(key)];
    if (ref !== undefined && parent !== undefined) moveUp(ref, parent, context);
  }
  redirectParentTree(root.lookup(PDFName.of('ParentTree')), home, context);
  for (const key of order) {
    const ref = refs.get(key);
    if (ref !== undefined) context.delete(ref);
  }
}

function isElement(object: PDFObject | undefined): object is PDFDict {
  return object instanceof PDFDict && object.get(TYPE) === PDFName.of('StructElem');
}

/** Puts the children of `ref` in its place among those of its parent. */
function moveUp(ref: PDFRef, parentRef: PDFRef, context: PDFContext): void {
  const [node, parent] = [context.lookup(ref, PDFDict), context.lookup(parentRef, PDFDict)];
  const page = node.get(PAGE);
  const siblings = kidsOf(parent, context);
  const at = siblings.findIndex((kid) => kid instanceof PDFRef && kid === ref);
  if (at === -1) return;
  const kids = kidsOf(node, context);
  if (kids.some((kid) => kid instanceof PDFNumber) && page !== undefined && !parent.has(PAGE))
    parent.set(PAGE, page);
  const moved = kids.map((kid) =>
    kid instanceof PDFNumber && page !== undefined && parent.get(PAGE) !== page
      ? reference(kid, page, context)
      : kid,
  );
  for (const kid of kids) {
    const child = kid instanceof PDFRef ? context.lookup(kid) : undefined;
    if (isElement(child)) child.set(PARENT, parentRef);
  }
  const all = siblings.toSpliced(at, 1, ...moved);
  const [only] = all;
  parent.set(KIDS, all.length === 1 && only !== undefined ? only : context.obj([...all]));
}

function kidsOf(node: PDFDict, context: PDFContext): readonly PDFObject[] {
  const kids = node.get(KIDS);
  const list = kids instanceof PDFRef ? context.lookup(kids) : kids;
  if (list instanceof PDFArray) return list.asArray();
  return kids === undefined ? [] : [kids];
}

/** A marked piece of another page than its new parent's. */
function reference(mcid: PDFNumber, page: PDFObject, context: PDFContext): PDFDict {
  return context.obj({ Type: 'MCR', Pg: page, MCID: mcid });
}

/** Page content and links find their node by number: removed nodes are replaced by those that took their children. */
function redirectParentTree(
  node: PDFObject | undefined,
  home: (ref: PDFRef) => PDFRef,
  context: PDFContext,
): void {
  if (node instanceof PDFArray) {
    node.asArray().forEach((entry, index) => {
      if (!(entry instanceof PDFRef)) return;
      const target = context.lookup(entry);
      if (isElement(target)) node.set(index, home(entry));
      else redirectParentTree(target, home, context);
    });
  } else if (node instanceof PDFDict) {
    redirectParentTree(node.lookup(PDFName.of('Nums')), home, context);
    redirectParentTree(node.lookup(PDFName.of('Kids')), home, context);
  }
}

/** A cell that spans one row and one column needs no attribute to say so. */
function dropDefaultSpans(node: PDFDict, context: PDFContext): void {
  const attributes = node.lookup(ATTRIBUTES);
  if (!(attributes instanceof PDFArray)) return;
  const one = (dict: PDFDict, name: string): boolean => {
    const value = dict.get(PDFName.of(name));
    return value instanceof PDFNumber && value.asNumber() === 1 && dict.keys().length === 2;
  };
  const kept = attributes
    .asArray()
    .filter((entry) => !(entry instanceof PDFDict && (one(entry, 'RowSpan') || one(entry, 'ColSpan'))));
  if (kept.length === 0) node.delete(ATTRIBUTES);
  else if (kept.length < attributes.size())
    node.set(ATTRIBUTES, kept.length === 1 && kept[0] ? kept[0] : context.obj(kept));
}
