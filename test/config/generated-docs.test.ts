import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { configJsonSchema } from '../../config/json-schema.ts';
import { policySections } from '../../config/policy-sections.ts';
import { generatedDocs } from '../../local/generated-docs.ts';
import { GOOD, SECTIONS } from './config-file.ts';

const text = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each(['docs/audit.config.schema.json', 'docs/configuration.md'])(
  '%s is what the definitions say',
  async (path) => {
    expect(await text(path)).toBe((await generatedDocs()).get(path));
  },
);

test('the example and the demo are valid by the published schema', async () => {
  const validate = new Ajv2020({ allErrors: true }).compile(configJsonSchema(await policySections()));
  for (const path of ['audit.config.example.yaml', 'local/demo.config.yaml']) {
    expect({ path, valid: validate(parse(await text(path))), errors: validate.errors }).toEqual({
      path,
      valid: true,
      errors: null,
    });
  }
});

test('the schema refuses what the loader refuses, and takes a reference for a number', () => {
  const validate = new Ajv2020().compile(configJsonSchema(SECTIONS));
  const good = parse(GOOD) as { bots: { demo: Record<string, unknown> } };
  const changed = (change: Record<string, unknown>): unknown => ({
    bots: { demo: { ...good.bots.demo, ...change } },
  });
  expect(validate(good)).toBe(true);
  expect(validate(changed({ settleDelayS: '${DELAY}' }))).toBe(true);
  expect(validate(changed({ settleDelayS: 'soon' }))).toBe(false);
  expect(validate(changed({ timezone: 'UTC' }))).toBe(false);
  expect(validate({ ...good, policy: { 'stop-loss': { graceS: 3 } } })).toBe(true);
  expect(validate({ ...good, policy: { 'stop-loss': { grace: 3 } } })).toBe(false);
});
