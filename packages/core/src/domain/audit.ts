/** Who did what to what: written in the same transaction as the deed, and changed by nobody. */
export interface AuditEntry {
  /** 32 hex digits. */
  id: string;
  /** Epoch ms. */
  at: number;
  /** Who did it: `user:<id>`, `token:<id>` or `system`; and what he is called, as of then. */
  by: { id: string; name: string | null };
  /** `<what>.<deed>`, in the past tense: `job.created`, `secret.changed`, `token.revoked`, `group.member-added`. */
  action: string;
  subject: { kind: string; id: string; name: string | null };
  /** Whose the subject was: they and admins may read the entry. '' where it is nobody's. */
  owner: string;
  /** What is worth telling besides, never a value that is secret. Plain JSON of at most `mostDetailBytes`: what is more is shortened, with `shortened: true`. */
  details: Readonly<Record<string, unknown>>;
}

export const mostDetailBytes = 8 * 1024;

/** What stands before the dot of an action; all of it where there is none. */
export const topicOf = (action: string): string => action.split('.', 1)[0] ?? '';
