import type { Checkout } from '../checkout/read-checkout.ts';

/** What a job checks out. */
export interface ChosenRef {
  ref: string;
  type: 'tag' | 'commit' | 'branch';
}

/** A tag of which the remote says that it has it too, else the commit itself; null: there is none yet. The branch only where that is wanted. */
export const chosenRef = (checkout: Checkout, followBranch: boolean): ChosenRef | null => {
  const { commit, branch } = checkout;
  if (commit === null) return null;
  if (followBranch && branch !== null) return { ref: branch, type: 'branch' };
  const [tag] = usableTags(checkout);
  return tag === undefined ? { ref: commit, type: 'commit' } : { ref: tag, type: 'tag' };
};

/** Tags at the commit that a job would find: none of a remote that could not be asked. */
export const usableTags = ({ tags, commit, remote }: Checkout): string[] =>
  tags.filter((tag) => remote !== null && typeof remote.refs !== 'string' && remote.refs.tags.get(tag) === commit);

/** Whether the remote has the commit; as far as is known here, where it could not be asked. `moved`: a branch of it had it. */
export const isPushed = (checkout: Checkout): 'yes' | 'no' | { moved: string } => {
  const { commit, remote, containing } = checkout;
  if (commit === null || remote === null) return 'no';
  if (typeof remote.refs === 'string') return containing.size > 0 ? 'yes' : 'no';
  const { branches } = remote.refs;
  const isThere =
    [...containing].some(([branch, tip]) => branches.get(branch) === tip) ||
    [...branches.values()].includes(commit) ||
    usableTags(checkout).length > 0;
  if (isThere) return 'yes';
  const moved = [...containing.keys()].find((branch) => branches.has(branch));
  return moved === undefined ? 'no' : { moved };
};
