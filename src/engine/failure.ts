export type EngineFailure =
  | { readonly kind: "engine-unreachable"; readonly tried: readonly string[] }
  | { readonly kind: "engine-unfit"; readonly reason: string }
  /** `reason`: why it could not be pulled either; undefined for one of our own. */
  | { readonly kind: "image-missing"; readonly image: string; readonly reason?: string }
  | {
      readonly kind: "image-build-failed";
      readonly image: string;
      readonly reason: string;
      readonly log: readonly string[];
    }
  | { readonly kind: "disk-full"; readonly reason: string }
  | { readonly kind: "engine-error"; readonly during: string; readonly reason: string };
