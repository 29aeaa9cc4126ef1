import type { Checkout } from '../checkout/read-checkout.ts';
import type { Facts, Wishes } from '../facts.ts';
import { type Finding, finding, some } from '../finding.ts';
import { isPushed, usableTags } from './chosen-ref.ts';
import { nextTag } from './next-tag.ts';

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
    return checkout.remotes.length === 0
      ? [
          finding('no-remote', 'The repository has no remote from which a job could fetch it.', {
            todo: 'git remote add origin URL && git push -u origin HEAD',
            about,
          }),
        ]
      : [
          finding(
            'no-remote',
            `Which remote a job is to fetch from is not said; there are: ${some(checkout.remotes)}.`,
            {
              todo: `--remote ${checkout.remotes[0]}, or another of these`,
              about,
            },
          ),
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
        `What the remote ${remote.name} has now is not known: ${remote.refs}. It is judged by what it had when it was last fetched from${staysAtCommit(checkout)}.`,
        { about },
      ),
    );
  if (commit === null) return findings;
  const pushed = isPushed(checkout);
  if (pushed === 'no')
    findings.push(
      finding('not-pushed', `No branch and no tag of ${remote.name} has the commit ${commit.slice(0, 12)}.`, {
        todo: `git push ${remote.name} ${branch ?? 'HEAD:refs/heads/NAME'}`,
        about,
      }),
    );
  else if (pushed !== 'yes')
    findings.push(
      finding(
        'branch-moved',
        `The branch ${pushed.moved} of ${remote.name} has moved since it was last fetched from: whether the remote still has the commit ${commit.slice(0, 12)} is not known.`,
        { todo: `git fetch ${remote.name}, and call this again`, about },
      ),
    );
  return findings;
};

const staysAtCommit = ({ tags: [tag] }: Checkout): string =>
  tag === undefined ? '' : `, and whether it has the tag ${tag} is not known: the job stays at the commit`;

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
  const next = nextTag(checkout);
  const tagAndPush = `git tag -a ${next} -m '${next}' && git push ${name} refs/tags/${next}`;
  if (tag === undefined)
    return [
      ...detached,
      finding(
        'no-tag',
        `No tag points at the commit ${commit?.slice(0, 12)}. The job stays at it, but nobody sees by its name what that is.`,
        { todo: tagAndPush, about },
      ),
    ];
  // What is not known of the remote, `remote-not-asked` tells.
  if (remote === null || typeof remote.refs === 'string') return detached;
  const elsewhere = remote.refs.tags.get(tag);
  return [
    ...detached,
    elsewhere === undefined
      ? finding(
          'tag-not-pushed',
          `The tag ${tag} points at the commit, but ${name} does not have it. The job stays at the commit.`,
          { todo: `git push ${name} refs/tags/${tag}`, about },
        )
      : finding(
          'tag-not-pushed',
          `The tag ${tag} points at the commit here, and at another one (${elsewhere.slice(0, 12)}) on ${name}. The job stays at the commit.`,
          { todo: `make another one, as others may use that: ${tagAndPush}`, about },
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
