import type { Page } from '../../ports/store.ts';
import type { PageOptions } from '../page-options.ts';

export interface GroupView {
  id: string;
  /** Unique. */
  name: string;
  description: string | null;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

export interface GroupInput {
  /** 1 to 200 characters. */
  name: string;
  /** At most 2,000 characters. */
  description?: string | null;
}

export interface MemberView {
  userId: string;
  name: string;
  displayName: string | null;
  /** Epoch ms. */
  since: number;
}

/** `runyard.groups`. Admins write; members read. Every method rejects with a `RunyardError`; without the option `directory`, `no-directory`. */
export interface Groups {
  /** `name-in-use`. */
  create(input: GroupInput): Promise<GroupView>;
  /** `group-not-found`, also for those who are no members. */
  get(id: string): Promise<GroupView>;
  /** In the order in which they were made: admins see all, others those that they are in, which fit on one page. */
  list(options?: PageOptions): Promise<Page<GroupView>>;
  /** What is left out stays. */
  update(id: string, patch: Partial<GroupInput>): Promise<GroupView>;
  /** Memberships go with it. `owner-in-use` while it owns jobs, secrets, git credentials or webhooks: names the jobs. */
  remove(id: string): Promise<void>;
  /** In the order in which they came. */
  members(id: string, options?: PageOptions): Promise<Page<MemberView>>;
  /** Does nothing where he is one. `user-not-found`. */
  addMember(id: string, userId: string): Promise<MemberView>;
  /** Does nothing where he is none. His runs go on; what he may do is judged anew at his next call. */
  removeMember(id: string, userId: string): Promise<void>;
}
