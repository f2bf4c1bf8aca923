export type FormationFailure =
  | { readonly kind: "unknown-process-type"; readonly type: string; readonly known: readonly string[] }
  | { readonly kind: "unknown-dyno"; readonly dyno: string; readonly known: readonly string[] }
  | { readonly kind: "unknown-dyno-type"; readonly size: string; readonly known: readonly string[] }
  | { readonly kind: "bad-quantity"; readonly type: string; readonly quantity: string }
  /** The release phase's dyno is none of the formation's. */
  | { readonly kind: "release-runs-once" }
  /** Their labels, as the API writes them. */
  | { readonly kind: "mixed-dyno-types"; readonly sizes: readonly string[] }
  | { readonly kind: "preboot-under-way"; readonly dyno: string }
  | {
      readonly kind: "scaling-limit";
      readonly type: string;
      readonly size: string;
      readonly quantity: number;
      readonly limit: number;
      readonly scope: "type" | "app";
      /** What else runs, or was asked for. */
      readonly others: readonly { readonly type: string; readonly quantity: number }[];
    };
