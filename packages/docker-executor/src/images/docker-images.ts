/** The few methods that images need of a dockerode client. One client is one engine: what it pulls or builds is shared by all who ask it. */
export interface DockerImages {
  getImage(name: string): {
    inspect(): Promise<InspectedImage>;
    /** What its registry says of it, which the engine asks. */
    distribution(options: { authconfig?: EngineAuth }): Promise<unknown>;
  };
  createImage(options: PullOptions): Promise<NodeJS.ReadableStream>;
  buildImage(context: NodeJS.ReadableStream, options: BuildOptions): Promise<NodeJS.ReadableStream>;
  listImages(options: { filters: string; abortSignal: AbortSignal }): Promise<ListedImage[]>;
}

export interface InspectedImage {
  Id: string;
  RepoTags?: string[] | null | undefined;
  RepoDigests?: string[] | null | undefined;
  Created: string;
  Size: number;
  Config?: { User?: string; Labels?: Record<string, string> | null } | null;
}

export interface ListedImage {
  Id: string;
  RepoTags?: string[] | null | undefined;
  /** Epoch seconds. */
  Created: number;
  Size: number;
  Labels?: Record<string, string> | null | undefined;
}

export interface PullOptions {
  fromImage: string;
  tag: string;
  abortSignal: AbortSignal;
  authconfig?: EngineAuth;
}

export interface BuildOptions {
  t: string;
  networkmode?: string;
  memory?: number;
  /** Memory and swap together. */
  memswap?: number;
  /** Microseconds of all cores together in each period. */
  cpuperiod?: number;
  cpuquota?: number;
  labels: Record<string, string>;
  rm: boolean;
  forcerm: boolean;
  abortSignal: AbortSignal;
}

/** Credentials as the engine takes them. */
export type EngineAuth = { serveraddress: string } & (
  | { username: string; password: string }
  | { identitytoken: string }
);
