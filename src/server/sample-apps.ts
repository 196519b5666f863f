/** Two simulated apps in this process, for whoever wants to see a sync before connecting an app. `main.ts` hands it in. */
export interface SampleApps {
  /** Starts them where they are not running yet; their accounts as a file has them. */
  start(): Promise<{ app: string; settings: Record<string, string>; secrets: Record<string, string> }[]>;
  /** Starts them again where they were started before in this data directory. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}
