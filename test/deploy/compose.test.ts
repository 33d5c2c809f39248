import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { CLONE } from '../../local/paths.ts';

const text = (...path: readonly string[]): string => readFileSync(join(CLONE, ...path), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: unknown;
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: unknown;
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

const compose = parse(text('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
/** What a service may have beyond the least, each with its reason in the file. */
const MORE: Readonly<Record<string, Pick<Service, 'read_only' | 'cap_add'>>> = {
  postgres: { cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'] },
  'temporal-ui': { read_only: false },
  'objects-folder': { cap_add: ['CHOWN', 'DAC_OVERRIDE'] },
};

test('the file is valid by the schema of the Compose Specification', () => {
  const { $schema, ...schema } = JSON.parse(text('test', 'deploy', 'compose-spec.schema.json')) as Record<
    string,
    unknown
  >;
  expect($schema).toContain('draft-07');
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  expect([validate(compose), validate.errors]).toEqual([true, null]);
  expect(validate({ ...compose, services: { one: { imagee: 'x' } } })).toBe(false);
});

describe.each(services)('service %s', (name, service) => {
  test('has no right that it does not need', () => {
    const { read_only = true, cap_add = [] } = MORE[name] ?? {};
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add ?? []).toEqual(cap_add);
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.read_only).toBe(read_only);
    expect([service.privileged, service.network_mode]).toEqual([undefined, undefined]);
    expect((service.volumes ?? []).join(' ')).not.toMatch(/docker\.sock|^\/(?:etc|proc|sys|var)\b/);
  });

  test('is bounded, watched, and reached from this machine only', () => {
    expect(service.deploy?.resources?.limits).toEqual({
      cpus: expect.any(String),
      memory: expect.any(String),
      pids: expect.any(Number),
    });
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    const isOnce = service.restart?.startsWith('on-failure') === true;
    expect(service.healthcheck === undefined).toBe(isOnce);
    const isServer = (service.ports ?? []).length > 0 || name.startsWith('worker');
    if (!isServer) expect(service.networks).toEqual(['data']);
  });

  test('is of one version, and no password stands in the file', () => {
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+(?:\.\d+)?(?:-[a-z]+)?$/);
    else expect(service.image).toBe('production-audit:local');
    for (const [key, value] of Object.entries(service.environment ?? {}))
      if (/PASSWORD|SECRET|_PWD|AUTH_KEY/.test(key))
        expect([key, value]).toEqual([key, expect.stringMatching(/^"?\$\{/)]);
  });
});

test('the network of the databases has no way out; what the file wants is in .env.example', () => {
  expect(compose.networks['data']).toEqual({ internal: true });
  const wanted = [...text('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name);
  for (const name of wanted) expect(text('.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
});

test.each(Object.entries(compose.configs).filter(([name]) => name.endsWith('.sh')))(
  'script %s is one',
  (_name, { content }) => {
    const { status, stderr } = spawnSync('sh', ['-n'], {
      input: content.replaceAll('$$', '$'),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  },
);

test('the image: pinned, built from the lock file without install scripts, run by a user of its own', () => {
  const lines = text('Dockerfile')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const all = (instruction: string): readonly string[] =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));
  for (const from of all('FROM')) expect(from).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim(?: AS \w+)?$/);
  expect(all('ADD')).toEqual([]);
  expect(all('USER').at(-1)).not.toMatch(/^(?:root|0)\b/);
  expect(lines.findLastIndex((line) => line.startsWith('USER '))).toBeGreaterThan(
    lines.findLastIndex((line) => /^(?:RUN|COPY) /.test(line)),
  );
  for (const run of all('RUN')) {
    if (run.includes('apt-get install'))
      expect(run).toMatch(/--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/);
    expect(run).not.toMatch(/sudo|curl|wget|npm install/);
    if (run.includes('npm ')) expect(run).toContain('--ignore-scripts');
  }
  expect(all('CMD')).toEqual([expect.stringMatching(/^\["node", .*"worker\.ts"\]$/)]);
  const ignored = text('.dockerignore').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', '.env', 'audit.config.yaml']));
});
