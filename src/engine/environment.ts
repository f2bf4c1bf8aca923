/** Variables of this process, or of one that stands for it. */
export type Environment = Readonly<Record<string, string | undefined>>;
