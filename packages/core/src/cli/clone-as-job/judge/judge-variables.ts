import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { hasSecretName, hasSecretValue } from '../looks-secret.ts';

/** Whether the job gets the variables that the code reads and that are set here. No value is ever told. */
export const judgeVariables = ({ trail, set }: Facts, { env, secrets }: Wishes): Finding[] => [
  ...[...trail.variables].flatMap(([name, by]) => {
    const here = set.get(name);
    if (here === undefined || ofEveryMachine(name) || name in env || name in secrets) return [];
    return [here.isSecret ? secretMissing(name, by) : variableMissing(name, by)];
  }),
  ...Object.entries(env)
    .filter(([name, value]) => isSecret(name, value))
    .map(([name]) => secretInJob(name)),
];

/** Whether a variable is to be kept as a secret. */
export const isSecret = (name: string, value: string): boolean => hasSecretName(name) || hasSecretValue(value);

const variableMissing = (name: string, by: string): Finding =>
  finding(
    'variable-not-in-job',
    `${by} reads the environment variable ${name}, which is set here and not in the job.`,
    {
      todo: `--env ${name} takes it along, --env ${name}=VALUE sets another`,
      about: 'environment_variables',
    },
  );

const secretMissing = (name: string, by: string): Finding =>
  finding(
    'secret-not-in-job',
    `${by} reads the environment variable ${name}, which is set here, looks like a secret, and is not in the job.`,
    {
      todo: `make a secret of it for the job's owner, and attach it by --secret ${name}`,
      about: 'secrets',
    },
  );

const secretInJob = (name: string): Finding =>
  finding('secret-as-variable', `${name} looks like a secret, and everybody who may read the job would see it.`, {
    todo: `make a secret of it for the job's owner, and attach it by --secret ${name} instead of --env`,
    about: 'environment_variables',
  });

// Set by every system, or by Runyard itself.
const ofEveryMachine = (name: string): boolean =>
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|SHLVL|TERM|TMPDIR|TMP|TEMP|LANG|LANGUAGE|LC_\w+|TZ|HOSTNAME|DISPLAY|EDITOR|PAGER|RUNYARD_\w+|CI|_)$/.test(
    name,
  );
