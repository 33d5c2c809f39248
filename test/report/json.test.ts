import { expect, test } from '@jest/globals';
import Ajv2020Module from 'ajv/dist/2020.js';
import { renderJson } from '../../report/json.ts';
import { reportJsonSchema, reportSchema } from '../../report/schema.ts';
import { expectGolden } from '../support/golden.ts';
import { sample } from './sample-report.ts';

const Ajv2020 = Ajv2020Module.default;

test('one report gives one text, whatever order its keys were made in', () => {
  const reversed = Object.fromEntries(Object.entries(sample).reverse()) as unknown as typeof sample;
  expect(renderJson(reversed)).toBe(renderJson(sample));
  expectGolden('test/golden/report/sample.json', renderJson(sample));
});

test('the published schema is the one that the code has', () => {
  expectGolden('docs/report.schema.json', reportJsonSchema());
});

test('a report satisfies the schema, and a key that the schema does not know is refused', () => {
  expect(reportSchema.safeParse(sample).error).toBeUndefined();
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(
    JSON.parse(reportJsonSchema()) as object,
  );
  expect(validate(JSON.parse(renderJson(sample)))).toBe(true);
  expect(validate(JSON.parse(renderJson({ ...sample, extra: 1 } as typeof sample)))).toBe(false);
  const figures = [{ ...sample.figures[0], colour: 'red' }];
  expect(reportSchema.safeParse({ ...sample, figures }).success).toBe(false);
});
