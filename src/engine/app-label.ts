import type { AppName, InstanceId } from "../heroku/names.ts";

/** Whose container, image, network or volume it is. */
export interface AppLabel {
  readonly instance: InstanceId;
  readonly app: AppName;
}

/** The process that made a container, as its labels tell. */
export interface Owner extends AppLabel {
  readonly pid: number;
  /** Start time of that process, opaque: the same pid with another value is another process. */
  readonly started: string;
}
