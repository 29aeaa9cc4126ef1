import type { Checkout } from '../checkout/read-checkout.ts';
import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding } from '../finding.ts';
import { isPushed, usableTags } from './chosen-ref.ts';

const about = 'external_repo_attachments';

/** Whether a job can fetch what is here, and will find the same tomorrow. */
export const judgeCheckout = ({ checkout }: Facts, { followBranch, credential }: Wishes): Finding[] => [
  ...judgeCommit(checkout),
  ...judgeRemote(checkout),
  ...(credential === undefined ? judgeAccess(checkout) : []),
  ...(checkout.commit !== null && checkout.remote !== null ? judgeRef(checkout, followBranch) : []),
  ...checkout.submodules.flatMap(judgeSubmodule),
];

const judgeCommit = ({ commit }: Checkout): Finding[] =>
  commit === null
    ? [finding('no-commit', 'Nothing is committed yet.', { todo: 'git add . && git commit', about })]
    : [];

const judgeRemote = (checkout: Checkout): Finding[] => {
  const { remote, commit, branch } = checkout;
  if (remote === null)
    return [
      finding('no-remote', 'The repository has no remote from which a job could fetch it.', {
        todo: 'git remote add origin URL && git push -u origin HEAD',
        about,
      }),
    ];
  const findings: Finding[] = [];
  if (remote.hadCredentials)
    findings.push(
      finding(
        'url-credentials',
        `The URL of the remote ${remote.name} has a user or a password in it, which the job does not get.`,
        {
          todo: `git remote set-url ${remote.name} ${remote.url}; name the job's credential by --credential`,
          about,
        },
      ),
    );
  if (remote.isLocal)
    findings.push(
      finding(
        'local-remote',
        `The remote ${remote.name} is a folder of this machine: only a host on it that allows that can fetch it.`,
        { about },
      ),
    );
  if (typeof remote.refs === 'string')
    findings.push(
      finding(
        'remote-not-asked',
        `What the remote ${remote.name} has now is not known: ${remote.refs}. It is judged by what it had when it was last fetched from.`,
        { about },
      ),
    );
  if (commit !== null && !isPushed(checkout))
    findings.push(
      finding('not-pushed', `No branch and no tag of ${remote.name} has the commit ${commit.slice(0, 12)}.`, {
        todo: `git push ${remote.name} ${branch ?? 'HEAD:refs/heads/NAME'}`,
        about,
      }),
    );
  return findings;
};

// Here the developer's own keys and helpers let him in, which no job has.
const judgeAccess = ({ remote }: Checkout): Finding[] =>
  remote?.needsCredential === true
    ? [
        finding(
          'no-credential',
          `The remote ${remote.name} lets nobody in without a credential, and the job has none.`,
          {
            todo: "make a git credential for the job's owner, and name it by --credential NAME",
            about,
          },
        ),
      ]
    : [];

const judgeRef = (checkout: Checkout, followBranch: boolean): Finding[] => {
  const { branch, tags, remote, commit } = checkout;
  const name = remote?.name ?? 'origin';
  if (followBranch && branch !== null)
    return [
      finding('follows-branch', `The job follows the branch ${branch}: what it does changes with every push.`, {
        todo: 'leave --follow-branch out, and tag what the job is to run',
        about,
      }),
    ];
  if (usableTags(checkout).length > 0) return [];
  const detached =
    branch === null ? [finding('detached-head', 'HEAD is at no branch.', { todo: 'git switch -c NAME', about })] : [];
  const [tag] = tags;
  if (tag !== undefined)
    return [
      ...detached,
      finding(
        'tag-not-pushed',
        `The tag ${tag} points at the commit, but not on ${name}. The job stays at the commit.`,
        {
          todo: `git push ${name} refs/tags/${tag}`,
          about,
        },
      ),
    ];
  return [
    ...detached,
    finding(
      'no-tag',
      `No tag points at the commit ${commit?.slice(0, 12)}. The job stays at it, but nobody sees by its name what that is.`,
      {
        todo: `git tag -a v1.0.0 -m 'v1.0.0' && git push ${name} v1.0.0`,
        about,
      },
    ),
  ];
};

const judgeSubmodule = ({ path, isMissing, isDirty, isPushed: pushed }: Checkout['submodules'][number]): Finding[] => {
  if (isMissing) return [];
  const findings: Finding[] = [];
  if (isDirty)
    findings.push(
      finding('submodule-changed', `The submodule ${path} is not as it is committed here.`, {
        todo: `commit and push it in ${path}, then \`git add ${path} && git commit\` here`,
        about,
      }),
    );
  if (!pushed)
    findings.push(
      finding('submodule-not-pushed', `No remote branch of the submodule ${path} has its commit.`, {
        todo: `git -C ${path} push`,
        about,
      }),
    );
  return findings;
};
