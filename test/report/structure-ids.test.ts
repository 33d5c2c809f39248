import { expect, test } from '@jest/globals';
import { PDFDocument, PDFName, PDFString } from 'pdf-lib';
import { numberStructureIds } from '../../report/pdf/structure-ids.ts';

/** Two heads of a table, the second of which a cell names, as Chromium writes them when it counts from `first`. */
async function table(first: number): Promise<PDFDocument> {
  const document = await PDFDocument.create();
  const { context } = document;
  const id = (offset: number) => PDFString.of(`node${String(first + offset).padStart(8, '0')}`);
  const node = (more: object) => context.register(context.obj({ Type: 'StructElem', ...more }));
  const [one, other] = [node({ S: 'TH', ID: id(0) }), node({ S: 'TH', ID: id(7) })];
  node({ S: 'TD', A: { O: 'Table', Headers: [id(7)] } });
  node({ S: 'TD', A: [{ O: 'Layout' }, { O: 'Table', Headers: [id(0), id(7)] }] });
  const leaf = context.register(context.obj({ Limits: [id(0), id(7)], Names: [id(0), one, id(7), other] }));
  const root = context.obj({ Type: 'StructTreeRoot', IDTree: { Kids: [leaf] } });
  document.catalog.set(PDFName.of('StructTreeRoot'), context.register(root));
  return document;
}

const texts = (document: PDFDocument): readonly string[] =>
  document.context
    .enumerateIndirectObjects()
    .map(([ref, object]) => `${ref.toString()} ${object.toString()}`);

test('the nodes that cells name are named by their order, wherever Chromium began to count', async () => {
  const [one, moved] = [await table(358), await table(359)];
  expect(texts(one)).not.toEqual(texts(moved));
  numberStructureIds(one);
  numberStructureIds(moved);
  expect(texts(one)).toEqual(texts(moved));
  const all = texts(one).join('\n');
  expect(all).not.toContain('node0');
  expect(all.match(/h000002/g)).toHaveLength(5);
  expect(all).toMatch(/\/Names \[ \(h000001\) \d+ 0 R \(h000002\) \d+ 0 R \]/);
});

test('a document without a structure stays as it is', async () => {
  const document = await PDFDocument.create();
  const before = texts(document);
  numberStructureIds(document);
  expect(texts(document)).toEqual(before);
});
