import { expect, test } from '@jest/globals';
import { asTyped } from '../../config/command-name.ts';
import { RENDERED_FORMATS, type RenderTools } from '../../report/formats.ts';
import { edition, sample } from './sample-report.ts';

const [first, ...others] = sample.findings;
const report = {
  ...sample,
  findings: [
    ...(first
      ? [{ ...first, recommendation: ['Run production-audit doctor, as "production-audit" says.'] }]
      : []),
    ...others,
  ],
};
const printed: unknown[] = [];
const printer: RenderTools['printer'] = {
  render: (given) => {
    printed.push(given);
    return Promise.resolve({ pdf: new Uint8Array(), pages: 1 });
  },
};
const rendered = async (id: string, calledAs?: string): Promise<string> => {
  const environment = calledAs === undefined ? {} : { AUDIT_CALLED_AS: calledAs };
  const tools = { printer, typed: (text: string) => asTyped(text, environment) };
  const { bytes } =
    (await RENDERED_FORMATS.find((format) => format.id === id)?.render(report, edition, tools)) ?? {};
  return id === 'pdf' ? JSON.stringify(printed.at(-1)) : String(bytes);
};

test.each(['md', 'html', 'pdf'])('%s of a clone prints what can be typed there', async (id) => {
  const text = await rendered(id);
  expect(text).toContain('npm run -s audit -- doctor');
  expect(text).not.toContain('production-audit doctor');
  expect(await rendered(id, 'production-audit')).toContain('production-audit doctor');
});

test('the report’s own JSON is the one that its hash is of', async () => {
  expect(await rendered('json')).toContain('production-audit doctor');
});
