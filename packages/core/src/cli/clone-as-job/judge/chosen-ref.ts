import type { Checkout } from '../checkout/read-checkout.ts';

/** What a job checks out. */
export interface ChosenRef {
  ref: string;
  type: 'tag' | 'commit' | 'branch';
}

/** A tag that the remote has too, else the commit itself; null: there is none yet. The branch only where that is wanted. */
export const chosenRef = (checkout: Checkout, followBranch: boolean): ChosenRef | null => {
  const { commit, branch } = checkout;
  if (commit === null) return null;
  if (followBranch && branch !== null) return { ref: branch, type: 'branch' };
  const [tag] = usableTags(checkout);
  return tag === undefined ? { ref: commit, type: 'commit' } : { ref: tag, type: 'tag' };
};

/** Tags at the commit that a job would find; those of a remote that could not be asked are taken to be there. */
export const usableTags = ({ tags, commit, remote }: Checkout): string[] =>
  tags.filter((tag) => remote !== null && (typeof remote.refs === 'string' || remote.refs.tags.get(tag) === commit));

/** Whether the remote has the commit; as far as is known here, where it could not be asked. */
export const isPushed = (checkout: Checkout): boolean => {
  const { commit, remote, containing } = checkout;
  if (commit === null || remote === null) return false;
  if (typeof remote.refs === 'string') return containing.length > 0;
  const { branches } = remote.refs;
  return (
    containing.some((branch) => branches.has(branch)) ||
    [...branches.values()].includes(commit) ||
    usableTags(checkout).length > 0
  );
};
