/** Which page of a list. */
export interface PageOptions {
  /** 1 to 1000; default 100. */
  limit?: number;
  after?: string;
  before?: string;
  /** Newest first. */
  descending?: boolean;
}
