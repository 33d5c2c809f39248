import { expect, test } from '@jest/globals';
import { dsnProblem } from '../../config/dsn.ts';
import { ENVIRONMENT, failure, GOOD } from './config-file.ts';

const POSTGRES = ['postgres:', 'postgresql:'];
const ESCAPE = 'holds a character that must be escaped: of a user and a password, write @ as %40';

test.each([
  ['postgres://r:p@ss/w:rd#1@h:5432/d', ESCAPE],
  ['postgres://r:hunter/22@h/d', ESCAPE],
  ['postgres://r:hunter?22@h/d', ESCAPE],
  ['postgres://r:hunter#22@h/d', ESCAPE],
  ['postgres://r:hunter#22', ESCAPE],
  ['postgres://r:hunter%zz22@h/d', 'holds a % that begins no escape.'],
  ['postgres://r:hunter22@h/d ', 'holds a blank or a line break.'],
  ['postgres://r:hunter22@h/d\n', 'holds a blank or a line break.'],
  ['postgres://r:hunter22@h:port/d', 'has a port that is not a number from 1 to 65535.'],
  ['postgres://r:hunter22@h:99999/d', 'has a port that is not a number from 1 to 65535.'],
  ['postgres://r:hunter22@h:/d', 'has a port that is not a number from 1 to 65535.'],
  ['postgres://r:hunter22@::1:5432/d', 'an IPv6 address stands in brackets.'],
  ['postgres://r:hunter22@h1,h2/d', 'names several hosts'],
  ['postgres://r:hunter22@/d', 'is not a URL.'],
  ['postgres://r:hunter22@h', 'names no database.'],
  ['postgres://r:hunter22@h?dbname=d', 'names no database.'],
  ['postgres://r:hunter22@h/d?dbname=e', 'has the parameter "dbname".'],
  [
    'postgres://r:hunter22@h/d?sslmod=require',
    'has the parameter "sslmod", which does not exist. Did you mean "sslmode"?',
  ],
  ['postgres://r:hunter22@h/d?sslca=/x', 'has the parameter "sslca", which does not exist.'],
  ['postgres://r:hunter22@h/d?sslmode=require&sslmode=disable', 'says sslmode twice.'],
  [
    'postgres://r:hunter22@h/d?ssl=false',
    'says ssl=false. Write sslmode=verify-full or sslmode=disable instead.',
  ],
  [
    'postgres://r:hunter22@h/d?sslrootcert=/nowhere/ca.pem',
    'says sslrootcert=/nowhere/ca.pem, which cannot be read (ENOENT).',
  ],
  [
    'postgres://r:hunter22@h/d?sslrootcert=/dev/zero',
    'says sslrootcert=/dev/zero, which is a device, not a file.',
  ],
  ['host=h user=r password=hunter22 dbname=d', 'holds a blank or a line break.'],
  ['r:hunter22@h/d', 'does not begin with postgres://.'],
  ['jdbc:postgresql://r:hunter22@h/d', 'does not begin with postgres://.'],
  ['mysql://r:hunter22@h/d', 'begins with "mysql://".'],
  ['h', 'is not a URL.'],
])('a DSN that cannot be used is refused before anything connects, and not quoted: %s', async (dsn, said) => {
  const problem = dsnProblem(dsn, POSTGRES);
  expect(problem).toContain(said);
  const message = await failure(GOOD, { ...ENVIRONMENT, DEMO_DATABASE_URL: dsn });
  expect(message).toBe(`audit.config.yaml:4: bots.demo.database ${String(problem)}`);
  expect(message).not.toMatch(/hunter|p@ss|ss\/w|22@/);
});

test.each([
  'postgres://r:hunter22@h/d',
  'postgresql://r:p%40ss%2Fw%3Ard%231@h:5432/d',
  'postgres://r:a:b@[::1]:5432/d',
  'postgres://r@%2Fvar%2Frun/d',
  'postgres:///d?host=/var/run',
  'postgres://r:x@h/d?sslmode=verify-full&channel_binding=require&target_session_attrs=any',
  'postgres://r:x@h/d?schema=public&connect_timeout=10&application_name=audit',
])('a DSN: %s', (dsn) => {
  expect(dsnProblem(dsn, POSTGRES)).toBeNull();
});

test.each([
  ['smtp://u:p/w@h', ESCAPE],
  ['smtp://u:p@h:587?secure=true', 'has parameters after "?"'],
  ['smtp://u:p@h:0', 'has a port'],
  ['smtp.example.test', 'is not a URL.'],
])('a mail server’s URL: %s', (url, said) => {
  expect(dsnProblem(url, ['smtp:', 'smtps:'])).toContain(said);
});
