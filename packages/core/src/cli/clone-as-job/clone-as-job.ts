import type { JobBody } from '../apply/put-job.ts';
import { clientFor } from '../client/client.ts';
import { askingExits } from '../client/options.ts';
import { clientHelp, clientOptions } from '../client/settings.ts';
import { type Command, type Report, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Paint, paintFor } from '../output/paint.ts';
import { visible } from '../output/visible.ts';
import type { Terminal } from '../terminal.ts';
import { GitRefused } from './checkout/ask-git.ts';
import type { Facts, Wishes } from './facts.ts';
import { type Finding, type Level, refuses } from './finding.ts';
import { gather } from './gather.ts';
import { jobYaml } from './job-yaml.ts';
import { judge } from './judge/judge.ts';
import { isSecret } from './judge/judge-variables.ts';
import { gitRefused, notARepository } from './judge/no-checkout.ts';
import { makeJob } from './make-job.ts';
import { readAllowed, readWishes } from './read-wishes.ts';
import { createJob } from './send-job.ts';
import { tryJob } from './try-job.ts';

export const cloneAsJobCommand: Command = {
  usage: 'runyard clone-as-job [OPTION…] [--create | --try] [--json] -- COMMAND',
  help: [
    'Makes a job of a command that runs in this checkout: the same command, in the same folder, at the same commit. Follows what',
    'the command reads (imports, sourced scripts, files that it opens) and says what a job would not find. Prints the job as',
    'YAML for `runyard apply`, and what there is to say about it on stderr.',
    '',
    '  --name NAME        default: repository and script',
    '  --owner OWNER      user:NAME, group:NAME, a name alone, or an id; default: whose token it is',
    '  --executor NAME    where it runs; likewise --size NAME, --hardware cpu|gpu, --image IMAGE',
    '  --schedule CRON    when; --timezone ZONE says where that is meant',
    '  --env NAME[=VALUE] an environment variable; without a value, that which is set here; may be repeated',
    '  --secret VARIABLE[=SECRET]  a secret of the owner as an environment variable; may be repeated',
    '  --credential NAME  the git credential that the repository needs',
    '  --remote NAME      the remote to fetch from; default: the upstream of the branch, `origin`, or the only one',
    '  --follow-branch    follow the branch instead of staying at the tag or the commit',
    '  --offline          do not ask the remote what it has',
    '  --allow CODE[=PATH]  make the job although of a finding that refuses it, or although of that file or folder in it; may',
    '                     be repeated',
    '  --create           create the job',
    '  --try              run it at once at this commit as a job of its own, NAME-try, without a schedule, and end as the run',
    '                     does; when that has succeeded, create or update NAME as `apply` does, and remove NAME-try; when not,',
    '                     NAME stays as it was, and NAME-try to be looked at',
    ...clientHelp,
    '',
    `Exit codes: 0; 65 refused for what is in the checkout; with --try as \`start --wait\`; ${askingExits}`,
  ],
  options: {
    ...clientOptions,
    name: { type: 'string' },
    owner: { type: 'string' },
    executor: { type: 'string' },
    size: { type: 'string' },
    hardware: { type: 'string' },
    image: { type: 'string' },
    schedule: { type: 'string' },
    timezone: { type: 'string' },
    env: { type: 'string', multiple: true },
    secret: { type: 'string', multiple: true },
    credential: { type: 'string' },
    remote: { type: 'string' },
    'follow-branch': { type: 'boolean' },
    offline: { type: 'boolean' },
    allow: { type: 'string', multiple: true },
    create: { type: 'boolean' },
    try: { type: 'boolean' },
  },
  takesRest: true,
  async run(given) {
    const { options, terminal } = given;
    const [wishes, allowed] = [readWishes(given), readAllowed(given)];
    if (options.create === true && options.try === true) throw new UsageError('Either `--create` or `--try`.');
    const sends = options.create === true || options.try === true;
    const client = sends ? await clientFor(given) : null;
    const facts = await gatheredOr(gather(given, wishes, { ask: options.offline !== true }));
    const findings =
      facts instanceof GitRefused
        ? [gitRefused(facts)]
        : facts === null
          ? [notARepository(given.cwd)]
          : judge(facts, wishes);
    const isRefused = findings.some((each) => refuses(each, allowed));
    const paint = paintFor(terminal);
    if (options.json !== true)
      for (const each of findings) terminal.err(visible(`${linesOf(each, allowed, paint).join('\n')}\n`));
    if (facts === null || facts instanceof GitRefused || isRefused) return refused(findings);
    const job = makeJob(facts, wishes);
    if (client === null) return printed(job, findings, { wishes, terminal });
    const send = options.try === true ? tryJob : createJob;
    return send(client, job, { given, findings, commit: facts.checkout.commit });
  },
};

const gatheredOr = async (facts: Promise<Facts | null>): Promise<Facts | GitRefused | null> =>
  facts.catch((error: unknown) => {
    if (error instanceof GitRefused) return error;
    throw error;
  });

const refused = (findings: readonly Finding[]): Report => ({
  exit: exitCodes.notReady,
  lines: ['this cannot become a job yet. What is known better is overridden by --allow CODE or --allow CODE=PATH.'],
  json: { findings, job: null },
  failed: true,
});

const printed = (
  job: JobBody,
  findings: readonly Finding[],
  { wishes, terminal }: { wishes: Wishes; terminal: Terminal },
): Report => {
  const { shown, leftOut } = withoutSecrets(job, wishes);
  return {
    exit: exitCodes.done,
    // On a screen all of it stands above already.
    lines: [jobYaml(shown, { findings: terminal.onScreen ? [] : findings, leftOut }).trimEnd()],
    json: { findings, job: shown, left_out: leftOut },
  };
};

// Somebody may insist on a variable that looks like a secret: it is sent, but never shown. What stood in its place would be stored.
const withoutSecrets = (job: JobBody, { env }: Wishes): { shown: JobBody; leftOut: string[] } => {
  const leftOut = Object.entries(env).flatMap(([name, value]) => (isSecret(name, value) ? [name] : []));
  if (leftOut.length === 0) return { shown: job, leftOut };
  const { environment_variables: _, ...shown } = job;
  const left = Object.entries(env).filter(([name]) => !leftOut.includes(name));
  if (left.length === 0) return { shown, leftOut };
  return { shown: { ...job, environment_variables: Object.fromEntries(left) }, leftOut };
};

const linesOf = (finding: Finding, allowed: ReadonlySet<string>, paint: Paint): string[] => {
  const { code, level, says, todo } = finding;
  const shown = level === 'error' && !refuses(finding, allowed) ? 'allowed' : level;
  return [
    `${colour[level](paint)(shown.padEnd(7))}  ${code}: ${says}`,
    ...(todo === null ? [] : [`${' '.repeat(9)}${todo}`]),
  ];
};

const colour: Readonly<Record<Level, (paint: Paint) => (text: string) => string>> = {
  error: (paint) => paint.bad,
  warning: (paint) => paint.busy,
  note: (paint) => paint.faint,
};
