import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { redactedConfig } from '../../config.ts';
import { temporalEnvironment, temporalVariables, withoutTemporalVariables } from '../../config/temporal.ts';
import { createAuthority } from '../support/certificates.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { ENVIRONMENT, GOOD, load } from './config-file.ts';

const KEY = 'canary-api-key-5d1e';
const { certificate, key } = createAuthority('Authority of the test');

test('TLS and the API key come from the variables of the SDK; none is printed', async () => {
  const config = await load(GOOD, {
    ...ENVIRONMENT,
    TEMPORAL_ADDRESS: 'eu.example.test:7233',
    TEMPORAL_NAMESPACE: 'audits',
    TEMPORAL_API_KEY: KEY,
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: certificate,
    TEMPORAL_TLS_SERVER_NAME: 'frontend',
  });
  expect(config.temporal).toMatchObject({ address: 'eu.example.test:7233', namespace: 'audits' });
  expect(config.temporal.security).toMatchObject({ apiKey: KEY, tls: { serverNameOverride: 'frontend' } });
  expect(config.secrets).toContain(KEY);
  expect(JSON.stringify(redactedConfig(config))).not.toContain(KEY);
});

test.each<[string, Readonly<Record<string, string>>, unknown]>([
  ['nothing', {}, false],
  ['TEMPORAL_TLS=true', { TEMPORAL_TLS: 'true' }, {}],
  ['an API key alone, which needs TLS', { TEMPORAL_API_KEY: KEY }, true],
  ['an API key and TEMPORAL_TLS=false', { TEMPORAL_API_KEY: KEY, TEMPORAL_TLS: 'false' }, false],
  ['an empty variable, which is not set', { TEMPORAL_TLS: '', TEMPORAL_API_KEY: '' }, false],
])('TLS of %s', async (_what, environment, tls) => {
  expect(await temporalEnvironment(environment)).toMatchObject({ security: { tls }, problems: [] });
});

describe('a variable that cannot be used is named, and no key is printed', () => {
  const folder = scratchDirectory('temporal');
  const broken = join(folder, 'temporal.toml');
  writeFileSync(broken, `[profile.default]\napi_key = "${KEY}\n`);
  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'TLS',
      { TEMPORAL_TLS: 'yes' },
      'the environment variable TEMPORAL_TLS is "yes". Expected true or false.',
    ],
    [
      'verification',
      { TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' },
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION cannot be honoured: the TypeScript SDK always verifies.',
    ],
    [
      'no file',
      { TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem' },
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH names /nowhere/ca.pem, which cannot be read (ENOENT).',
    ],
    [
      'not PEM',
      { TEMPORAL_TLS_SERVER_CA_CERT_DATA: KEY },
      'TEMPORAL_TLS_SERVER_CA_CERT_DATA is not in PEM form (-----BEGIN ...).',
    ],
    [
      'two at once',
      { TEMPORAL_TLS_SERVER_CA_CERT_DATA: certificate, TEMPORAL_TLS_SERVER_CA_CERT_PATH: broken },
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH and TEMPORAL_TLS_SERVER_CA_CERT_DATA are both set. Keep one of them.',
    ],
    [
      'half a pair',
      { TEMPORAL_TLS_CLIENT_CERT_DATA: certificate },
      'a client certificate is set and its key is not.',
    ],
    ['the other half', { TEMPORAL_TLS_CLIENT_KEY_DATA: key }, 'the key of a client certificate is set'],
    ['a key with a line break', { TEMPORAL_API_KEY: `${KEY}\n` }, 'TEMPORAL_API_KEY holds a blank'],
    [
      'a profile file',
      { TEMPORAL_CONFIG_FILE: '/nowhere/t.toml' },
      'TEMPORAL_CONFIG_FILE names /nowhere/t.toml',
    ],
    [
      'a broken profile',
      { TEMPORAL_CONFIG_FILE: broken },
      `the profile "default" of ${broken} cannot be used:`,
    ],
    [
      'an address',
      { TEMPORAL_ADDRESS: 'https://a.test' },
      'TEMPORAL_ADDRESS is "https://a.test". Expected host:port',
    ],
  ])('%s', async (_what, environment, sentence) => {
    const { problems, secrets } = await temporalEnvironment({ ...environment, TEMPORAL_NAMESPACE: 'n' });
    const all = problems.join(' ');
    expect(all).toContain(sentence);
    expect(all).not.toContain(KEY);
    if ('TEMPORAL_API_KEY' in environment) expect(secrets.join()).toContain(KEY);
  });
});

test('what a stack adds for its own server undoes what was meant for another', () => {
  const own = temporalVariables(null);
  expect(own).toMatchObject({ TEMPORAL_API_KEY: '', TEMPORAL_TLS: '', TEMPORAL_NAMESPACE: 'default' });
  expect(withoutTemporalVariables({ TEMPORAL_API_KEY: KEY, TEMPORAL_UI_URL: 'u', PATH: 'p' })).toEqual({
    TEMPORAL_UI_URL: 'u',
    PATH: 'p',
  });
});
