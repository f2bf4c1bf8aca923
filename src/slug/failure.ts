export type SlugFailure = { readonly kind: "no-buildpack"; readonly files: readonly string[] };
