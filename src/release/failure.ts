export type ReleaseFailure =
  | { readonly kind: "bad-config-var"; readonly name: string; readonly reason: "format" | "reserved" }
  | { readonly kind: "config-vars-too-large"; readonly size: number; readonly limit: number }
  | { readonly kind: "unknown-release"; readonly version: number; readonly newest: number }
  | { readonly kind: "release-phase-failed"; readonly version: number; readonly status: number }
  | {
      readonly kind: "release-phase-stopped";
      readonly version: number;
      readonly why: "time-limit" | "asked";
    }
  | { readonly kind: "no-release-phase"; readonly version: number | undefined }
  | { readonly kind: "required-config-vars"; readonly names: readonly string[] };
