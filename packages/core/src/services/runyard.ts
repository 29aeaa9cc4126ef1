import type { Authenticate } from '../access/directory/authenticator.ts';
import type { Principal } from '../access/principal.ts';
import type { SizeCatalogue } from '../domain/job/parse-size.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunyardEvents } from '../ports/events.ts';
import type { Logger } from '../ports/host.ts';
import type { JobFunction } from '../ports/job-function.ts';
import type { Health, Services, Stats } from './api.ts';
import type { Owners } from './owners/api.ts';

/** Every event also carries the Runyard that sent it. */
export type RunyardEvent<K extends keyof RunyardEvents> = RunyardEvents[K] & { runyard: Runyard };
export type RunyardListener<K extends keyof RunyardEvents> = (event: RunyardEvent<K>) => void;

/** What `createRunyard` gives. `jobs` and `runs` act as the system, with owner `user:system`. */
export interface Runyard extends Services, AsyncDisposable {
  /**
   * The same services for somebody: checked, and showing only what is theirs. `again` is asked who it is now, where something took long before it is written.
   */
  as(principal: Principal, again?: () => Promise<Principal>): Services;

  /**
   * Gives the `functionExecutor`s of this Runyard one more function, such as one that needs the Runyard itself: a job's `command` begins with its name. An
   * executor's own function or module of that name comes first. The answer takes it away again. Throws `invalid-option` where that name was defined already.
   */
  define(name: string, job: JobFunction): () => void;

  /** Fires and launches from now on; only needed after `autoStart: false`. */
  start(): Promise<void>;
  /**
   * The first half of `close`: fires and launches nothing from now on, lets go of what runs, and ends functions in this process, with the grace. Everything can
   * still be read and changed until `close`, and what is started waits for another Runyard: for hosts whose functions use what is taken down before the store.
   */
  stop(options?: { drain?: boolean; timeoutMs?: number }): Promise<void>;
  /**
   * Lets go: jobs go on running and the next Runyard with this data directory adopts them. With `drain`, waits for the
   * active runs first, at most `timeoutMs` (default: as long as it takes). Functions in this process are aborted and get the grace.
   */
  close(options?: { drain?: boolean; timeoutMs?: number }): Promise<void>;

  on<K extends keyof RunyardEvents>(event: K, listener: RunyardListener<K>): this;
  once<K extends keyof RunyardEvents>(event: K, listener: RunyardListener<K>): this;
  off<K extends keyof RunyardEvents>(event: K, listener: RunyardListener<K>): this;

  health(): Promise<Health>;
  stats(): Stats;

  /** What the HTTP layer needs to know of the host's options. */
  readonly http: HttpSettings;
}

export interface HttpSettings {
  /** Who is asking, by all that the options give: `authenticate`, `tokens`, `directory`; null: no way to authenticate was given. */
  readonly authenticate: Authenticate | null;
  /** As above, with another `authenticate` of the host. */
  authenticateWith(own: Authenticate): Authenticate;
  /** As `as`, for one request of whom `authenticate` has told: each is made when it is asked for, and it is not to be taken apart. */
  servicesFor(principal: Principal, again?: () => Promise<Principal>): Services;
  /** Between owners and their names, for somebody. */
  ownersFor(principal: Principal): Owners;
  /** Whether it keeps users, groups and tokens itself. */
  readonly directory: boolean;
  readonly sizes: SizeCatalogue;
  /** Of jobs that name none. */
  readonly defaultSize: string;
  readonly executors: readonly { name: string; buildsImages: boolean }[];
  readonly defaultExecutor: string;
  /** Bytes; larger request bodies get 413. */
  readonly bodyLimit: number;
  /** `GET /metrics` is open to anybody. */
  readonly publicMetrics: boolean;
  readonly version: string;
  readonly now: () => number;
  /** Ms since some fixed instant; never steps. */
  readonly monotonic: () => number;
  /** As `Clock.sleep`. */
  readonly sleep: Clock['sleep'];
  readonly logger: Logger;
}
